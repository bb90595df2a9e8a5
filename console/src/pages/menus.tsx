/** The menus there are. */
import { Link } from "wouter";
import { ApiError, ask } from "../api";
import { keepDraft } from "../menu/drafts";
import { shown } from "../parts/number";
import { Empty } from "../parts/states";
import { text } from "../parts/text";
import type { Library } from "../rules";
import { useMe, whyNot } from "../session";
import { NewDocument } from "./create";
import { WithLibrary } from "./library";
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
  return <WithLibrary what="the menus">{(library) => <Menus library={library} />}</WithLibrary>;
}

function Menus({ library }: { library: Library }) {
  const me = useMe();
  const menus = library.documents.filter((one) => one.kind === "menus");
  const numbers = library.documents.filter((one) => one.kind === "numbers");
  const findings = library.folder.check().all;

  async function create(id: string): Promise<string> {
    if (menus.some((menu) => menu.id === id))
      throw new ApiError(409, `There is a menu ${id} already`, "Take another name.");
    await keepDraft({ menu: id, text: FIRST, base: null });
    return `/menus/${id}`;
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
      <NewDocument
        title="A new menu"
        note="letters, digits, - and _; it does not change"
        forbidden={whyNot(me, "edit")}
        submit="Begin"
        create={create}
      />
    </div>
  );
}

export async function deleteDocument(path: string, version: string | null): Promise<void> {
  await ask(path, { method: "DELETE", body: "{}", ifMatch: version ?? undefined });
}
