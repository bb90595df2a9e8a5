/** A name that is changed when one is done with it, not while one types. */
import { useState } from "react";

export function Rename({
  label,
  value,
  locked,
  rename,
}: {
  label: string;
  value: string;
  locked: boolean;
  rename: (next: string) => string | null;
}) {
  const [written, setWritten] = useState(value);
  const [known, setKnown] = useState(value);
  const [wrong, setWrong] = useState<string | null>(null);
  if (known !== value) {
    setKnown(value);
    setWritten(value);
  }
  function done() {
    if (written === value) return;
    const why = rename(written);
    setWrong(why);
    if (why !== null) setWritten(value);
  }
  return (
    <>
      <input
        aria-label={label}
        className="rename"
        value={written}
        disabled={locked}
        onChange={({ target }) => setWritten(target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            done();
          }
        }}
      />
      {wrong && (
        <span className="bad" role="alert">
          {wrong}
        </span>
      )}
    </>
  );
}
