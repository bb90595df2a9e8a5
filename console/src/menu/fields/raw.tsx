/** What no other field can show: as JSON. */
import { useState } from "react";

export function Raw({
  value,
  set,
  id,
  locked,
}: {
  value: unknown;
  set: (value: unknown) => void;
  id: string;
  locked: boolean;
}) {
  const [written, setWritten] = useState(() => JSON.stringify(value, null, 2));
  const [wrong, setWrong] = useState("");
  return (
    <>
      <textarea
        id={id}
        className="mono"
        rows={4}
        disabled={locked}
        value={written}
        onChange={({ target }) => {
          setWritten(target.value);
          try {
            set(JSON.parse(target.value));
            setWrong("");
          } catch {
            setWrong("This is not JSON yet.");
          }
        }}
      />
      {wrong && <p className="bad">{wrong}</p>}
    </>
  );
}
