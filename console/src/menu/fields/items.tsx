/** A list: each item, moved, removed, and another. */
import { removeAt } from "../../rules";
import { blank, human, type Schema } from "../schema";
import { put } from "../work";
import { Field } from "./field";
import type { Form } from "./form";

export function Items({
  form,
  item,
  at,
  value,
  name,
}: {
  form: Form;
  item: Schema;
  at: string;
  value: unknown;
  name: string;
}) {
  const items = Array.isArray(value) ? value : [];
  const one = human(name);
  return (
    <>
      {items.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item is known by its place
        <div className={typeof entry === "object" ? "entry" : "entry compact"} key={index}>
          <div className="entry-head">
            {typeof entry === "object" && <span className="quiet">{index + 1}</span>}
            <span className="buttons">
              <button
                type="button"
                disabled={form.locked || index === 0}
                aria-label={`Move ${one} ${index + 1} up`}
                onClick={() => {
                  const moved = [...items];
                  moved.splice(index - 1, 0, ...moved.splice(index, 1));
                  form.change(put(at, moved));
                }}
              >
                ↑
              </button>
              <button
                type="button"
                disabled={form.locked}
                aria-label={`Remove ${one} ${index + 1}`}
                onClick={() => form.change((text) => removeAt(text, `${at}/${index}`))}
              >
                Remove
              </button>
            </span>
          </div>
          <Field
            form={form}
            schema={item}
            at={`${at}/${index}`}
            name={`${name} ${index + 1}`}
            value={entry}
            required
            bare
          />
        </div>
      ))}
      <div>
        <button
          type="button"
          disabled={form.locked}
          onClick={() => form.change(put(at, [...items, blank(item)]))}
        >
          + Another {one.toLowerCase()}
        </button>
      </div>
    </>
  );
}
