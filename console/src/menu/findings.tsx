/** What the check says: one line that opens. */
import { useState } from "react";
import { Words } from "../parts/words";
import { explain, type Finding } from "../rules";
import { placeName } from "./place";

export function FindingsBar({
  findings,
  undrawn,
  show,
  open,
  allow,
}: {
  findings: Finding[];
  undrawn: string | null;
  /** Goes to a place of the text. */
  show: (pointer: string) => void;
  /** Goes to a place in the form; nothing where there is no form for it. */
  open: ((pointer: string) => void) | null;
  /** Notes in the text that advice does not apply there; nothing where the text cannot be changed. */
  allow: ((finding: Finding) => void) | null;
}) {
  const [about, setAbout] = useState<string | null>(null);
  const errors = findings.filter((finding) => finding.error);
  const advice = findings.length - errors.length;
  const says = [
    errors.length > 0 && `${errors.length} ${errors.length === 1 ? "error" : "errors"}`,
    advice > 0 && `${advice} ${advice === 1 ? "piece" : "pieces"} of advice`,
  ].filter(Boolean);
  const meaning = about === null ? null : explain(about);
  return (
    <details
      className={`findings ${errors.length > 0 ? "has-errors" : advice > 0 ? "has-advice" : ""}`}
    >
      <summary>
        <span role="status">
          {says.length === 0 ? "The check finds nothing wrong" : says.join(", ")}
        </span>
        {undrawn && (
          <span className="quiet">The picture shows the last text that could be drawn.</span>
        )}
      </summary>
      {findings.length > 0 && (
        <ul>
          {findings.map((finding) => (
            <li key={`${finding.pointer} ${finding.code} ${finding.message}`}>
              <strong className={finding.error ? "bad" : "advice"}>
                {finding.error ? "Error" : "Advice"}
              </strong>{" "}
              <Words
                text={finding.help ? `${finding.message} — ${finding.help}` : finding.message}
              />
              {finding.path.length > 0 && (
                <div className="quiet">How a caller gets there: {finding.path.join(", ")}</div>
              )}
              <div className="buttons">
                {open && (
                  <button type="button" className="link" onClick={() => open(finding.pointer)}>
                    Go to {placeName(finding.pointer)}
                  </button>
                )}
                <button type="button" className="link" onClick={() => show(finding.pointer)}>
                  Line {finding.line}
                </button>
                {allow && !finding.error && (
                  <button type="button" className="link" onClick={() => allow(finding)}>
                    It is meant so
                  </button>
                )}
                <button
                  type="button"
                  className="link"
                  aria-expanded={about === finding.code}
                  onClick={() => setAbout(about === finding.code ? null : finding.code)}
                >
                  Why this matters
                </button>
              </div>
              {meaning && about === finding.code && (
                <div className="meaning">
                  <p>{meaning.why}</p>
                  <p>
                    <strong>What to do.</strong> {meaning.cure}
                  </p>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
