// What the consumer costs: CPU of the process for an event, rows, bytes and time of the database.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { call, post } from "./calls.mjs";
import { number } from "./menus.mjs";
import { median } from "./statistics.mjs";
import { batches, eventsOf, stream, templates } from "./traffic.mjs";
import { variants } from "./variants.mjs";
import { root, sleep, startWorker } from "./workerd.mjs";


export const migrations = () => {
  const folder = join(root, "migrations");
  return readdirSync(folder).sort().map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
};

/** Delivers one batch; an error when not all of it was acknowledged. */
export async function deliver(server, messages) {
  const reply = await fetch(`http://127.0.0.1:${server.queuePort}/`, { method: "POST", body: JSON.stringify(messages) });
  const said = await reply.text();
  if (said !== `ok ${messages.length}`) throw new Error(`${server.name}: of ${messages.length} messages: ${said}\n${server.log().slice(-2000)}`);
}

const peer = (name, entry, bindings) => ({ name, folder: join(root, "bench", "peers", "consumer"), entry, bindings });
const peers = {
  acknowledge: peer("acknowledge", "acknowledge.js", {}),
  floor: peer("floor", "floor.js", { d1: ["CALLS"], r2: ["ARCHIVE"] }),
};

const start = (variant, storage) => startWorker(variant, storage, post("/webhooks/answer", call(0, number(0))));

/** Consumers at work at once, each with calls of its own: as many as connections elsewhere. */
const LANES = 8;

/** Delivers the batches of every lane side by side. */
export const deliverAll = (server, lanes) =>
  Promise.all(
    lanes.map(async (parts) => {
      for (const part of parts) await deliver(server, part);
    }),
  );

/**
 * CPU an event of the consumer and its peers, in interleaved rounds. Every variant of our Worker
 * writes other calls in every round, so that its database holds what it would.
 */
async function cpu(storage, both, { size, rounds, calls, warm, ours }) {
  const servers = [];
  for (const variant of [...Object.values(peers), ...ours]) servers.push({ server: await start(variant, storage), slots: [] });
  let next = 1_000_000 * size;
  const run = async ({ server }, count) => {
    const lanes = Array.from({ length: LANES }, (_, lane) => batches(stream(both, next + lane * count, next + (lane + 1) * count), size));
    next += LANES * count;
    const parts = lanes.flat();
    const events = parts.flat().reduce((sum, message) => sum + eventsOf(message), 0);
    await storage.counts();
    const before = server.cpu();
    await deliverAll(server, lanes);
    await sleep(30);
    const used = server.cpu() - before;
    const { rows_read, rows_written, requests, statements, milliseconds, objects, bytes_in, bytes_out } = await storage.counts();
    const each = (value) => value / events;
    return { events, cpu_us: each(used), batch: events / parts.length, rows_read: each(rows_read), rows_written: each(rows_written), requests: requests / parts.length, statements: statements / parts.length, database_ms: milliseconds / parts.length, objects: objects / parts.length, bytes_in: each(bytes_in), bytes_out: each(bytes_out) };
  };
  for (const entry of servers) for (let done = 0; done < warm; done += calls * LANES) await run(entry, calls);
  for (let round = 0; round < rounds; round += 1) {
    for (let at = 0; at < servers.length; at += 1) {
      const entry = servers[(at + round) % servers.length];
      entry.slots.push(await run(entry, calls));
    }
  }
  const delivering = servers[0].slots;
  const result = {};
  for (const { server, slots } of servers) {
    const of = (key) => median(slots.map((slot) => slot[key]));
    result[server.name] = {
      ...Object.fromEntries(Object.keys(slots[0]).map((key) => [key, of(key)])),
      // The driver hands a batch over inside the measured process: what that costs is not the consumer's.
      own_us: median(slots.map((slot, round) => slot.cpu_us - delivering[round].cpu_us)),
      own_spread: [Math.min(...slots.map((slot, round) => slot.cpu_us - delivering[round].cpu_us)), Math.max(...slots.map((slot, round) => slot.cpu_us - delivering[round].cpu_us))],
    };
    await server.stop();
  }
  return result;
}

/** CPU at so many events a batch: one webhook, a quiet line, a busy one. */
export async function consumer(storage, { rounds, quick, beside, sizes }) {
  const both = await templates(storage);
  const ours = [variants["edge-ivr"], ...beside.map((name) => variants[name])];
  const found = {};
  for (const size of sizes) {
    await storage.reset(migrations());
    found[size] = await cpu(storage, both, { size, rounds, calls: size === 1 ? 10 : 50, warm: (quick ? 200 : 600) * Math.min(size, 20), ours });
  }
  return found;
}

/** Fills a database with calls in batches of a hundred, and says what a call took of it. */
export async function database(storage, { calls }) {
  const both = await templates(storage);
  await storage.reset(migrations());
  const server = await start(variants["edge-ivr"], storage);
  const STEP = 500;
  const shares = [];
  let events = 0;
  let before = (await storage.counts()).database_bytes;
  const whole = { requests: 0, rows_read: 0, rows_written: 0, objects: 0, object_bytes: 0 };
  for (let from = 0; from < calls; from += STEP) {
    const parts = batches(stream(both, from, Math.min(from + STEP, calls)), 100);
    for (const part of parts) await deliver(server, part);
    events += parts.flat().reduce((sum, message) => sum + eventsOf(message), 0);
    const said = await storage.counts();
    for (const key of Object.keys(whole)) whole[key] += said[key];
    // Both requests of a batch, in the order they came in.
    const times = Array.from({ length: parts.length }, (_, at) => (said.times[2 * at] ?? 0) + (said.times[2 * at + 1] ?? 0));
    shares.push({ calls: Math.min(from + STEP, calls), batch_ms: median(times), most_rows_read: said.most_rows_read, bytes: said.database_bytes });
  }
  await server.stop();
  const each = (value) => value / calls;
  return {
    calls,
    events: each(events),
    rows_written: each(whole.rows_written),
    rows_read: each(whole.rows_read),
    bytes: each(shares.at(-1).bytes - before),
    archive_bytes: each(whole.object_bytes),
    first_batch_ms: shares[0].batch_ms,
    last_batch_ms: shares.at(-1).batch_ms,
    batch_ms: median(shares.map(({ batch_ms }) => batch_ms)),
    shares,
  };
}
