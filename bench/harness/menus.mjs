// Menus of any size, as documents in KV.
import { createHash } from "node:crypto";

const voice = { language: "en-GB", style: 0, premium: false };
const silence = { tries: 2, prompts: ["Sorry, I did not hear you."], then: "operator" };
const wrong = { tries: 2, prompts: ["That is not one of the options."], then: "operator" };

const ask = (prompt, choices) => ({ kind: "menu", prompt, choices, no_input: silence, no_match: wrong });
const ring = (number, prompt) => ({ kind: "connect", prompt, to: [number], ring: 20, otherwise: "sorry" });

/** The line most workloads ring: three menus below one another. `LINE_KEYS` walks to the bottom. */
export const LINE_KEYS = ["2", "1", "2"];
export const line = {
  title: "Bench line",
  start: "main",
  voice,
  keys: { 0: "operator" },
  nodes: {
    main: ask("Welcome to the bench line. Press 1 for sales, 2 for support, or 3 for billing.", {
      1: { label: "sales", then: "sales" },
      2: { label: "support", then: "support" },
      3: { label: "billing", then: "billing" },
    }),
    support: ask("Support. Press 1 for an order you have placed, or 2 for a product that is not working.", {
      1: { label: "orders", then: "orders" },
      2: { label: "repairs", then: "repairs" },
    }),
    orders: ask("Orders. Press 1 to hear where your parcel is, or 2 to send something back.", {
      1: { label: "parcels", then: "parcels" },
      2: { label: "returns", then: "returns" },
    }),
    sales: ring("447700900100", "Putting you through to sales."),
    repairs: ring("447700900102", "Putting you through to repairs."),
    billing: ring("447700900104", "Putting you through to billing."),
    parcels: ring("447700900105", "Putting you through to the parcel desk."),
    returns: ring("447700900106", "Putting you through to returns."),
    operator: ring("447700900109", "One moment, please."),
    sorry: { kind: "hangup", prompt: "Nobody can take your call just now. Goodbye." },
  },
};

/** A tree of `size` nodes, nine choices to a menu, about 350 bytes a node. */
export function tree(size, title = `A menu of ${size} nodes`) {
  const inner = size - 2;
  const nodes = {};
  for (let index = 0; index < inner; index += 1) {
    const choices = {};
    for (let key = 1; key <= 9 && index * 9 + key < inner; key += 1) {
      choices[key] = { label: `desk ${index * 9 + key}`, then: `n${index * 9 + key}` };
    }
    nodes[`n${index}`] = Object.keys(choices).length
      ? ask(`This is desk ${index} of ${title}. Choose one of the desks below it with the keys one to nine, or press 0 for the operator.`, choices)
      : { kind: "say", prompt: `This is desk ${index} of ${title}. Thank you for calling; the desk opens again at nine in the morning, and until then a letter is the surest way to reach us. Nothing more can be said here about the matter that you are calling about, and we are sorry for it.`, then: "sorry" };
  }
  nodes.operator = ring("447700900109", "One moment, please.");
  nodes.sorry = line.nodes.sorry;
  return { title, start: "n0", voice, keys: { 0: "operator" }, nodes };
}

/** Number `index` of those the bench rings. */
export const number = (index) => `4420794${String(index).padStart(5, "0")}`;

/** KV documents that make `number` ring `menu`. */
export const published = (to, id, menu) => ({
  [`number:${to}`]: JSON.stringify({ menu: id }),
  [`menu:${id}`]: JSON.stringify(menu),
});

/** JSON with its members in order: of ASCII keys and whole numbers that is RFC 8785. */
const canonical = (value) =>
  JSON.stringify(value, (_, inner) => (inner && typeof inner === "object" && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner));
const version = (menu) => createHash("sha256").update(canonical(menu)).digest("hex");

/** A tree whose callers are asked for by a calendar first, and hear the same whatever it says. */
export function treeWithHours(size, title) {
  const menu = tree(size - 1, title);
  const hours = { kind: "hours", calendar: "office", open: "n0", closed: "n0" };
  return { ...menu, start: "hours", nodes: { hours, ...menu.nodes } };
}

/**
 * A document as publishing leaves it in KV: itself, its copy, of a menu the pointer to that, and beside
 * it as metadata what lists show, which text was checked, and what it names.
 */
export function asPublished(kind, id, document) {
  const [key, hash, text] = [`${kind}:${id}`, version(document), JSON.stringify(document)];
  const shown = kind === "number" ? { entry: document } : { title: document.title };
  if (kind === "menu") {
    shown.sha256 = createHash("sha256").update(text).digest("hex");
    shown.names = [...new Set(Object.values(document.nodes).flatMap(({ calendar }) => (calendar ? [`calendar:${calendar}`] : [])))];
  }
  return {
    documents: { [key]: text, [`version:${hash}`]: text, ...(kind === "menu" && { [`lastgood:${id}`]: hash }) },
    metadata: { [key]: { version: hash, ...shown } },
  };
}

/** The same of a menu and of the number that rings it. */
export function inForce(index, menu) {
  const [one, other] = [asPublished("menu", `menu${index}`, menu), asPublished("number", number(index), { menu: `menu${index}` })];
  return { documents: { ...one.documents, ...other.documents }, metadata: { ...one.metadata, ...other.metadata } };
}
