// What lies on the queue while calls are under way: real messages, which our Worker wrote for one
// call, made those of as many calls as are wanted by giving each its own ids, numbers and times.
import { createHash } from "node:crypto";
import { call, post, press, send, statuses } from "./calls.mjs";
import { LINE_KEYS, line, number, published } from "./menus.mjs";
import { variants } from "./variants.mjs";
import { startWorker } from "./workerd.mjs";

const TO = number(0);
/** Milliseconds between the starts of two calls of the stream. */
const SPACING = 1000;

/** The second leg of a call: the desk that is rung. */
const deskOf = (caller) => ({ ...caller, from: TO, to: "447700900106", uuid: createHash("sha256").update(caller.uuid).digest("hex").slice(0, 32) });

function inputTarget({ status, body }) {
  const url = status === 200 && JSON.parse(body).find(({ action }) => action === "input")?.eventUrl?.[0];
  if (!url) throw new Error(`expected an NCCO with an input action, got ${status}: ${body.slice(0, 300)}`);
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/**
 * The messages of one call as our Worker writes them. `withDesk`: the desk picks up, so the call has
 * a second leg and 20 events; without it the caller hangs up in the menu.
 */
async function template(server, storage, withDesk) {
  const caller = call(withDesk ? 1 : 2, TO);
  const messages = [];
  const tell = async (target, payload) => {
    const reply = await send(server.port, post(target, payload));
    if (reply.status !== 200) throw new Error(`${target}: ${reply.status} ${reply.body}\n${server.log().slice(-2000)}`);
    // What is written behind the reply.
    for (let waited = 0, found = []; found.length === 0; waited += 1) {
      if (waited > 100) throw new Error(`${target}: nothing came on the queue`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      found = await storage.messages();
      messages.push(...found);
    }
    return reply;
  };
  await storage.messages();
  const [started, ringing, answered, completed] = statuses(caller, 0);
  let reply = await tell("/webhooks/answer", caller);
  for (const status of [started, ringing, answered]) await tell("/webhooks/event", status);
  for (const key of withDesk ? LINE_KEYS : LINE_KEYS.slice(0, 1)) reply = await tell(inputTarget(reply), press(caller, key, 0));
  if (withDesk) {
    const outbound = statuses(deskOf(caller), 0).map((status) => ({ ...status, direction: "outbound" }));
    for (const status of outbound) await tell("/webhooks/event", status);
  }
  await tell("/webhooks/event", completed);
  const ids = new Set(messages.flatMap((message) => [JSON.parse(message)].flat().map(({ id }) => id)));
  return { caller, desk: deskOf(caller).uuid, ids: [...ids], messages };
}

/** A call's messages with everything that makes it that call exchanged. */
function instance({ caller, desk, ids, messages }, index, start) {
  const of = (text, length) => createHash("sha256").update(`${index} ${text}`).digest("hex").slice(0, length);
  const conversation = of("conversation", 32);
  const swaps = [
    [caller.conversation_uuid, `CON-${[conversation.slice(0, 8), conversation.slice(8, 12), conversation.slice(12, 16), conversation.slice(16, 20), conversation.slice(20)].join("-")}`],
    [caller.uuid, of("leg", 32)],
    [desk, of("desk", 32)],
    [caller.from, `4477${String(10_000_000 + ((index * 7919) % 80_000_000))}`],
    ...ids.map((id) => [id, of(id, id.length)]),
  ];
  // Times of arrival count from the call's start; the first message says when that was.
  const [first] = [JSON.parse(messages[0])].flat();
  const shift = start - Date.parse(first.receivedat);
  const later = (text) => new Date(Date.parse(text) + shift).toISOString();
  return messages.map((message, place) => {
    let text = message;
    for (const [from, to] of swaps) text = text.replaceAll(from, to);
    text = text.replace(/"receivedat":"[^"]*"/g, `"receivedat":"${new Date(start + place * 2000).toISOString()}"`);
    text = text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (time, at) => (text.slice(at - 14, at) === '"receivedat":"' ? time : later(time)));
    return { text, at: start + place * 2000 };
  });
}

/** The two calls that traffic is made of; half of all have a second leg. */
export async function templates(storage) {
  await storage.fill(published(TO, "line", line));
  const server = await startWorker({ ...variants["edge-ivr"], name: "templates" }, storage, post("/webhooks/answer", call(0, TO)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const both = [await template(server, storage, false), await template(server, storage, true)];
  await server.stop();
  return both;
}

export const eventsOf = (message) => (message.match(/"specversion":/g) ?? []).length;

/** The messages of calls `from` to `to` as they come: many calls under way at once. */
export function stream(templates, from, to) {
  const began = Date.UTC(2026, 10, 21, 8);
  const messages = [];
  for (let index = from; index < to; index += 1) messages.push(...instance(templates[index % 2], index, began + index * SPACING));
  return messages.sort((a, b) => a.at - b.at).map(({ text }) => text);
}

/** Cut into batches of so many events, as the messages allow. */
export function batches(messages, events) {
  const all = [];
  let open = [];
  let count = 0;
  for (const message of messages) {
    const more = eventsOf(message);
    if (open.length && count + more > events) {
      all.push(open);
      open = [];
      count = 0;
    }
    open.push(message);
    count += more;
  }
  if (open.length) all.push(open);
  return all;
}
