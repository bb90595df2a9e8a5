/** What a publish would change for callers, whether the tests hold, and the publish itself. */
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { type ApiError, ask, askText } from "../api";
import { useLoad } from "../parts/load";
import { Refusal } from "../parts/refusal";
import { Sentences } from "../parts/sentences";
import { Empty, Failure, Wait } from "../parts/states";
import { titleOf } from "../parts/text";
import { when } from "../parts/when";
import { Words } from "../parts/words";
import type { MenuVersions } from "../replies";
import { document, type Library, readLibrary } from "../rules";
import { useMe, whyNot } from "../session";
import { type Calls, readCalls, runScripts } from "./calls";
import { Conflict } from "./conflict";
import { type Draft, draftOf, dropDraft, keepDraft, testsOf } from "./drafts";
import { nodeOf, placeName } from "./place";
import { unshare } from "./shared";
import { told } from "./told";
import "../styles/menu.css";
import "../styles/lists.css";

export default function PublishPage({ id }: { id: string }) {
  const { data, error, reload } = useLoad(async () => {
    const [library, draft, tests] = await Promise.all([readLibrary(), draftOf(id), testsOf(id)]);
    const [calls, meanwhile] = await Promise.all([
      draft && tests !== null ? readCalls(library) : null,
      publishedMeanwhile(library, id, draft),
    ]);
    return { library, calls, draft, tests, meanwhile };
  }, `publish ${id}`);
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Comparing" />;
  return <Publish id={id} {...data} reload={reload} />;
}

/** What somebody published since a draft began. */
interface Meanwhile {
  /** What the draft began from; nothing when it is not kept any more. */
  base: string | null;
  theirs: string;
  version: string | null;
  about: string;
}

async function publishedMeanwhile(
  library: Library,
  id: string,
  draft: Draft | null,
): Promise<Meanwhile | null> {
  const live = document(library, "menus", id);
  if (!draft || !live || draft.base === live.version) return null;
  const [base, history] = await Promise.all([
    draft.base === null ? null : askText(`menus/${id}/versions/${draft.base}`).catch(() => null),
    ask<MenuVersions>(`menus/${id}/versions`).catch(() => null),
  ]);
  const latest = history?.body.versions.find((one) => one.version === live.version);
  const who = latest?.by ?? "Somebody";
  const at = latest?.published ? `, ${when(latest.published)}` : "";
  const why = latest?.message ? `: “${latest.message}”` : "";
  return {
    base: base?.body ?? null,
    theirs: live.text,
    version: live.version,
    about: `${who} published this menu since you began${at}${why}.`,
  };
}

