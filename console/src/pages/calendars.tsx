/** The calendars there are, and how each place stands. */
import { Link } from "wouter";
import { ask } from "../api";
import { Empty } from "../parts/states";
import { text } from "../parts/text";
import { type Library, outlook } from "../rules";
import { useMe, whyNot } from "../session";
import { NewDocument } from "./create";
import { WithLibrary } from "./library";
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

async function create(id: string): Promise<string> {
  const day = ["09:00-17:00"];
  const made = {
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    weekly: { mon: day, tue: day, wed: day, thu: day, fri: day },
  };
  await ask(`calendars/${id}`, {
    method: "PUT",
    body: JSON.stringify(made, null, 2),
    ifMatch: null,
  });
  return `/calendars/${id}`;
}

export default function CalendarsPage() {
  return (
    <WithLibrary what="the calendars">{(library) => <Calendars library={library} />}</WithLibrary>
  );
}

function Calendars({ library }: { library: Library }) {
  const me = useMe();
  const calendars = library.documents.filter((one) => one.kind === "calendars");
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
      <NewDocument
        title="A new calendar"
        forbidden={whyNot(me, "publish")}
        create={create}
        help="It begins as Monday to Friday, 09:00 to 17:00."
      />
    </div>
  );
}
