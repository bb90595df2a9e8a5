/** One of a few: documents there are, or words of the language. */
import { human, kindOption } from "../schema";
import type { About, SetValue } from "./form";

export function DocumentSelect({
  about,
  ids,
  value,
  set,
}: {
  about: About;
  ids: string[];
  value: unknown;
  set: SetValue;
}) {
  const written = typeof value === "string" ? value : "";
  return (
    <select {...about} value={written} onChange={({ target }) => set(target.value)}>
      {!ids.includes(written) && (
        <option value={written}>{written ? `${written} (missing)` : "—"}</option>
      )}
      {ids.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}

export function WordSelect({
  about,
  words,
  name,
  value,
  required,
  set,
}: {
  about: About;
  words: unknown[];
  name: string;
  value: unknown;
  required: boolean;
  set: SetValue;
}) {
  return (
    <select
      {...about}
      value={value === undefined ? "" : JSON.stringify(value)}
      onChange={({ target }) => set(target.value === "" ? undefined : JSON.parse(target.value))}
    >
      {!required && <option value="">as usual</option>}
      {words.map((word) => (
        <option key={String(word)} value={JSON.stringify(word)}>
          {name === "kind" ? kindOption(String(word)) : human(String(word))}
        </option>
      ))}
    </select>
  );
}
