/** The tests of a menu: calls that were made into tests, and whether they still go as they did. */

import { removeAt } from "../rules";
import type { ScriptRun } from "./calls";
import type { Work } from "./work";

export function TestList({ work, run }: { work: Work; run: ScriptRun | null }) {
  const { tests, file, findings, writeTests } = work;
  const broken = findings.some((finding) => finding.error);
  if (tests === null) return null;
  const cases = run?.cases ?? [];

  function download() {
    const address = URL.createObjectURL(new Blob([tests ?? ""], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = file.replace(/\.json$/, ".test.json");
    link.click();
    URL.revokeObjectURL(address);
  }

  return (
    <section className="tests" aria-label="Tests">
      <h3>Tests</h3>
      {broken && <p className="quiet">They are played when the menu has no errors.</p>}
      <ul className="rows">
        {cases.map((one, at) => (
          <li key={one.name}>
            <div>
              <strong className={one.wrong === undefined ? "good" : "bad"}>
                {one.wrong === undefined ? "Holds" : "Fails"}
              </strong>{" "}
              {one.name}
              {one.wrong !== undefined && <div className="bad">{one.wrong}</div>}
            </div>
            <button
              type="button"
              aria-label={`Remove the test “${one.name}”`}
              onClick={() => writeTests(removeAt(tests, `/cases/${at}`))}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <div className="buttons">
        <button type="button" onClick={download}>
          Download the tests
        </button>
      </div>
    </section>
  );
}
