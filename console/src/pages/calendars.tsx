/** The calendars there are, and how each place stands. */
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { type ApiError, ask } from "../api";
import { useLoad } from "../parts/load";
import { Empty, Failure, Wait } from "../parts/states";
import { outlook, readLibrary } from "../rules";
import { useMe, whyNot } from "../session";
import { text } from "./menus";
import { Strip } from "./strip";
import "../styles/lists.css";

export function standing(json: string): { says: string; open: boolean } | null {
  try {
    const found = outlook(json, new Date().toISOString());
    return { says: found.says, open: found.open };
  } catch {
    return null;
  }
}

export default function CalendarsPage() {
  const { data, error, reload } = useLoad(readLibrary, "calendars");
  const [, go] = useLocation();
  const me = useMe();
  const forbidden = whyNot(me, "publish");
  const [id, setId] = useState("");
  const [wrong, setWrong] = useState<ApiError | null>(null);
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Reading the calendars" />;
  const calendars = data.documents.filter((one) => one.kind === "calendars");

  async function create(event: FormEvent) {
    event.preventDefault();
    const day = ["09:00-17:00"];
    const made = {
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      weekly: { mon: day, tue: day, wed: day, thu: day, fri: day },
    };
    try {
      await ask(`calendars/${id}`, {
        method: "PUT",
        body: JSON.stringify(made, null, 2),
        ifMatch: null,
      });
      go(`/calendars/${id}`);
    } catch (error) {
      setWrong(error as ApiError);
    }
  }

  return (
    <div className="page">
      <h1>Calendars</h1>
      {calendars.length === 0 && (
        <Empty>No calendar yet. A menu asks one whether the place is open.</Empty>
      )}
      <div className="places">
        {calendars.map((one) => {
          const now = standing(one.text);
          return (
            <section
              key={one.id}
              className={`sheet place ${now?.open ? "is-open" : "is-closed"}`}
              aria-label={one.id}
            >
              <h2>
                <Link href={`/calendars/${one.id}`}>{text(one.text, "note") ?? one.id}</Link>
              </h2>
              {now ? (
                <p className="standing small">
                  <span className="lamp" aria-hidden="true" />
                  {now.says}
                </p>
              ) : (
                <p className="bad">This calendar has errors.</p>
              )}
              <Strip calendar={one.text} brief />
            </section>
          );
        })}
      </div>
      {!forbidden && (
        <form className="sheet" onSubmit={(event) => void create(event)}>
          <h2>A new calendar</h2>
          <label htmlFor="new-calendar">
            Its short name <span className="quiet">(letters, digits, - and _)</span>
          </label>
          <div className="line">
            <input
              id="new-calendar"
              required
              pattern="[A-Za-z0-9_\-]{1,40}"
              value={id}
              onChange={({ target }) => setId(target.value)}
            />
            <button type="submit">Make it</button>
          </div>
          <p className="quiet">It begins as Monday to Friday, 09:00 to 17:00.</p>
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
