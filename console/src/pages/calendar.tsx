/** One calendar: its fortnight, its hours, its exceptions. */
import { Link } from "wouter";
import { standing } from "./calendars";
import { DocumentPage } from "./one";
import { Strip } from "./strip";

export default function CalendarPage({ id }: { id: string }) {
  return (
    <DocumentPage
      kind="calendars"
      noun="calendar"
      id={id}
      beside={
        <Link href="/today" className="button">
          Close or open it now
        </Link>
      }
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
    </DocumentPage>
  );
}
