/** A place of a menu's text, as a finding names it by its pointer (RFC 6901). */
import { human } from "./schema";

function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The node it is in; nothing for a place of the menu itself. */
export function nodeOf(pointer: string): string | null {
  const [first, node] = stepsOf(pointer);
  return first === "nodes" && node ? node : null;
}

/** `/nodes/main/choices/4` as the form calls it: main › Choices › 4. */
export function placeName(pointer: string): string {
  const node = nodeOf(pointer);
  const fields = stepsOf(pointer).slice(node === null ? 0 : 2);
  const names = fields.map((field) => (/^\d+$/.test(field) ? field : human(field)));
  return [node ?? "the menu itself", ...names].join(" › ");
}
