/** One field of a form, for whatever its description says it takes. */
import { useId } from "react";
import { Words } from "../../parts/words";
import { type Finding, removeAt } from "../../rules";
import { human, resolve } from "../schema";
import { put } from "../work";
import type { FieldProps } from "./form";
import { widgetOf } from "./widget";

export function Field(props: FieldProps) {
  const { form, schema, at, name, value, required = false, bare = false } = props;
  const id = useId();
  const found = resolve(schema);
  const description = schema.description || found.description;
  const wrong = form.findings.filter((finding) => finding.pointer === at);
  const label = human(name);

  function set(next: unknown) {
    if ((next === "" || next === undefined) && !required)
      form.change((text) => (value === undefined ? text : removeAt(text, at)));
    else form.change(put(at, next));
  }

  const widget = widgetOf(props, set, id);
  if (widget.nested) {
    return (
      <fieldset className={bare ? "nested bare" : "nested"} data-at={at}>
        <legend className={bare ? "sr" : undefined}>{label}</legend>
        {description && !bare && (
          <p className="help">
            <Words text={description} />
          </p>
        )}
        {widget.element}
        {!widget.tells && <Wrong findings={wrong} />}
      </fieldset>
    );
  }
  return (
    <div className="field" data-at={at}>
      <label htmlFor={id} className={bare ? "sr" : undefined}>
        {label} {!required && <span className="quiet">optional</span>}
      </label>
      {widget.element}
      {description && (
        <p className={bare ? "sr" : "help"} id={`${id}-help`}>
          <Words text={description} />
        </p>
      )}
      <Wrong findings={wrong} />
    </div>
  );
}

function Wrong({ findings }: { findings: Finding[] }) {
  return findings.map((finding) => (
    <p key={finding.code + finding.message} className={finding.error ? "bad" : "advice"}>
      <Words text={finding.help ? `${finding.message} — ${finding.help}` : finding.message} />
    </p>
  ));
}
