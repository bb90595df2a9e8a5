// What ten thousand Durable Objects leave behind in the isolate that ran them, when each was called once
// and evicted.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { call, post } from "./calls.mjs";
import { number } from "./menus.mjs";
import { judge } from "./report.mjs";
import { variants } from "./variants.mjs";
import { out, root, sleep, startWorker } from "./workerd.mjs";

/** workerd evicts an object that nobody has called for ten seconds. */
const UNTIL_EVICTED = 13_000;

const floor = { name: "floor", folder: join(root, "bench", "peers", "objects") };

async function asked(server, target, body) {
  const reply = await fetch(`http://127.0.0.1:${server.objectsPort}/${target}`, body && { method: "POST", body: JSON.stringify(body) });
  const said = await reply.text();
  if (!reply.ok) throw new Error(`${server.name}: ${reply.status} ${said}\n${server.log().slice(-2000)}`);
  return said;
}

/** Memory after each round of as many new objects; the last once more when garbage was collected. */
async function rounds(variant, storage, count, each) {
  const bindings = { ...variants["edge-ivr"].bindings };
  const watched = { ...variant, name: `objects-${variant.name}`, entry: "watched.js", bindings, v8Flags: ["--expose-gc"] };
  const server = await startWorker(watched, storage, post("/webhooks/answer", call(0, number(0))));
  const memory = async (target = "") => ({ ...JSON.parse(await asked(server, target)), resident: server.memory().now });
  const found = [];
  for (let round = 0; round < count; round += 1) {
    await asked(server, "", { from: round * each, to: (round + 1) * each });
    await sleep(UNTIL_EVICTED);
    found.push(await memory());
  }
  const collected = await memory("?collect");
  await server.stop();
  // A database for each object: a third of a gigabyte.
  rmSync(join(out, "servers", watched.name), { recursive: true });
  return { rounds: found, collected };
}

/** Objects of both classes, made and evicted in rounds; nobody collects garbage but V8 itself. */
export async function objects(storage, { quick, beside }) {
  const [count, each] = quick ? [3, 500] : [10, 1000];
  const found = {};
  for (const variant of [floor, variants["edge-ivr"], ...beside.map((name) => variants[name])]) {
    found[variant.name] = await rounds(variant, storage, count, each);
  }
  return { count, each, variants: found };
}

/** The first round is the warm-up: what every further object has left, in bytes and places. */
export function leftBy({ count, each }, { rounds }, what) {
  return (rounds.at(-1)[what] - rounds[0][what]) / ((count - 1) * each);
}

/** The budgets of the objects, of our Worker. */
export function budgets(found) {
  const { found: judged, add } = judge();
  if (!found) return judged;
  const { floor, "edge-ivr": ours } = found.variants;
  // An object that is not freed holds two places of the table, and some twenty bytes.
  add("an object made and evicted leaves: wasm memory", 4, leftBy(found, ours, "wasm"), "bytes", 1);
  add("places of the table", 0.1, leftBy(found, ours, "table"), "", 2);
  add("resident memory over plain JavaScript", 4096, leftBy(found, ours, "resident") - leftBy(found, floor, "resident"), "bytes", 0);
  return judged;
}
