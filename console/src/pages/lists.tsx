/** The lists of callers there are. */
import { useState } from "react";
import { Link } from "wouter";
import { ask } from "../api";
import { digitsOf } from "../parts/number";
import { Empty } from "../parts/states";
import { text } from "../parts/text";
import type { Library } from "../rules";
import { useMe, whyNot } from "../session";
import { NewDocument } from "./create";
import { WithLibrary } from "./library";
import "../styles/lists.css";

export default function ListsPage() {
  return <WithLibrary what="the lists">{(library) => <Lists library={library} />}</WithLibrary>;
}

function Lists({ library }: { library: Library }) {
  const me = useMe();
  const [first, setFirst] = useState("");
  const lists = library.documents.filter((one) => one.kind === "lists");

  async function create(id: string): Promise<string> {
    const body = JSON.stringify({ numbers: [digitsOf(first)] }, null, 2);
    await ask(`lists/${id}`, { method: "PUT", body, ifMatch: null });
    return `/lists/${id}`;
  }

  return (
    <div className="page">
      <h1>Lists</h1>
      {lists.length === 0 && (
        <Empty>No list yet. A menu can send the callers on a list another way.</Empty>
      )}
      {lists.length > 0 && (
        <ul className="rows">
          {lists.map((one) => (
            <li key={one.id}>
              <div>
                <Link href={`/lists/${one.id}`} className="name">
                  {text(one.text, "note") ?? one.id}
                </Link>
                <div className="quiet mono">{one.id}</div>
              </div>
              <span className="quiet num">{count(one.text)}</span>
            </li>
          ))}
        </ul>
      )}
      <NewDocument title="A new list" forbidden={whyNot(me, "publish")} create={create}>
        <label>
          The first number on it
          <input
            required
            inputMode="tel"
            value={first}
            onChange={({ target }) => setFirst(target.value)}
          />
        </label>
      </NewDocument>
    </div>
  );
}

function count(json: string): string {
  try {
    const { numbers } = JSON.parse(json) as { numbers: unknown[] };
    return numbers.length === 1 ? "1 number" : `${numbers.length} numbers`;
  } catch {
    return "has errors";
  }
}
