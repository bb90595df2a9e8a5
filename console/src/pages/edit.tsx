/** A document that has no picture: its form beside its text. */
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { ask } from "../api";
import type { Form } from "../menu/fields/form";
import { Members } from "../menu/fields/members";
import { definition } from "../menu/schema";
import { useAct } from "../parts/act";
import { Refusal } from "../parts/refusal";
import type { StoredDocument } from "../replies";
import type { Finding, Library } from "../rules";
import { useMe, whyNot } from "../session";
import { deleteDocument } from "./menus";

export function DocumentEditor({
  library,
  stored,
  schema,
  reload,
  children,
}: {
  library: Library;
  stored: StoredDocument;
  schema: string;
  reload: () => Promise<void>;
  children?: ((text: string) => ReactNode) | undefined;
}) {
  const { kind, id, file, version } = stored;
  const me = useMe();
  const forbidden = whyNot(me, "publish");
  const [, go] = useLocation();
  const [text, setText] = useState(stored.text);
  const [history, setHistory] = useState<string[]>([]);
  const { wrong, done, busy, act } = useAct();
  const [sure, setSure] = useState(false);
  const [findings, setFindings] = useState<Finding[]>([]);

  useEffect(() => {
    const timer = setTimeout(() => {
      library.folder.put(file, text);
      setFindings(library.folder.check().all.filter((one) => one.file === file));
    }, 120);
    return () => clearTimeout(timer);
  }, [library, file, text]);

  const json = useMemo(() => {
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch {
      return null;
    }
  }, [text]);

  function write(next: string) {
    setHistory([...history, text]);
    setText(next);
  }
  const names = (of: string) =>
    library.documents.filter((one) => one.kind === of).map((one) => one.id);
  const form: Form = {
    nodes: [],
    menus: names("menus"),
    calendars: names("calendars"),
    lists: names("lists"),
    findings,
    locked: forbidden !== null,
    addNode: () => undefined,
    change: (edit) => {
      try {
        write(edit(text));
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
  const errors = findings.filter((one) => one.error);

  async function save() {
    await ask(`${kind}/${id}`, {
      method: "PUT",
      body: text,
      ifMatch: version ?? undefined,
    });
    setHistory([]);
    await reload();
  }

  async function remove() {
    await deleteDocument(`${kind}/${id}`, version);
    go(`/${kind}`);
  }

  return (
    <>
      {forbidden && <p className="quiet">{forbidden}</p>}
      {children?.(text)}
      <div className="sheet form-sheet">
        {json ? (
          <Members form={form} schema={definition(schema)} at="" value={json} />
        ) : (
          <p className="bad">The text is not JSON at the moment. Correct it below, or undo.</p>
        )}
        <details className="more">
          <summary>As JSON</summary>
          <textarea
            className="mono"
            aria-label="The document as JSON"
            rows={16}
            disabled={forbidden !== null}
            value={text}
            onChange={({ target }) => write(target.value)}
          />
        </details>
      </div>
      {findings.length > 0 && (
        <ul className="sentences" aria-label="What the check says">
          {findings.map((one) => (
            <li key={one.pointer + one.code} className={one.error ? "bad" : "advice"}>
              Line {one.line}: {one.message} {one.help}
            </li>
          ))}
        </ul>
      )}
      {wrong && <Refusal error={wrong} />}
      <p role="status" className="good">
        {text === stored.text && done}
      </p>
      {!forbidden && (
        <div className="buttons save-bar">
          <button
            type="button"
            className="primary"
            disabled={busy || text === stored.text || errors.length > 0}
            onClick={() => void act(save, "Saved. Callers hear it within a minute.")}
          >
            Save
          </button>
          <button
            type="button"
            disabled={history.length === 0}
            onClick={() => {
              setText(history.at(-1) ?? text);
              setHistory(history.slice(0, -1));
            }}
          >
            Undo
          </button>
          {sure ? (
            <>
              <button type="button" className="danger" onClick={() => void act(remove)}>
                Yes, remove {id}
              </button>
              <button type="button" onClick={() => setSure(false)}>
                No
              </button>
            </>
          ) : (
            <button type="button" onClick={() => setSure(true)}>
              Remove it
            </button>
          )}
        </div>
      )}
    </>
  );
}
