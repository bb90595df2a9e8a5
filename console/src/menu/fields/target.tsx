/** Where callers go next. */
import type { About, Form, SetValue } from "./form";

const WORDS: Record<string, string> = {
  "@hangup": "The call ends",
  "@repeat": "The same again",
  "@back": "Where the caller was before",
  "@start": "The start of this menu",
  "@return": "Back to the menu that sent the caller",
};

const NEW_STEP = "\u0000new";

export function TargetSelect({
  form,
  about,
  at,
  value,
  required,
  set,
}: {
  form: Form;
  about: About;
  at: string;
  value: unknown;
  required: boolean;
  set: SetValue;
}) {
  const written = typeof value === "string" ? value : "";
  const known = [...form.nodes, ...Object.keys(WORDS), ...form.menus.map((menu) => `menu:${menu}`)];
  return (
    <select
      {...about}
      value={written}
      onChange={({ target }) => (target.value === NEW_STEP ? form.addNode(at) : set(target.value))}
    >
      {!required && <option value="">—</option>}
      {written !== "" && !known.includes(written) && (
        <option value={written}>{written} (missing)</option>
      )}
      <optgroup label="Steps">
        {form.nodes.map((node) => (
          <option key={node}>{node}</option>
        ))}
        <option value={NEW_STEP}>A new step…</option>
      </optgroup>
      <optgroup label="Elsewhere">
        {Object.entries(WORDS).map(([word, says]) => (
          <option key={word} value={word}>
            {says}
          </option>
        ))}
        {form.menus.map((menu) => (
          <option key={menu} value={`menu:${menu}`}>
            The menu {menu}
          </option>
        ))}
      </optgroup>
    </select>
  );
}
