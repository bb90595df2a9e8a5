/** An object whose names are the operator's: keys and what they choose, headers. */
import { useId, useState } from "react";
import { removeAt, renameAt } from "../../rules";
import { blank, human, resolve, type Schema } from "../schema";
import { pointer, put } from "../work";
import { Field } from "./field";
import type { Form } from "./form";
import { Rename } from "./rename";

export function Entries({
  form,
  schema,
  at,
  value,
  name,
}: {
  form: Form;
  schema: Schema;
  at: string;
  value: unknown;
  name: string;
}) {
  const members = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const item = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const id = useId();
  const pattern = resolve(schema.propertyNames ?? {}).schema.pattern;
  const asksKeys = resolve(schema.propertyNames ?? {}).name === "keys";
  const noun = asksKeys ? "Key" : "Name";

  function add() {
    if (key === "" || (pattern && !new RegExp(pattern).test(key))) {
      setWrong(
        asksKeys
          ? "Say which key: 0 to 9, * or #, or several in a row."
          : "Write a name: letters, digits, - and _.",
      );
      return;
    }
    if (key in members) {
      setWrong(asksKeys ? `Key ${key} has a choice already.` : `There is ${key} already.`);
      return;
    }
    const step = at + pointer(key);
    const made = asksKeys ? { label: "", then: "@hangup" } : blank(item);
    setWrong(
      form.change((text) => {
        const whole = value === undefined ? put(at, {})(text) : text;
        return put(step, made)(whole);
      }),
    );
    setKey("");
  }

  return (
    <>
      {Object.entries(members).map(([entry, one]) => {
        const step = at + pointer(entry);
        return (
          <div className="entry" key={entry}>
            <div className="entry-head">
              <Rename
                label={`${noun} of ${entry}`}
                value={entry}
                locked={form.locked}
                rename={(next) => form.change((text) => renameAt(text, step, next))}
              />
              <button
                type="button"
                disabled={form.locked}
                aria-label={`Remove ${entry} from ${human(name).toLowerCase()}`}
                onClick={() => form.change((text) => removeAt(text, step))}
              >
                Remove
              </button>
            </div>
            <Field
              form={form}
              schema={item}
              at={step}
              bare
              name={asksKeys ? `who press ${entry}` : entry}
              value={one}
              required
            />
          </div>
        );
      })}
      <div className="line add">
        <label htmlFor={id} className="sr">
          {asksKeys ? "Another key" : "Another name"}
        </label>
        <input
          id={id}
          value={key}
          disabled={form.locked}
          placeholder={asksKeys ? "Another key" : "Another name"}
          onChange={({ target }) => setKey(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
        />
        <button type="button" disabled={form.locked} onClick={add}>
          {asksKeys ? "Add choice" : "Add"}
        </button>
      </div>
      <p className="bad" role="alert">
        {wrong}
      </p>
    </>
  );
}
