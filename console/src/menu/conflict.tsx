/** What they changed beside what one changed oneself, and the ways to go on. */
import { useMemo, useState } from "react";
import { Sentences } from "../parts/sentences";
import { type Collision, type Merged, merge, takeMine } from "../rules";
import { type Told, told } from "./told";
import "../styles/lists.css";

export interface Texts {
  /** What both began from; nothing when it is not kept any more. */
  base: string | null;
  mine: string;
  theirs: string;
}

export function Conflict({
  id,
  title,
  about,
  texts,
  resolve,
  discard,
}: {
  id: string;
  title: string;
  /** Who it was, and when. */
  about: string;
  texts: Texts;
  /** Goes on with this text. */
  resolve: (text: string) => void;
  /** Goes on with theirs alone. */
  discard: () => void;
}) {
  const { base, mine, theirs } = texts;
  const [own, setOwn] = useState<ReadonlySet<string>>(new Set());
  const merged = useMemo(() => bringTogether(id, base, mine, theirs), [id, base, mine, theirs]);
  const collisions = typeof merged === "string" ? [] : (merged?.collisions ?? []);

  function together() {
    if (merged === null || typeof merged === "string") return;
    const taken = collisions.filter((one) => own.has(one.pointer));
    resolve(taken.reduce((text, one) => takeMine(text, one.pointer, one.mine), merged.text));
  }

  return (
    <section className="sheet conflict" role="alert" aria-label={title}>
      <h2>{title}</h2>
      <p>{about}</p>
      {base === null ? (
        <>
          <p>
            What both began from is not kept any more, so the two cannot be brought together here.
          </p>
          <h3>Yours instead of theirs would mean</h3>
          <Difference of={told(id, theirs, mine)} />
        </>
      ) : (
        <div className="two">
          <div>
            <h3>They changed</h3>
            <Difference of={told(id, base, theirs)} />
          </div>
          <div>
            <h3>You changed</h3>
            <Difference of={told(id, base, mine)} />
          </div>
        </div>
      )}
      {typeof merged === "string" && <p className="bad">{merged}</p>}
      {collisions.length > 0 && (
        <>
          <h3>Both of you changed</h3>
          {collisions.map((one) => (
            <Choice
              key={one.pointer}
              collision={one}
              own={own.has(one.pointer)}
              choose={(isOwn) => {
                const next = new Set(own);
                if (isOwn) next.add(one.pointer);
                else next.delete(one.pointer);
                setOwn(next);
              }}
            />
          ))}
        </>
      )}
      <div className="buttons">
        {merged !== null && typeof merged !== "string" && (
          <button type="button" className="primary" onClick={together}>
            Bring both together
          </button>
        )}
        <button type="button" onClick={discard}>
          Discard mine, keep theirs
        </button>
        <button type="button" onClick={() => resolve(mine)}>
          Mine instead of theirs
        </button>
      </div>
      <p className="quiet">Whatever you choose, callers hear nothing of it until you publish.</p>
    </section>
  );
}

function Difference({ of }: { of: Told }) {
  if (of.wrong) return <p className="bad">It has an error: {of.wrong}</p>;
  return <Sentences all={of.says} none="Nothing a caller would notice." />;
}

function bringTogether(
  id: string,
  base: string | null,
  mine: string,
  theirs: string,
): Merged | string | null {
  if (base === null) return null;
  try {
    return merge(`${id}.json`, base, mine, theirs);
  } catch (error) {
    return (error as Error).message;
  }
}

function Choice({
  collision,
  own,
  choose,
}: {
  collision: Collision;
  own: boolean;
  choose: (own: boolean) => void;
}) {
  const place = collision.pointer
    .replace(/^\/nodes\//, "/")
    .split("/")
    .slice(1)
    .join(" › ");
  const sides = [
    { isOwn: false, name: "Theirs", says: collision.theirs_says, json: collision.theirs },
    { isOwn: true, name: "Yours", says: collision.mine_says, json: collision.mine },
  ];
  return (
    <fieldset className="collision">
      <legend className="mono">{place || "The whole menu"}</legend>
      {sides.map(({ isOwn, name, says, json }) => (
        <label key={name}>
          <input
            type="radio"
            name={collision.pointer}
            checked={own === isOwn}
            onChange={() => choose(isOwn)}
          />
          <span>
            <strong>{name}</strong>{" "}
            {says.length > 0 ? says.join(" ") : (json ?? "It is taken out.")}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
