/** One calendar: its fortnight, its hours, its exceptions. */
import { Link } from "wouter";
import { useLoad } from "../parts/load";
import { Empty, Failure, Wait } from "../parts/states";
import { document, readLibrary } from "../rules";
import { standing } from "./calendars";
import { DocumentEditor } from "./edit";
import { text } from "./menus";
import { Strip } from "./strip";
import "../styles/menu.css";
import "../styles/lists.css";

export default function CalendarPage({ id }: { id: string }) {
  const { data, error, reload } = useLoad(readLibrary, `calendar ${id}`);
  if (error) return <Failure error={error} retry={() => void reload()} />;
  if (!data) return <Wait what="Reading the calendar" />;
  const stored = document(data, "calendars", id);
  if (!stored) {
    return (
      <Empty>
        There is no calendar {id}. <Link href="/calendars">All calendars</Link>
      </Empty>
    );
  }
  return (
    <div className="page narrow">
      <div className="page-head">
        <h1>{text(stored.text, "note") ?? id}</h1>
        <Link href="/today" className="button">
          Close or open it now
        </Link>
      </div>
      <DocumentEditor
        key={id}
        library={data}
        kind="calendars"
        id={id}
        schema="calendar"
        reload={reload}
      >
        {(written) => {
          const now = standing(written);
          return (
            <section
              className={`sheet ${now?.open ? "is-open" : "is-closed"}`}
              aria-label="The next fortnight"
            >
              {now && (
                <p className="standing small">
                  <span className="lamp" aria-hidden="true" />
                  {now.says}
                </p>
              )}
              <Strip calendar={written} />
            </section>
          );
        }}
      </DocumentEditor>
    </div>
  );
}
