/** The description of documents, read for forms: which fields a place has, and what each takes. */
import root from "../../../menus/menu.schema.json";

export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  format?: string;
  examples?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  propertyNames?: Schema;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

const definitions = (root as unknown as { $defs: Record<string, Schema> }).$defs;

export const KINDS = (definitions.node?.properties?.kind?.enum ?? []) as string[];

export interface Resolved {
  /** The definition it comes from: `target`, `prompt`, … */
  name: string | null;
  schema: Schema;
  description: string;
}

export function resolve(schema: Schema): Resolved {
  let here = schema;
  let name: string | null = null;
  let description = schema.description ?? "";
  for (let depth = 0; here.$ref && depth < 12; depth += 1) {
    name = here.$ref.split("/").pop() ?? null;
    const next = definitions[name ?? ""];
    if (!next) break;
    here = next;
    description ||= here.description ?? "";
  }
  return { name, schema: here, description };
}

export function definition(name: string): Schema {
  return definitions[name] ?? {};
}

export function kindSays(kind: string): string {
  return definitions[`node_${kind}`]?.description ?? "";
}

/** A kind as one chooses it: what it does, and its name. */
export function kindOption(kind: string): string {
  return `${kindSays(kind).replace(/\.$/, "")} (${kind})`;
}

const NAMES: Record<string, string> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
  timezone: "Time zone",
  no_input: "The caller stays silent",
  no_match: "The caller presses something else",
  barge_in: "Keys interrupt the prompt",
};

/** `max_failures` → `Max failures`; what reads badly so has a name of its own. */
export function human(name: string): string {
  const known = NAMES[name];
  if (known) return known;
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is read and changed most stands first; what a schema has besides, after it by name. */
const FIRST = [
  "title",
  "label",
  "prompt",
  "short_prompt",
  "calendar",
  "to",
  "on",
  "in_list",
  "choices",
  "cases",
  "then",
  "say",
  "open",
  "closed",
  "no_input",
  "no_match",
  "busy",
  "no_answer",
  "otherwise",
  "timezone",
  "weekly",
  "exceptions",
  "date",
  "name",
  "hours",
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
];

export function inOrder(properties: Record<string, Schema>): [string, Schema][] {
  const place = (name: string) => {
    const at = FIRST.indexOf(name);
    return at < 0 ? FIRST.length : at;
  };
  return Object.entries(properties).sort(([one], [two]) => place(one) - place(two));
}

/** A value to begin with, as small as the schema lets it be. */
export function blank(schema: Schema): unknown {
  const { name, schema: found } = resolve(schema);
  if (name === "target") return "@hangup";
  if (found.default !== undefined) return found.default;
  if (found.const !== undefined) return found.const;
  if (found.enum) return found.enum[0];
  const first = (found.anyOf ?? found.oneOf)?.[0];
  if (first) return blank(first);
  switch (Array.isArray(found.type) ? found.type[0] : found.type) {
    case "object": {
      const made: Record<string, unknown> = {};
      for (const field of found.required ?? []) {
        const schema = found.properties?.[field];
        if (schema) made[field] = blank(schema);
      }
      return made;
    }
    case "array":
      return [];
    case "boolean":
      return false;
    case "integer":
    case "number":
      return found.minimum ?? 0;
    default:
      // The example of a number is somebody's: a number that nobody gave is refused, not called.
      return name === "phone" || name === "number" ? "" : (found.examples?.[0] ?? "");
  }
}

/** Whether a value is of the type a schema asks for. */
export function fits(schema: Schema, value: unknown): boolean {
  const { schema: found } = resolve(schema);
  const alternatives = found.anyOf ?? found.oneOf;
  if (alternatives && !found.type) return alternatives.some((one) => fits(one, value));
  if (found.const !== undefined) return found.const === value;
  if (found.enum) return found.enum.includes(value);
  const types = Array.isArray(found.type) ? found.type : [found.type];
  return types.some((type) => {
    switch (type) {
      case "object": {
        if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
        const [mark] = found.required ?? [];
        return found.additionalProperties !== false || mark === undefined || mark in value;
      }
      case "array":
        return Array.isArray(value);
      case "integer":
      case "number":
        return typeof value === "number";
      case undefined:
        return true;
      default:
        return typeof value === type;
    }
  });
}
