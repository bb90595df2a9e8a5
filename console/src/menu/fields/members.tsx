/** The fields of an object: those that are there or must be, the rest on demand. */
import { useState } from "react";
import { human, inOrder, type Schema } from "../schema";
import { Field } from "./field";
import type { Form } from "./form";

export function Members({
  form,
  schema,
  at,
  value,
  leave = [],
  first,
}: {
  form: Form;
  schema: Schema;
  at: string;
  value: unknown;
  leave?: string[];
  /** The fields that are wanted nearly always: the others, there or not, wait until one opens them. */
  first?: string[];
}) {
  const members = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const required = schema.required ?? [];
  const fields = inOrder(schema.properties ?? {}).filter(
    ([name, field]) => !leave.includes(name) && name !== "$schema" && field.const === undefined,
  );
  // As they were when the form was opened: a field that moved away while one writes in it would
  // lose the rest of what is written.
  const [shown] = useState(
    () =>
      first ?? [
        "prompt",
        ...required,
        ...fields.map(([name]) => name).filter((name) => name in members),
      ],
  );
  const there = fields.filter(([name]) => shown.includes(name));
  const more = fields.filter((field) => !there.includes(field));
  const [open, setOpen] = useState(false);
  const set = more.filter(([name]) => name in members);
  const wrong = set.some(([name]) =>
    form.findings.some((finding) => `${finding.pointer}/`.startsWith(`${at}/${name}/`)),
  );
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
        <details
          className="more"
          open={open || wrong}
          onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
        >
          <summary>
            More settings{" "}
            <span className="quiet">
              (
              {set.length > 0
                ? set.map(([name]) => human(name).toLowerCase()).join(", ")
                : more.length}
              )
            </span>
          </summary>
          {more.map(field)}
        </details>
      )}
    </>
  );
}
