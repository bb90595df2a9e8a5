/** Which menu each number gets. */
import { useState } from "react";
import { Link } from "wouter";
import { ask } from "../api";
import { useAct } from "../parts/act";
import { digitsOf, shown } from "../parts/number";
import { Empty, Failure } from "../parts/states";
import { text } from "../parts/text";
import type { Library } from "../rules";
import { useMe, whyNot } from "../session";
import { WithLibrary } from "./library";
import { deleteDocument } from "./menus";
import "../styles/lists.css";

export default function NumbersPage() {
  return (
    <WithLibrary what="the numbers">
      {(library, reload) => <Numbers library={library} reload={reload} />}
    </WithLibrary>
  );
}

function Numbers({ library, reload }: { library: Library; reload: () => Promise<void> }) {
  const me = useMe();
  const forbidden = whyNot(me, "publish");
  const [number, setNumber] = useState("");
  const [menu, setMenu] = useState("");
  const { wrong, done, act } = useAct();
  const numbers = library.documents.filter((one) => one.kind === "numbers");
  const menus = library.documents.filter((one) => one.kind === "menus");
  const hasDefault = numbers.some((one) => one.id === "default");

  const change = (work: () => Promise<unknown>, says: string) => act(work, says).then(reload);
  const assign = (id: string, to: string, version: string | null) =>
    change(
      () =>
        ask(`numbers/${id}`, {
          method: "PUT",
          body: JSON.stringify({ menu: to }),
          ifMatch: version,
        }),
      `${id === "default" ? "Every other number" : shown(id)} gets ${to}.`,
    );

  return (
    <div className="page">
      <h1>Numbers</h1>
      {forbidden && <p className="quiet">{forbidden}</p>}
      <p role="status" className="good">
        {done}
      </p>
      {wrong && <Failure error={wrong} />}
      {numbers.length === 0 && (
        <Empty>No number has a menu yet. Callers hear that the line is not set up.</Empty>
      )}
      {numbers.length > 0 && (
        <ul className="rows">
          {numbers.map((one) => {
            const name = one.id === "default" ? "Every other number" : shown(one.id);
            const current = text(one.text, "menu") ?? "";
            return (
              <li key={one.id}>
                <strong className="num">{name}</strong>
                <span className="line">
                  <select
                    aria-label={`Menu of ${name}`}
                    disabled={forbidden !== null}
                    value={current}
                    onChange={({ target }) => void assign(one.id, target.value, one.version)}
                  >
                    {!menus.some((menu) => menu.id === current) && (
                      <option value={current}>{current} (missing)</option>
                    )}
                    {menus.map((menu) => (
                      <option key={menu.id} value={menu.id}>
                        {text(menu.text, "title") ?? menu.id}
                      </option>
                    ))}
                  </select>
                  <Link
                    href={`/menus/${current}`}
                    className="button"
                    aria-label={`Open the menu of ${name}`}
                  >
                    Open
                  </Link>
                  <button
                    type="button"
                    disabled={forbidden !== null}
                    aria-label={`Remove ${name}`}
                    onClick={() =>
                      void change(
                        () => deleteDocument(`numbers/${one.id}`, one.version),
                        `${name} has no menu of its own.`,
                      )
                    }
                  >
                    Remove
                  </button>
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {!forbidden && (
        <form
          className="sheet"
          onSubmit={(event) => {
            event.preventDefault();
            const id = number === "default" ? number : digitsOf(number);
            void assign(id, menu || (menus[0]?.id ?? ""), null).then(() => setNumber(""));
          }}
        >
          <h2>Another number</h2>
          <div className="two">
            <label>
              Number <span className="quiet">(with its country code)</span>
              <input
                required
                inputMode="tel"
                placeholder="+44 20 7946 0000"
                value={number}
                onChange={({ target }) => setNumber(target.value)}
              />
            </label>
            <label>
              Its menu
              <select value={menu || menus[0]?.id} onChange={({ target }) => setMenu(target.value)}>
                {menus.map((one) => (
                  <option key={one.id} value={one.id}>
                    {text(one.text, "title") ?? one.id}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <div className="buttons">
            <button type="submit" className="primary" disabled={menus.length === 0}>
              Add the number
            </button>
            {!hasDefault && menus.length > 0 && (
              <button
                type="button"
                onClick={() => void assign("default", menu || (menus[0]?.id ?? ""), null)}
              >
                Use this menu for every other number
              </button>
            )}
          </div>
        </form>
      )}
    </div>
  );
}
