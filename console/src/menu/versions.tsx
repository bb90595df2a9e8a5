/** The versions a menu has had: who, when, why, what is different, and the way back. */
import { useState } from "react";
import { Link } from "wouter";
import { ask, askText } from "../api";
import { useAct } from "../parts/act";
import { useLoad } from "../parts/load";
import { Sentences } from "../parts/sentences";
import { Empty, Failure, Wait } from "../parts/states";
import { titleOf } from "../parts/text";
import { when } from "../parts/when";
import type { MenuVersions, PublishedVersion } from "../replies";
import { startRules } from "../rules";
import { useMe, whyNot } from "../session";
import { told } from "./told";
import "../styles/menu.css";
import "../styles/lists.css";

export default function VersionsPage({ id }: { id: string }) {
  const me = useMe();
  const forbidden = whyNot(me, "publish");
  const { data, error, reload } = useLoad(async () => {
    const [reply, menu] = await Promise.all([
      ask<MenuVersions>(`menus/${id}/versions`),
      // A menu that was removed has versions too.
      askText(`menus/${id}`).catch(() => null),
      startRules(),
    ]);
    return { versions: reply.body.versions, title: titleOf(menu?.body, id) };
  }, `versions ${id}`);
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const [says, setSays] = useState<string[] | null>(null);
  const { wrong, done, act } = useAct();
  const [sure, setSure] = useState<string | null>(null);
  if (error) {
    return (
      <div className="page narrow">
        <h1>Versions of {id}</h1>
        {error.status === 404 ? (
          <Empty>
            This menu was never published. <Link href={`/menus/${id}`}>Back to the menu</Link>
          </Empty>
        ) : (
          <Failure error={error} retry={() => void reload()} />
        )}
      </div>
    );
  }
  if (!data) return <Wait what="Reading the versions" />;
  const { versions, title } = data;
  const current = versions.find((one) => one.current)?.version ?? "";
  const from = before || (versions.find((one) => one.version !== current)?.version ?? current);
  const to = after || current;

  async function compare() {
    const [one, two] = await Promise.all([
      askText(`menus/${id}/versions/${from}`),
      askText(`menus/${id}/versions/${to}`),
    ]);
    const { says: all, wrong: why } = told(id, one.body, two.body);
    setSays(why ? [why] : all);
  }

  function chosen(set: (version: string) => void, version: string) {
    set(version);
    setSays(null);
  }

  async function rollBack(version: string) {
    await act(
      async () => {
        await ask(`menus/${id}/rollback`, {
          method: "POST",
          body: JSON.stringify({ to: version }),
          ifMatch: current,
        });
      },
      `Callers hear version ${version.slice(0, 8)} again.`,
    );
    setSure(null);
    // What was compared with the version in force is another comparison now.
    setSays(null);
    await reload();
  }

  const name = (one: PublishedVersion) =>
    `${one.version.slice(0, 8)} · ${one.published ? when(one.published) : "not through the console"}`;
  // The same version may have been in force more than once.
  const distinct = versions.filter(
    (one, at) => versions.findIndex((two) => two.version === one.version) === at,
  );
  const options = distinct.map((one) => (
    <option key={one.version} value={one.version}>
      {name(one)}
    </option>
  ));
  return (
    <div className="page narrow">
      <div className="page-head">
        <h1>Versions of {title}</h1>
        <Link href={`/menus/${id}`} className="button">
          Back to the menu
        </Link>
      </div>
      <p role="status" className="good">
        {done}
      </p>
      {wrong && <Failure error={wrong} />}
      <ol className="rows versions">
        {versions.map((one) => (
          <li key={one.version + (one.published ?? "")}>
            <div>
              <strong>{one.message ?? "No reason given"}</strong>
              <div className="quiet num">
                {one.published ? (
                  <time dateTime={one.published}>{when(one.published)}</time>
                ) : (
                  "written by hand"
                )}
                {one.by && <> · {one.by}</>} ·{" "}
                <span className="mono">{one.version.slice(0, 8)}</span>
              </div>
            </div>
            {one.current ? (
              <span className="badge">Callers hear this</span>
            ) : one.version === current ? (
              <span className="quiet">the same as now</span>
            ) : sure === one.version + (one.published ?? "") ? (
              <span className="buttons sure">
                <span>Give callers this version again?</span>
                <button type="button" className="danger" onClick={() => void rollBack(one.version)}>
                  Yes, roll back
                </button>
                <button type="button" onClick={() => setSure(null)}>
                  No
                </button>
              </span>
            ) : (
              <button
                type="button"
                disabled={forbidden !== null}
                title={forbidden ?? undefined}
                aria-label={`Roll back to ${one.message ?? one.version.slice(0, 8)}`}
                onClick={() => setSure(one.version + (one.published ?? ""))}
              >
                Roll back
              </button>
            )}
          </li>
        ))}
      </ol>
      <section className="sheet" aria-labelledby="compare">
        <h2 id="compare">Compare</h2>
        <div className="two">
          <label>
            From
            <select value={from} onChange={({ target }) => chosen(setBefore, target.value)}>
              {options}
            </select>
          </label>
          <label>
            To
            <select value={to} onChange={({ target }) => chosen(setAfter, target.value)}>
              {options}
            </select>
          </label>
        </div>
        <div className="buttons">
          <button type="button" onClick={() => void act(compare)}>
            Show what is different
          </button>
        </div>
        <div role="status">
          {says && <Sentences all={says} none="Nothing changes for a caller." />}
        </div>
      </section>
      <p className="quiet">
        Calendars and lists are not part of a menu’s version: rolling back leaves them as they are.
      </p>
    </div>
  );
}
