/** One of several shapes. */
import { useId } from "react";
import { blank, fits, human, resolve, type Schema } from "../schema";
import { put } from "../work";
import { Field } from "./field";
import type { FieldProps, Form, SetValue, Widget } from "./form";
import { Items } from "./items";
import { Members } from "./members";
import { widgetOf } from "./widget";

export function alternative(props: FieldProps, all: Schema[], set: SetValue, id: string): Widget {
  const { form, at, name, value, required = false } = props;
  const resolved = all.map((one) => ({ one, ...resolve(one) }));
  const object = resolved.find((one) => one.schema.type === "object");
  const target = resolved.find((one) => one.name === "target");
  const boolean = resolved.find((one) => one.schema.type === "boolean");
  const list = resolved.find((one) => one.schema.type === "array");

  // A choice: where it leads, and more when wanted.
  if (target && object) {
    const members = (
      typeof value === "string" || value === undefined ? { then: value } : value
    ) as Record<string, unknown>;
    return {
      nested: true,
      element: (
        <Members
          form={{
            ...form,
            change: (edit) =>
              form.change((text) =>
                edit(typeof value === "string" ? put(at, { then: value })(text) : text),
              ),
          }}
          schema={object.schema}
          at={at}
          value={members}
          first={["label", "then"]}
        />
      ),
    };
  }
  if (boolean && object && all.length === 2) {
    const on = value === true || (typeof value === "object" && value !== null);
    return {
      nested: true,
      element: (
        <>
          <label className="tick">
            <input
              type="checkbox"
              disabled={form.locked}
              checked={on}
              onChange={(event) => set(event.target.checked ? true : undefined)}
            />
            Yes
          </label>
          {on && (
            <Members
              form={{
                ...form,
                change: (edit) =>
                  form.change((text) => edit(value === true ? put(at, {})(text) : text)),
              }}
              schema={object.schema}
              at={at}
              value={value === true ? {} : value}
            />
          )}
        </>
      ),
    };
  }
  // One of something, or several of it: the first alone until somebody wants another.
  if (list && all.length === 2) {
    const item = single(resolved.find((one) => one !== list)?.one ?? {});
    if (Array.isArray(value)) {
      return {
        nested: true,
        element: (
          <Items form={form} item={list.schema.items ?? item} at={at} value={value} name={name} />
        ),
      };
    }
    const { element, nested, tells } = widgetOf(
      { form, schema: item, at, name, value, required },
      set,
      id,
    );
    const more = value !== undefined && value !== "" && (
      <div>
        <button
          type="button"
          className="plain"
          disabled={form.locked}
          aria-label={`Add another ${human(name).toLowerCase()}`}
          onClick={() => form.change(put(at, [value, blank(item)]))}
        >
          + Another
        </button>
      </div>
    );
    return {
      nested: nested ?? false,
      tells: tells ?? false,
      element: (
        <>
          {element}
          {more}
        </>
      ),
    };
  }
  const chosen = value === undefined ? undefined : all.find((one) => fits(one, value));
  return {
    nested: true,
    tells: chosen !== undefined && !resolve(chosen).schema.properties,
    element: <OneOf form={form} all={all} at={at} value={value} set={set} required={required} />,
  };
}

/** Of something that may be several, the one. */
function single(schema: Schema): Schema {
  const all = schema.anyOf ?? schema.oneOf ?? [];
  const list = all.find((one) => resolve(one).schema.type === "array");
  return (list && all.length === 2 && all.find((one) => one !== list)) || schema;
}

function shapeName(schema: Schema): string {
  const { name, schema: found } = resolve(schema);
  const mark = found.required?.[0];
  if (mark) return human(mark);
  if (name) return human(name);
  if (found.description) return found.description.replace(/\.$/, "");
  return human(String(found.type ?? "value"));
}

function OneOf({
  form,
  all,
  at,
  value,
  set,
  required,
}: {
  form: Form;
  all: Schema[];
  at: string;
  value: unknown;
  set: SetValue;
  required: boolean;
}) {
  const id = useId();
  const chosen = value === undefined ? -1 : all.findIndex((one) => fits(one, value));
  const schema = all[chosen];
  return (
    <>
      <label htmlFor={id} className="sr">
        Kind
      </label>
      <select
        id={id}
        disabled={form.locked}
        value={chosen}
        onChange={({ target }) => {
          const next = all[Number(target.value)];
          set(next ? blank(next) : undefined);
        }}
      >
        {(chosen < 0 || !required) && <option value={-1}>—</option>}
        {all.map((one, index) => (
          <option key={shapeName(one)} value={index}>
            {shapeName(one)}
          </option>
        ))}
      </select>
      {schema && resolve(schema).schema.properties ? (
        <Members form={form} schema={resolve(schema).schema} at={at} value={value} />
      ) : schema ? (
        <Field
          form={form}
          schema={schema}
          at={at}
          name={shapeName(schema)}
          value={value}
          required
        />
      ) : null}
    </>
  );
}
