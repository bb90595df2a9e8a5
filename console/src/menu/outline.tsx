/** The same as the picture, as a list: for a telephone, a screen reader, and whoever likes lists. */
import { useState } from "react";
import { Mark } from "./family";
import { find, isStep } from "./find";
import { inCard, type Seen } from "./picture";

export function Outline({ seen }: { seen: Seen }) {
  const [written, setWritten] = useState("");
  const cards = find(seen.picture.cards, written);
  const known = new Set(seen.picture.cards.filter(isStep).map((card) => card.id));
  const elsewhere = new Map(seen.picture.cards.map((card) => [card.id, card.says]));

  return (
    <div className="outline">
      <label className="sr" htmlFor="find">
        Find a step
      </label>
      <input
        id="find"
        type="search"
        placeholder="Find a step"
        value={written}
        onChange={(event) => setWritten(event.target.value)}
      />
      {cards.length === 0 && <p className="quiet">No step has these words.</p>}
      <ol>
        {cards.map((card) => {
          const wrong = seen.findings.filter((finding) => inCard(finding, card));
          return (
            <li
              key={card.id}
              id={`step-${card.id}`}
              className={`${seen.chosen === card.id ? "chosen" : ""} ${seen.here === card.id ? "here" : ""}`}
            >
              <button
                type="button"
                className="plain outline-head"
                aria-pressed={seen.chosen === card.id}
                onClick={() => seen.choose(card.id)}
              >
                <Mark family={card.family} />
                <strong>{card.name}</strong>
                <span className="quiet">
                  {card.says}
                  {seen.picture.start === card.id && " · calls begin here"}
                  {seen.here === card.id && " · the call is here"}
                </span>
              </button>
              {card.prompt && <p>“{card.prompt}”</p>}
              {card.detail && <p className="quiet num">{card.detail}</p>}
              {wrong.map((finding) => (
                <p
                  key={finding.pointer + finding.code}
                  className={finding.error ? "bad" : "advice"}
                >
                  {finding.message}
                </p>
              ))}
              <ul>
                {card.exits.map((exit) => (
                  <li
                    key={exit.exits.join()}
                    title={exit.who}
                    className={exit.fails ? "quiet" : ""}
                  >
                    {exit.keys !== undefined && (
                      <>
                        press <kbd>{exit.keys}</kbd>{" "}
                      </>
                    )}
                    {exit.label} →{" "}
                    {known.has(exit.target) ? (
                      <button
                        type="button"
                        className="link"
                        onClick={() => seen.choose(exit.target)}
                      >
                        {exit.target}
                      </button>
                    ) : (
                      elsewhere.get(exit.target)
                    )}
                    {exit.exits.some((name) => seen.missed.has(`${card.id}|${name}`)) && (
                      <span className="quiet"> (no test takes it)</span>
                    )}
                  </li>
                ))}
              </ul>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