function Publish({
  id,
  library,
  calls,
  draft,
  tests,
  meanwhile,
  reload,
}: {
  id: string;
  library: Library;
  calls: Calls | null;
  draft: Draft | null;
  tests: string | null;
  meanwhile: Meanwhile | null;
  reload: () => Promise<void>;
}) {
  const me = useMe();
  const forbidden = whyNot(me, "publish");
  const live = document(library, "menus", id);
  const title = titleOf(draft?.text ?? live?.text, id);
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<ApiError | null>(null);
  const [done, setDone] = useState("");
  const [settled, setSettled] = useState(false);

  const look = useMemo(() => {
    if (!draft || meanwhile) return null;
    library.folder.put(`${id}.json`, draft.text);
    const errors = library.folder
      .check()
      .all.filter((one) => one.error && one.file === `${id}.json`);
    const diff = live ? told(id, live.text, draft.text) : { says: [], wrong: null };
    const played = calls && tests !== null && errors.length === 0;
    const scripts = played ? runScripts(calls, id, draft.text, tests) : null;
    return { errors, diff, scripts };
  }, [library, calls, draft, meanwhile, tests, id, live]);

  if (done) {
    return (
      <div className="page narrow">
        <h1>Published</h1>
        <p role="status">{done}</p>
        <div className="buttons">
          <Link className="button primary" href={`/menus/${id}`}>
            Back to the menu
          </Link>
          <Link className="button" href={`/menus/${id}/versions`}>
            Versions
          </Link>
        </div>
      </div>
    );
  }
  if (draft && meanwhile) {
    return (
      <div className="page narrow">
        <Head id={id} title={title} />
        <Conflict
          id={id}
          title="Somebody was faster"
          about={meanwhile.about}
          texts={{ base: meanwhile.base, mine: draft.text, theirs: meanwhile.theirs }}
          resolve={(text) => {
            setWrong(null);
            setSettled(true);
            void keepDraft({ ...draft, text, base: meanwhile.version }).then(reload);
          }}
          discard={() => void dropDraft(id).then(reload)}
        />
      </div>
    );
  }
  if (!draft || !look) {
    return (
      <div className="page narrow">
        <h1>Publish {title}</h1>
        <Empty>
          Nothing is changed: callers hear what you see.{" "}
          <Link href={`/menus/${id}`}>Back to the menu</Link>
        </Empty>
      </div>
    );
  }

  async function publish() {
    if (!draft) return;
    setBusy(true);
    setWrong(null);
    try {
      const query = message.trim() ? `?message=${encodeURIComponent(message.trim())}` : "";
      await ask(`menus/${id}${query}`, {
        method: "PUT",
        body: draft.text,
        ifMatch: draft.base,
      });
      await dropDraft(id);
      // What was kept for others is in force now; one that somebody kept since stays.
      if (draft.kept) await unshare(id, draft.kept.tag).catch(() => undefined);
      setDone(
        "Callers hear the new version within a minute. Calls in progress end on the one they began with.",
      );
    } catch (error) {
      const problem = error as ApiError;
      setWrong(problem);
      // Somebody published in between: read what.
      if (problem.status === 409 || problem.status === 412) await reload();
    } finally {
      setBusy(false);
    }
  }

  const failed = look.scripts?.cases.filter((one) => one.wrong !== undefined) ?? [];
  const blocked =
    forbidden ??
    (look.errors.length > 0 ? "The menu has errors: callers would never hear it." : null);
  return (
    <div className="page narrow">
      <Head id={id} title={title} />
      <p role="status" className="good">
        {settled && "This is what callers would get now. Look it through, then publish."}
      </p>

      <section className="sheet" aria-labelledby="changes">
        <h2 id="changes">What changes for callers</h2>
        {!live && <p>This menu is new: no caller has heard it yet.</p>}
        {live && look.diff.wrong && <p className="bad">{look.diff.wrong}</p>}
        {live && !look.diff.wrong && look.diff.says.length === 0 && (
          <p>Nothing a caller would notice: notes, titles or the order of things.</p>
        )}
        {look.diff.says.length > 0 && <Sentences all={look.diff.says} none="" />}
      </section>

      {look.errors.length > 0 && (
        <section className="sheet" aria-labelledby="errors">
          <h2 id="errors">What is wrong</h2>
          <ul className="sentences">
            {look.errors.map((one) => (
              <li key={one.pointer + one.code} className="bad">
                <Link href={`/menus/${id}${search(nodeOf(one.pointer))}`}>
                  {placeName(one.pointer)}
                </Link>
                : <Words text={one.help ? `${one.message} — ${one.help}` : one.message} />
              </li>
            ))}
          </ul>
        </section>
      )}

      <section className="sheet" aria-labelledby="tests">
        <h2 id="tests">Tests</h2>
        {look.scripts === null || look.scripts.cases.length === 0 ? (
          <p className="quiet">
            No test yet. Call the menu on its page and press “Make this a test”.
          </p>
        ) : (
          <>
            <p className={failed.length > 0 ? "bad" : "good"}>
              {look.scripts.cases.length - failed.length} of {look.scripts.cases.length} calls go as
              they should
            </p>
            <ul className="sentences">
              {failed.map((one) => (
                <li key={one.name}>
                  <strong>{one.name}</strong>: {one.wrong}
                </li>
              ))}
            </ul>
            {look.scripts.missed.length > 0 && (
              <p className="quiet">{look.scripts.missed.length} ways are taken by no test.</p>
            )}
          </>
        )}
        {look.scripts?.broken.map((one) => (
          <p key={one} className="bad">
            {one}
          </p>
        ))}
      </section>

      <form
        className="sheet"
        onSubmit={(event) => {
          event.preventDefault();
          void publish();
        }}
      >
        <label htmlFor="why">
          Why <span className="quiet">(optional; it stands beside the version)</span>
        </label>
        <input
          id="why"
          maxLength={500}
          value={message}
          onChange={({ target }) => setMessage(target.value)}
        />
        {wrong && <Refusal error={wrong} />}
        <div className="buttons">
          <button type="submit" className="primary big" disabled={busy || blocked !== null}>
            Publish to callers
          </button>
        </div>
        {blocked && <p className="quiet">{blocked}</p>}
      </form>
    </div>
  );
}

function Head({ id, title }: { id: string; title: string }) {
  return (
    <div className="page-head">
      <h1>Publish {title}</h1>
      <Link href={`/menus/${id}`} className="button">
        Back to the menu
      </Link>
    </div>
  );
}

/** The part of an address that opens a step. */
function search(node: string | null): string {
  return node === null ? "" : `?node=${encodeURIComponent(node)}`;
}
