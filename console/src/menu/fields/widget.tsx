/** What a field is changed with, by what the schema says of it. */
import { numberOf } from "../../rules";
import { resolve } from "../schema";
import { alternative } from "./alternatives";
import { Entries } from "./entries";
import type { FieldProps, SetValue, Widget } from "./form";
import { Items } from "./items";
import { Members } from "./members";
import { Raw } from "./raw";
import { DocumentSelect, WordSelect } from "./select";
import { TargetSelect } from "./target";

export function widgetOf(props: FieldProps, set: SetValue, id: string): Widget {
  const { form, schema, at, name, value, required = false } = props;
  const { name: defined, schema: found } = resolve(schema);
  const about = {
    id,
    disabled: form.locked,
    "aria-describedby": `${id}-help`,
    "aria-invalid": form.findings.some((finding) => finding.pointer === at && finding.error),
  };

  if (defined === "target")
    return { element: <TargetSelect {...{ ...props, about, required, set }} /> };

  const ids =
    found.type === "string"
      ? { calendar: form.calendars, in_list: form.lists, menu: form.menus }[name]
      : undefined;
  if (ids) return { element: <DocumentSelect {...{ about, ids, value, set }} /> };

  if (defined === "prompt" && (value === undefined || typeof value === "string")) {
    return {
      element: (
        <textarea
          {...about}
          rows={3}
          value={value ?? ""}
          onChange={({ target }) => set(target.value)}
        />
      ),
    };
  }

  if (found.enum) {
    return {
      element: <WordSelect {...{ about, words: found.enum, name, value, required, set }} />,
    };
  }

  // Alternatives beside fields only narrow them down.
  const alternatives = found.properties ? undefined : (found.anyOf ?? found.oneOf);
  if (alternatives) return alternative(props, alternatives, set, id);

  const type = Array.isArray(found.type) ? "string" : found.type;
  switch (type) {
    case "boolean":
      return {
        element: (
          <span className="tick">
            <input
              {...about}
              type="checkbox"
              checked={value === undefined ? found.default === true : value === true}
              onChange={({ target }) =>
                target.checked === (found.default === true) ? set(undefined) : set(target.checked)
              }
            />
          </span>
        ),
      };
    case "integer":
    case "number":
      return {
        element: (
          <input
            {...about}
            type="number"
            inputMode="decimal"
            min={found.minimum}
            max={found.maximum}
            step={type === "integer" ? 1 : "any"}
            placeholder={found.default === undefined ? "" : String(found.default)}
            value={typeof value === "number" ? value : ""}
            onChange={({ target }) => set(target.value === "" ? undefined : Number(target.value))}
          />
        ),
      };
    case "object":
      return found.properties
        ? { nested: true, element: <Members form={form} schema={found} at={at} value={value} /> }
        : {
            nested: true,
            element: <Entries form={form} schema={found} at={at} value={value} name={name} />,
          };
    case "array":
      return {
        nested: true,
        element: <Items form={form} item={found.items ?? {}} at={at} value={value} name={name} />,
      };
    default:
      if (value !== undefined && typeof value !== "string") {
        return { element: <Raw value={value} set={set} id={id} locked={form.locked} /> };
      }
      return {
        element: (
          <input
            {...about}
            type="text"
            value={typeof value === "string" ? value : ""}
            placeholder={found.examples?.[0] === undefined ? "" : String(found.examples[0])}
            onChange={({ target }) => set(target.value)}
            onBlur={({ target }) => {
              // A number as people write it is made one as documents hold it.
              const number =
                defined === "phone" || defined === "number" ? numberOf(target.value) : undefined;
              if (number !== undefined && number !== value) set(number);
            }}
          />
        ),
      };
  }
}
