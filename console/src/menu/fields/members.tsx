/** The fields of an object: those that are there or must be, the rest on demand. */
import { inOrder, type Schema } from "../schema";
import { Field } from "./field";
import type { Form } from "./form";

export function Members({
  form,
  schema,
  at,
  value,
  leave = [],
}: {
  form: Form;
  schema: Schema;
  at: string;
  value: unknown;
  leave?: string[];
}) {
  const members = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const required = schema.required ?? [];
  const fields = inOrder(schema.properties ?? {}).filter(
    ([name, field]) => !leave.includes(name) && name !== "$schema" && field.const === undefined,
  );
  const there = fields.filter(
    ([name]) => name in members || required.includes(name) || name === "prompt",
  );
  const more = fields.filter((field) => !there.includes(field));
  const field = ([name, one]: [string, Schema]) => (
    <Field
      key={name}
      form={form}
      schema={one}
      at={`${at}/${name}`}
      name={name}
      value={members[name]}
      required={required.includes(name)}
    />
  );
  return (
    <>
      {there.map(field)}
      {more.length > 0 && (
        <details className="more">
          <summary>
            More settings <span className="quiet">({more.length})</span>
          </summary>
          {more.map(field)}
        </details>
      )}
    </>
  );
}
