/** How things stand now, and the switch for an emergency. Needs no engine, no list, no editor. */
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { type ApiError, ask } from "../api";
import { useLoad } from "../parts/load";
import { shown } from "../parts/number";
import { canSpeak, speak } from "../parts/speak";
import { Empty, Failure, Wait } from "../parts/states";
import type { Place, Today, Until } from "../replies";
import { useMe, whyNot } from "../session";

const REFRESH_MS = 30_000;

export function TodayPage() {
  const { data, error, reload } = useLoad(async () => (await ask<Today>("today")).body, "today");
  useEffect(() => {
    const timer = setInterval(() => void reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [reload]);
  if (!data && error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Reading how things stand" />;
  return (
    <div className="page today">
      <h1>Today</h1>
      {error && <Failure error={error} retry={() => void reload()} />}
      {data.calendars.length === 0 && (
        <Empty>
          No calendar yet: nothing opens or closes by itself, and there is nothing to switch.
        </Empty>
      )}
      <div className="places">
        {data.calendars.map((place) => (
          <PlaceCard key={place.id} place={place} changed={reload} />
        ))}
      </div>
      <section aria-labelledby="numbers">
        <h2 id="numbers">Numbers</h2>
        {data.numbers.length === 0 ? (
          <Empty>No number has a menu yet.</Empty>
        ) : (
          <ul className="rows">
            {data.numbers.map((entry) => (
              <li key={entry.number}>
                <span className="num">
                  {entry.number === "default" ? "Every other number" : shown(entry.number)}
                </span>
                {entry.menu ? (
                  <Link href={`/menus/${entry.menu}`}>{entry.title ?? entry.menu}</Link>
                ) : (
                  <span className="bad">no menu that can be read</span>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function PlaceCard({ place, changed }: { place: Place; changed: () => Promise<void> }) {
  const me = useMe();
  const forbidden = whyNot(me, "emergency");
  const outlook = place.outlook;
  /** The end chosen, as in `keyOf`; nothing while nobody chose. */
  const [until, setUntil] = useState<string | null>(null);
  const [words, setWords] = useState("");
  /** What is wanted; nothing while nobody chose. */
  const [wanted, setWanted] = useState<"open" | "closed" | null>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<ApiError | null>(null);
  const [said, setSaid] = useState("");
  const name = place.note ?? place.id;
  const id = `place-${place.id}`;

  if (!outlook) {
    return (
      <section className="sheet place" aria-labelledby={id}>
        <h2 id={id}>{name}</h2>
        <p className="bad">
          This calendar has errors. <Link href={`/calendars/${place.id}`}>See what is wrong</Link>
        </p>
      </section>
    );
  }

  const now = outlook.open ? "open" : "closed";
  const state = wanted ?? (outlook.open ? "closed" : "open");
  const [verb, end] = state === now ? ["Keep", ` ${state}`] : [VERBS[state], ""];
  const options = [
    ...outlook.choices,
    ...outlook.times.map((time) => ({ ...time, label: `Until ${time.label}` })),
  ];
  const chosen = options.find((option) => keyOf(option) === until) ?? options[0];
  const heard = words.trim() || (state === "closed" ? "We are closed at the moment." : "");

  async function change(method: "PUT" | "DELETE") {
    setBusy(true);
    setWrong(null);
    try {
      const over: Record<string, string> = { state };
      if (chosen?.until) over.until = chosen.until;
      if (words.trim()) over.prompt = words.trim();
      await ask(`calendars/${place.id}/override`, {
        method,
        // A change says what it changes as JSON, also when it takes something away.
        body: method === "PUT" ? JSON.stringify(over) : "{}",
        ifMatch: place.version ?? undefined,
      });
      setSaid(method === "PUT" ? `${name} is ${state} now.` : `${name} follows its hours again.`);
      setWords("");
      setUntil(null);
      setWanted(null);
    } catch (error) {
      setWrong(error as ApiError);
    } finally {
      await changed();
      setBusy(false);
    }
  }

  return (
    <section
      className={`sheet place ${outlook.open ? "is-open" : "is-closed"}`}
      aria-labelledby={id}
    >
      <div className="place-head">
        <h2 id={id}>{name}</h2>
        <Link href={`/calendars/${place.id}`} className="quiet">
          Hours
        </Link>
      </div>
      <p className="standing">
        <span className="lamp" aria-hidden="true" />
        {outlook.says}
      </p>
      <p className="quiet">
        {outlook.holiday && <>{outlook.holiday} · </>}
        {outlook.overridden && <>by hand, not by its hours · </>}
        {outlook.now} in {outlook.timezone}
        {place.menus.length > 0 && <> · for {place.menus.join(", ")}</>}
      </p>
      {outlook.overridden && outlook.prompt && (
        <blockquote>
          {outlook.prompt} <Hear words={outlook.prompt} />
        </blockquote>
      )}
      {forbidden ? (
        <p className="quiet">{forbidden}</p>
      ) : (
        <form
          className="switch"
          onSubmit={(event) => {
            event.preventDefault();
            void change("PUT");
          }}
        >
          <fieldset className="segments">
            <legend className="sr">What it is to be</legend>
            {(["open", "closed"] as const).map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={state === one}
                onClick={() => setWanted(one)}
              >
                {one === now ? `Stay ${one}` : VERBS[one]}
              </button>
            ))}
          </fieldset>
          <label>
            How long
            <select
              value={chosen ? keyOf(chosen) : ""}
              onChange={(event) => setUntil(event.target.value)}
            >
              <optgroup label="Likely">
                {outlook.choices.map((choice) => (
                  <option key={choice.label} value={keyOf(choice)}>
                    {choice.label}
                  </option>
                ))}
              </optgroup>
              <optgroup label="Another time">
                {outlook.times.map((time) => (
                  <option key={time.label} value={keyOf(time)}>
                    Until {time.label}
                  </option>
                ))}
              </optgroup>
            </select>
          </label>
          <label>
            What callers hear <span className="quiet">(optional)</span>
            <textarea
              rows={2}
              value={words}
              onChange={(event) => setWords(event.target.value)}
              placeholder={
                state === "closed" ? "We are closed at the moment." : "We are open today."
              }
            />
          </label>
          <div className="buttons">
            <button
              type="submit"
              className={`big ${state === "closed" ? "danger" : "primary"}`}
              disabled={busy}
            >
              {verb} {name}
              {end}
            </button>
            {heard && <Hear words={heard} />}
            {outlook.overridden && (
              <button type="button" disabled={busy} onClick={() => void change("DELETE")}>
                Back to its hours
              </button>
            )}
          </div>
        </form>
      )}
      <p role="status" className="good">
        {said}
      </p>
      {wrong && (
        <p role="alert" className="bad">
          {wrong.message}. {wrong.detail}
        </p>
      )}
    </section>
  );
}

const VERBS = { open: "Open", closed: "Close" };

/** An end as a form holds it. */
function keyOf(option: Until): string {
  return option.until ?? "no end";
}

function Hear({ words }: { words: string }) {
  if (!canSpeak()) return null;
  return (
    <button type="button" onClick={() => speak(words)}>
      Hear it
    </button>
  );
}
