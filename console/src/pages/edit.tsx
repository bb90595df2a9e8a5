/** A document that has no picture: its form beside its text. */
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { type ApiError, ask } from "../api";
import { type Form, Members } from "../menu/fields";
import { definition } from "../menu/schema";
import { Failure } from "../parts/states";
import { document, type Finding, type Library } from "../rules";
import { useMe, whyNot } from "../session";
import { deleteDocument } from "./menus";

export function DocumentEditor({
  library,
  kind,
  id,
  schema,
  reload,
  children,
}: {
  library: Library;
  kind: "calendars" | "lists";
  id: string;
  schema: string;
  reload: () => Promise<void>;
  children?: (text: string) => ReactNode;
}) {
  const stored = document(library, kind, id);
  const me = useMe();
  const forbidden = whyNot(me, "publish");
  const [, go] = useLocation();
  const [text, setText] = useState(stored?.text ?? "");
  const [history, setHistory] = useState<string[]>([]);
  const [wrong, setWrong] = useState<ApiError | null>(null);
  const [done, setDone] = useState("");
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const [findings, setFindings] = useState<Finding[]>([]);
  const file = stored?.file ?? "";

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
  if (!stored) return null;

  function write(next: string) {
    setHistory([...history, text]);
    setText(next);
    setDone("");
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
    setBusy(true);
    setWrong(null);
    try {
      await ask(`${kind}/${id}`, {
        method: "PUT",
        body: text,
        ifMatch: stored?.version ?? undefined,
      });
      setDone("Saved. Callers hear it within a minute.");
      setHistory([]);
      await reload();
    } catch (error) {
      setWrong(error as ApiError);
    } finally {
      setBusy(false);
    }
  }

  async function remove() {
    try {
      await deleteDocument(`${kind}/${id}`, stored?.version ?? null);
      go(`/${kind}`);
    } catch (error) {
      setWrong(error as ApiError);
    }
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
      {wrong && <Failure error={wrong} />}
      {wrong?.findings.map((one) => (
        <p key={one.file + one.pointer + one.code} className="bad">
          {one.file}, line {one.line}: {one.message}
        </p>
      ))}
      <p role="status" className="good">
        {done}
      </p>
      {!forbidden && (
        <div className="buttons save-bar">
          <button
            type="button"
            className="primary"
            disabled={busy || text === stored.text || errors.length > 0}
            onClick={() => void save()}
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
              <button type="button" className="danger" onClick={() => void remove()}>
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
