/** What a publish would change for callers, whether the tests hold, and the publish itself. */
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { type ApiError, ask, askText } from "../api";
import { useLoad } from "../parts/load";
import { Empty, Failure, Wait } from "../parts/states";
import { changes, document, type Library, readLibrary } from "../rules";
import { useMe, whyNot } from "../session";
import { type Draft, draftOf, dropDraft, testsOf } from "./drafts";
import "../styles/menu.css";
import "../styles/lists.css";

export default function PublishPage({ id }: { id: string }) {
  const { data, error, reload } = useLoad(
    async () => ({
      library: await readLibrary(),
      draft: await draftOf(id),
      tests: await testsOf(id),
    }),
    `publish ${id}`,
  );
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Comparing" />;
  return <Publish id={id} {...data} reload={reload} />;
}

export function told(
  id: string,
  before: string,
  after: string,
): { says: string[]; wrong: string | null } {
  try {
    return { says: changes(`${id}.json`, before, after).all, wrong: null };
  } catch (error) {
    return { says: [], wrong: (error as Error).message };
  }
}

function Publish({
  id,
  library,
  draft,
  tests,
  reload,
}: {
  id: string;
  library: Library;
  draft: Draft | null;
  tests: string | null;
  reload: () => Promise<void>;
}) {
  const me = useMe();
  const forbidden = whyNot(me, "publish");
  const live = document(library, "menus", id);
  const [message, setMessage] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<ApiError | null>(null);
  const [done, setDone] = useState("");
  const [theirs, setTheirs] = useState<{
    text: string;
    version: string | null;
    says: string[];
  } | null>(null);

  const look = useMemo(() => {
    if (!draft) return null;
    library.folder.put(`${id}.json`, draft.text);
    if (tests !== null) library.folder.put(`${id}.test.json`, tests);
    const errors = library.folder
      .check()
      .all.filter((one) => one.error && one.file === `${id}.json`);
    const diff = live ? told(id, live.text, draft.text) : { says: [], wrong: null };
    const scripts = errors.length === 0 ? library.folder.scripts(id) : null;
    return { errors, diff, scripts };
  }, [library, draft, tests, id, live]);

  // Somebody published in between: what they changed stands beside what one changed.
  const behind =
    draft !== null && live !== null && draft.base !== null && draft.base !== live.version;

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
  if (!draft || !look) {
    return (
      <div className="page narrow">
        <h1>Publish {id}</h1>
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
        ifMatch: theirs ? theirs.version : draft.base,
      });
      await dropDraft(id);
      setDone(
        "Callers hear the new version within a minute. Calls in progress end on the one they began with.",
      );
    } catch (error) {
      const problem = error as ApiError;
      if (problem.status === 409 || problem.status === 412) {
        const now = await askText(`menus/${id}`).catch(() => null);
        const base = draft.base
          ? await askText(`menus/${id}/versions/${draft.base}`).catch(() => null)
          : null;
        if (now) {
          setTheirs({
            text: now.body,
            version: now.version,
            says: told(id, base?.body ?? live?.text ?? now.body, now.body).says,
          });
        }
      }
      setWrong(problem);
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
      <div className="page-head">
        <h1>Publish {id}</h1>
        <Link href={`/menus/${id}`} className="button">
          Back to the menu
        </Link>
      </div>

      <section className="sheet" aria-labelledby="changes">
        <h2 id="changes">What changes for callers</h2>
        {!live && <p>This menu is new: no caller has heard it yet.</p>}
        {live && look.diff.wrong && <p className="bad">{look.diff.wrong}</p>}
        {live && !look.diff.wrong && look.diff.says.length === 0 && (
          <p>Nothing a caller would notice: notes, titles or the order of things.</p>
        )}
        <ul className="sentences">
          {look.diff.says.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </section>

      {look.errors.length > 0 && (
        <section className="sheet" aria-labelledby="errors">
          <h2 id="errors">What is wrong</h2>
          <ul className="sentences">
            {look.errors.map((one) => (
              <li key={one.pointer + one.code} className="bad">
                Line {one.line}: {one.message}
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

      {behind && !theirs && (
        <p className="notice-box" role="status">
          Somebody published since you began. Publishing will show you what they changed first.
        </p>
      )}
      {theirs && (
        <section className="sheet conflict" role="alert" aria-labelledby="theirs">
          <h2 id="theirs">Somebody was faster</h2>
          <div className="two">
            <div>
              <h3>They changed</h3>
              <ul className="sentences">
                {theirs.says.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
                {theirs.says.length === 0 && <li>Nothing a caller would notice.</li>}
              </ul>
            </div>
            <div>
              <h3>Publishing yours now, callers would get</h3>
              <ul className="sentences">
                {told(id, theirs.text, draft.text).says.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </div>
          </div>
          <p className="quiet">
            Yours replaces theirs as a whole. Theirs stays among the versions.
          </p>
          <div className="buttons">
            <button
              type="button"
              onClick={() => {
                void dropDraft(id).then(() => {
                  setTheirs(null);
                  return reload();
                });
              }}
            >
              Discard mine, keep theirs
            </button>
          </div>
        </section>
      )}

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
        {wrong && !theirs && (
          <p className="bad" role="alert">
            {wrong.message}. {wrong.detail}
          </p>
        )}
        {wrong?.findings.map((one) => (
          <p key={one.pointer + one.code} className="bad">
            {one.file}, line {one.line}: {one.message}
          </p>
        ))}
        <div className="buttons">
          <button type="submit" className="primary big" disabled={busy || blocked !== null}>
            {theirs ? "Publish mine over theirs" : "Publish to callers"}
          </button>
        </div>
        {blocked && <p className="quiet">{blocked}</p>}
      </form>
    </div>
  );
}
