/** A fortnight of a calendar: when it is open, holidays, and the nights in which the clock changes. */
import { useMemo } from "react";
import { type Day, fortnight } from "../rules";

const DAY = 24 * 60;

export function Strip({ calendar, brief = false }: { calendar: string; brief?: boolean }) {
  const days = useMemo<Day[]>(() => {
    try {
      return fortnight(calendar, new Date().toISOString());
    } catch {
      return [];
    }
  }, [calendar]);
  if (days.length === 0) return null;
  return (
    <ol className={`strip ${brief ? "brief" : ""}`} aria-label="The next fourteen days">
      {days.map((day) => {
        const says =
          day.bands.length === 0 ? "closed" : day.bands.map((band) => band.label).join(", ");
        return (
          <li
            key={day.date}
            className={day.exception ? "exception" : ""}
            title={`${day.label}: ${says}${day.name ? ` (${day.name})` : ""}`}
          >
            <span className="day">{day.label}</span>
            <svg viewBox={`0 0 ${DAY} 10`} preserveAspectRatio="none" aria-hidden="true">
              <rect className="shut" width={DAY} height="10" rx="4" />
              {day.bands.map((band) => (
                <rect
                  key={band.from}
                  className="open"
                  x={band.from}
                  width={Math.max(0, band.to - band.from)}
                  height="10"
                />
              ))}
            </svg>
            <span className={brief ? "sr" : "says num"}>
              {says}
              {day.name && <em> {day.name}</em>}
              {day.clock && <strong> {day.clock}</strong>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
