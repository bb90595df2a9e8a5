// What is sent: for each workload the documents in KV, the requests, and what a right answer is.
import { bytes, call, get, post, press, send, statuses } from "./calls.mjs";
import { LINE_KEYS, line, number, published, tree } from "./menus.mjs";

const CALLS = 500;
const indices = (count) => Array.from({ length: count }, (_, index) => index);

const talks = (text) => (body) => JSON.parse(body).some((action) => action.action === "talk" && action.text.includes(text));
/** Who looks at nothing, and gives the same answer to all. */
export const isDeaf = (name) => ["constant", "floor", "rust-hello"].includes(name);
const empty = (body) => body === "";

/** Answers at `target` for `count` calls spread over `numbers` numbers. */
const answers = (request, numbers = 1, count = CALLS) => ({
  requests: () => indices(count).map((index) => request("/webhooks/answer", call(index, number(index % numbers)), index)),
});

const lineDocuments = () => published(number(0), "line", line);

/** Numbers 0..count, each with its own menu of `nodes` nodes. */
const many = (count, nodes) =>
  Object.assign({}, ...indices(count).map((index) => published(number(index), `menu${index}`, tree(nodes, `line ${index}`))));

/**
 * Walks `count` calls down the line, one key short of the bottom, and gives the URL that the last
 * key press goes to: it holds the sealed state of a real call.
 */
async function walk(port, count) {
  const ends = [];
  for (const index of indices(count)) {
    const caller = call(index, number(0));
    let reply = await send(port, post("/webhooks/answer", caller, index));
    for (const key of LINE_KEYS.slice(0, -1)) {
      reply = await send(port, post(inputTarget(reply), press(caller, key, index), index));
    }
    ends.push({ caller, target: inputTarget(reply), index });
  }
  return ends;
}

function inputTarget({ status, body }) {
  const url = status === 200 && JSON.parse(body).find(({ action }) => action === "input")?.eventUrl?.[0];
  if (!url) throw new Error(`expected an NCCO with an input action, got ${status}: ${body.slice(0, 300)}`);
  const { pathname, search } = new URL(url);
  return pathname + search;
}

const answerWorkload = {
  what: "answer webhook, POST JSON",
  documents: lineDocuments,
  ...answers(post),
  right: talks("Welcome to the bench line"),
};

export const workloads = {
  answer: { ...answerWorkload, variants: ["constant", "floor", "rust-hello", "lean", "hono-kv", "hono-cache", "edge-ivr"] },
  "answer-get": {
    what: "answer webhook, GET",
    documents: lineDocuments,
    ...answers(get),
    right: talks("Welcome to the bench line"),
    variants: ["constant", "hono-cache", "edge-ivr"],
  },
  input: {
    what: "third key press of a call",
    documents: lineDocuments,
    prepare: (server) => (isDeaf(server.name) ? indices(100).map((index) => ({ caller: call(index, number(0)), target: "/webhooks/input?s=constant", index })) : walk(server.port, 100)),
    requests: (walked) => walked.map(({ caller, target, index }) => post(target, press(caller, LINE_KEYS.at(-1), index), index)),
    right: (body) => talks("returns")(body) && JSON.parse(body).some(({ action }) => action === "connect"),
    variants: ["constant", "floor", "lean", "hono-kv", "hono-cache", "edge-ivr"],
  },
  event: {
    what: "status event webhook, to the queue",
    documents: lineDocuments,
    requests: () =>
      indices(CALLS).flatMap((index) =>
        statuses(call(index, number(0)), index).map((event, nth) => post("/webhooks/event", event, index * 4 + nth)),
      ),
    right: empty,
    variants: ["constant", "floor", "lean", "hono-cache", "edge-ivr"],
  },
  "answer-c1": { ...answerWorkload, what: "answer, 1 connection", connections: 1, variants: ["constant", "hono-cache", "edge-ivr"] },
  "answer-c64": { ...answerWorkload, what: "answer, 64 connections", connections: 64, variants: ["constant", "hono-cache", "edge-ivr"] },
  "menu-2000": {
    what: "answer, a menu of 2,000 nodes",
    documents: () => published(number(0), "big", tree(2000)),
    ...answers(post),
    right: talks("This is desk 0"),
    variants: ["constant", "hono-kv", "hono-cache", "edge-ivr"],
  },
  "numbers-500": {
    what: "answer, 500 numbers and menus, 50 MB of KV",
    documents: () => many(500, 290),
    ...answers(post, 500),
    right: talks("This is desk 0"),
    warm: 10_000,
    variants: ["constant", "hono-kv", "hono-cache", "edge-ivr"],
  },
};

// How cost grows, our Worker alone.
for (const nodes of [10, 100, 1000, 2000]) {
  workloads[`grow-nodes-${nodes}`] = {
    what: `answer, one menu of ${nodes} nodes`,
    documents: () => published(number(0), `tree${nodes}`, tree(nodes)),
    ...answers(post),
    right: talks("This is desk 0"),
    variants: ["constant", "edge-ivr"],
    growth: true,
  };
}
for (const numbers of [10, 100, 1000]) {
  workloads[`grow-numbers-${numbers}`] = {
    what: `answer, ${numbers} numbers with menus of 30 nodes`,
    documents: () => many(numbers, 30),
    ...answers(post, numbers, Math.max(CALLS, numbers)),
    right: talks("This is desk 0"),
    warm: 10_000,
    variants: ["constant", "edge-ivr"],
    growth: true,
  };
}

/** A mix as a line in use sees it: one answer, one key press and four statuses a call. */
export const soak = {
  what: "answers, key presses and events together",
  documents: lineDocuments,
  prepare: (server) => walk(server.port, 100),
  requests: (walked) => [...answerWorkload.requests(), ...workloads.input.requests(walked), ...workloads.event.requests()].sort((a, b) => a.headers.at(-1).localeCompare(b.headers.at(-1))),
};

/** The file that load.lua reads. */
export const file = (requests) => requests.map((request) => ((whole) => `${Buffer.byteLength(whole)}\n${whole}`)(bytes(request))).join("");
