/** One field of a form, for whatever its description says it takes. */
import { useId, useState } from "react";
import type { Finding } from "../rules";
import { removeAt, renameAt } from "../rules";
import { blank, fits, human, inOrder, kindSays, resolve, type Schema } from "./schema";
import { put } from "./work";

export interface Form {
  nodes: string[];
  menus: string[];
  calendars: string[];
  lists: string[];
  findings: Finding[];
  locked: boolean;
  change: (edit: (text: string) => string) => string | null;
  /** Makes a node and gives its id. */
  addNode: (pointer: string) => void;
}

interface FieldProps {
  form: Form;
  schema: Schema;
  at: string;
  name: string;
  value: unknown;
  required?: boolean;
  /** Its name and what it means are plain from what stands around it. */
  bare?: boolean;
}

const WORDS: Record<string, string> = {
  "@hangup": "The call ends",
  "@repeat": "The same again",
  "@back": "Where the caller was before",
  "@start": "The start of this menu",
  "@return": "Back to the menu that sent the caller",
};

const NEW_STEP = "\u0000new";

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
      <fieldset className={bare ? "nested bare" : "nested"}>
        <legend className={bare ? "sr" : undefined}>{label}</legend>
        {description && !bare && <p className="help">{description}</p>}
        {widget.element}
        <Wrong findings={wrong} />
      </fieldset>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id} className={bare ? "sr" : undefined}>
        {label} {!required && <span className="quiet">optional</span>}
      </label>
      {widget.element}
      {description && (
        <p className={bare ? "sr" : "help"} id={`${id}-help`}>
          {description}
        </p>
      )}
      <Wrong findings={wrong} />
    </div>
  );
}

function Wrong({ findings }: { findings: Finding[] }) {
  return findings.map((finding) => (
    <p key={finding.code + finding.message} className={finding.error ? "bad" : "advice"}>
      {finding.message}
      {finding.help && <> {finding.help}</>}
    </p>
  ));
}

function widgetOf(
  { form, schema, at, name, value, required = false }: FieldProps,
  set: (value: unknown) => void,
  id: string,
): { element: React.ReactNode; nested?: boolean } {
  const { name: defined, schema: found } = resolve(schema);
  const about = {
    id,
    disabled: form.locked,
    "aria-describedby": `${id}-help`,
    "aria-invalid": form.findings.some((finding) => finding.pointer === at && finding.error),
  };

  if (defined === "target") {
    const written = typeof value === "string" ? value : "";
    const known = [
      ...form.nodes,
      ...Object.keys(WORDS),
      ...form.menus.map((menu) => `menu:${menu}`),
    ];
    return {
      element: (
        <select
          {...about}
          value={written}
          onChange={({ target }) =>
            target.value === NEW_STEP ? form.addNode(at) : set(target.value)
          }
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
      ),
    };
  }

  const ids =
    found.type === "string"
      ? { calendar: form.calendars, in_list: form.lists, menu: form.menus }[name]
      : undefined;
  if (ids) {
    const written = typeof value === "string" ? value : "";
    return {
      element: (
        <select {...about} value={written} onChange={({ target }) => set(target.value)}>
          {!ids.includes(written) && (
            <option value={written}>{written ? `${written} (missing)` : "—"}</option>
          )}
          {ids.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      ),
    };
  }

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
      element: (
        <select
          {...about}
          value={value === undefined ? "" : JSON.stringify(value)}
          onChange={({ target }) => set(target.value === "" ? undefined : JSON.parse(target.value))}
        >
          {!required && <option value="">as usual</option>}
          {found.enum.map((word) => (
            <option key={String(word)} value={JSON.stringify(word)}>
              {human(String(word))}
              {name === "kind" && ` — ${kindSays(String(word))}`}
            </option>
          ))}
        </select>
      ),
    };
  }

  // Alternatives beside fields only narrow them down.
  const alternatives = found.properties ? undefined : (found.anyOf ?? found.oneOf);
  if (alternatives)
    return alternative({ form, schema, at, name, value, required }, alternatives, set, id);

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
          />
        ),
      };
  }
}

/** One of several shapes. */
function alternative(
  props: FieldProps,
  all: Schema[],
  set: (value: unknown) => void,
  id: string,
): { element: React.ReactNode; nested?: boolean } {
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
    const { element, nested } = widgetOf(
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
      element: (
        <>
          {element}
          {more}
        </>
      ),
    };
  }
  return {
    nested: true,
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
  set: (value: unknown) => void;
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
        <Field form={form} schema={schema} at={at} name="value" value={value} required />
      ) : null}
    </>
  );
}

/** The fields of an object: those that are there or must be, the rest on demand. */
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

/** An object whose names are the operator's: keys and what they choose, headers. */
function Entries({
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
      setWrong(asksKeys ? "Keys are 0 to 9, * and #." : "That is not a name for it.");
      return;
    }
    if (key in members) {
      setWrong(`There is ${key} already.`);
      return;
    }
    const step = `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
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
        const step = `${at}/${entry.replaceAll("~", "~0").replaceAll("/", "~1")}`;
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

/** A name that is changed when one is done with it, not while one types. */
export function Rename({
  label,
  value,
  locked,
  rename,
}: {
  label: string;
  value: string;
  locked: boolean;
  rename: (next: string) => string | null;
}) {
  const [written, setWritten] = useState(value);
  const [known, setKnown] = useState(value);
  const [wrong, setWrong] = useState<string | null>(null);
  if (known !== value) {
    setKnown(value);
    setWritten(value);
  }
  function done() {
    if (written === value) return;
    const why = rename(written);
    setWrong(why);
    if (why !== null) setWritten(value);
  }
  return (
    <>
      <input
        aria-label={label}
        className="rename"
        value={written}
        disabled={locked}
        onChange={({ target }) => setWritten(target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            done();
          }
        }}
      />
      {wrong && (
        <span className="bad" role="alert">
          {wrong}
        </span>
      )}
    </>
  );
}

function Items({
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
  const [one] = [human(name)];
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
          onClick={() => form.change(put(`${at}`, [...items, blank(item)]))}
        >
          + Another {one.toLowerCase()}
        </button>
      </div>
    </>
  );
}

/** What no other field can show: as JSON. */
function Raw({
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
