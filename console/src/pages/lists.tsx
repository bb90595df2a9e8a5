/** The lists of callers there are. */
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { type ApiError, ask } from "../api";
import { useLoad } from "../parts/load";
import { Empty, Failure, Wait } from "../parts/states";
import { readLibrary } from "../rules";
import { useMe, whyNot } from "../session";
import { text } from "./menus";
import "../styles/lists.css";

export default function ListsPage() {
  const { data, error, reload } = useLoad(readLibrary, "lists");
  const [, go] = useLocation();
  const me = useMe();
  const forbidden = whyNot(me, "publish");
  const [id, setId] = useState("");
  const [first, setFirst] = useState("");
  const [wrong, setWrong] = useState<ApiError | null>(null);
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Reading the lists" />;
  const lists = data.documents.filter((one) => one.kind === "lists");

  async function create(event: FormEvent) {
    event.preventDefault();
    try {
      const numbers = [first.replace(/[\s()+.-]/g, "")];
      await ask(`lists/${id}`, {
        method: "PUT",
        body: JSON.stringify({ numbers }, null, 2),
        ifMatch: null,
      });
      go(`/lists/${id}`);
    } catch (error) {
      setWrong(error as ApiError);
    }
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
      {!forbidden && (
        <form className="sheet" onSubmit={(event) => void create(event)}>
          <h2>A new list</h2>
          <div className="two">
            <label>
              Its short name <span className="quiet">(letters, digits, - and _)</span>
              <input
                required
                pattern="[A-Za-z0-9_\-]{1,40}"
                value={id}
                onChange={({ target }) => setId(target.value)}
              />
            </label>
            <label>
              The first number on it
              <input
                required
                inputMode="tel"
                value={first}
                onChange={({ target }) => setFirst(target.value)}
              />
            </label>
          </div>
          <div className="buttons">
            <button type="submit">Make it</button>
          </div>
          {wrong && (
            <p className="bad" role="alert">
              {wrong.message}. {wrong.detail}
            </p>
          )}
        </form>
      )}
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
