/** The menus there are. */
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { ask } from "../api";
import { keepDraft } from "../menu/drafts";
import { useLoad } from "../parts/load";
import { shown } from "../parts/number";
import { Empty, Failure, Wait } from "../parts/states";
import { readLibrary } from "../rules";
import { useMe, whyNot } from "../session";
import "../styles/lists.css";

/** A menu to begin with: it says one thing and ends. */
const FIRST = `{
  "title": "New menu",
  "start": "welcome",
  "nodes": {
    "welcome": { "kind": "say", "prompt": "Welcome.", "then": "@hangup" }
  }
}
`;

export default function MenusPage() {
  const { data, error, reload } = useLoad(readLibrary, "menus");
  const [, go] = useLocation();
  const [id, setId] = useState("");
  const [wrong, setWrong] = useState("");
  const me = useMe();
  const forbidden = whyNot(me, "edit");
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Reading the menus" />;
  const menus = data.documents.filter((one) => one.kind === "menus");
  const numbers = data.documents.filter((one) => one.kind === "numbers");
  const findings = data.folder.check().all;

  async function create(event: FormEvent) {
    event.preventDefault();
    if (menus.some((menu) => menu.id === id)) {
      setWrong(`There is a menu ${id} already.`);
      return;
    }
    await keepDraft({ menu: id, text: FIRST, base: null });
    go(`/menus/${id}`);
  }

  return (
    <div className="page">
      <h1>Menus</h1>
      {menus.length === 0 && <Empty>No menu is published yet. Make one below.</Empty>}
      {menus.length > 0 && (
        <ul className="rows">
          {menus.map((menu) => {
            const called = numbers.filter((number) => text(number.text, "menu") === menu.id);
            const errors = findings.filter((one) => one.file === menu.file && one.error).length;
            return (
              <li key={menu.id}>
                <div>
                  <Link href={`/menus/${menu.id}`} className="name">
                    {text(menu.text, "title") ?? menu.id}
                  </Link>
                  <div className="quiet mono">{menu.id}</div>
                </div>
                <span className="quiet num">
                  {errors > 0 && <strong className="bad">{errors} errors · </strong>}
                  {called.length === 0
                    ? "no number"
                    : called
                        .map((number) =>
                          number.id === "default" ? "every other number" : shown(number.id),
                        )
                        .join(", ")}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <form className="sheet" onSubmit={(event) => void create(event)}>
        <h2>A new menu</h2>
        {forbidden ? (
          <p className="quiet">{forbidden}</p>
        ) : (
          <>
            <label htmlFor="new-menu">
              Its short name{" "}
              <span className="quiet">(letters, digits, - and _; it does not change)</span>
            </label>
            <div className="line">
              <input
                id="new-menu"
                required
                pattern="[A-Za-z0-9_\-]{1,40}"
                value={id}
                onChange={(event) => setId(event.target.value)}
              />
              <button type="submit">Begin</button>
            </div>
            <p className="bad" role="alert">
              {wrong}
            </p>
          </>
        )}
      </form>
    </div>
  );
}

/** A text member of a document, however broken the document. */
export function text(json: string, name: string): string | null {
  try {
    const value: unknown = (JSON.parse(json) as Record<string, unknown>)[name];
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}

export async function deleteDocument(path: string, version: string | null): Promise<void> {
  await ask(path, { method: "DELETE", body: "{}", ifMatch: version ?? undefined });
}
