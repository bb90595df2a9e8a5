// What an isolate pays for menus it does not have ready: the first call of a large one, and calls to
// more tenants than it has room for.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { call, post, send } from "./calls.mjs";
import { inForce, number, published, tree } from "./menus.mjs";
import { median } from "./statistics.mjs";
import { variants } from "./variants.mjs";
import { onLoadCore, out, root, sleep, startWorker } from "./workerd.mjs";
import { file } from "./workloads.mjs";


async function answered(server, index) {
  const reply = await send(server.port, post("/webhooks/answer", call(index, number(index)), index));
  if (reply.status !== 200 || !reply.body.includes("This is desk 0")) throw new Error(`${server.name}: ${reply.status} ${reply.body.slice(0, 300)}\n${server.log().slice(-2000)}`);
}

/**
 * CPU of the Worker's thread for the first call of a menu of 2,000 nodes in an isolate that has
 * answered others, reading it included, less what the second call costs; published, or written by
 * hand past the operators' API.
 */
export async function firstCall(storage, { rounds, beside }) {
  const MENUS = 6;
  const found = {};
  const servers = [];
  await storage.fill(published(number(0), "menu0", tree(10)));
  for (const variant of [variants["edge-ivr"], ...beside.map((name) => variants[name])]) {
    const server = await startWorker(variant, storage, post("/webhooks/answer", call(0, number(0))));
    servers.push(server);
    found[server.name] = { published: [], "by hand": [] };
  }
  let next = 1;
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const server of servers) {
      for (const how of ["published", "by hand"]) {
        for (let at = next; at < next + MENUS; at += 1) {
          const menu = tree(2000, `menu ${at}`);
          const { documents, metadata } = how === "published" ? inForce(at, menu) : { documents: published(number(at), `menu${at}`, menu) };
          await storage.fill(documents, metadata);
        }
        const cost = async () => {
          const before = server.threadCpu();
          for (let at = 0; at < MENUS; at += 1) await answered(server, next + at);
          await sleep(300);
          return (server.threadCpu() - before) / MENUS / 1000;
        };
        const first = await cost();
        const second = await cost();
        if (round > 0) found[server.name][how].push(first - second);
        next += MENUS;
        await storage.empty();
      }
    }
  }
  const bytes = JSON.stringify(tree(2000, "menu 1")).length;
  for (const server of servers) await server.stop();
  return { bytes, variants: Object.fromEntries(Object.entries(found).map(([name, ways]) => [name, Object.fromEntries(Object.entries(ways).map(([how, all]) => [how, { ms: median(all), spread: [Math.min(...all), Math.max(...all)] }]))])) };
}

/** KV reads and CPU of an answer when 5,000 tenants with 100 nodes each are called in turn. */
export async function tenants(storage, { rounds, quick, beside }) {
  const TENANTS = quick ? 2000 : 5000;
  await storage.empty();
  for (let index = 0; index < TENANTS; index += 1) {
    const { documents, metadata } = inForce(index, tree(100, `tenant ${index}`));
    await storage.fill(documents, metadata);
  }
  const bytes = JSON.stringify(tree(100, "tenant 1")).length;
  mkdirSync(join(out, "requests"), { recursive: true });
  const path = join(out, "requests", "tenants.txt");
  const found = {};
  for (const variant of [variants["edge-ivr"], ...beside.map((name) => variants[name])]) {
    const server = await startWorker(variant, storage, post("/webhooks/answer", call(0, number(0))));
    const load = (seconds, offset) => {
      writeFileSync(path, file(Array.from({ length: TENANTS }, (_, index) => post("/webhooks/answer", call(index, number((index * 7919) % TENANTS)), index))));
      const command = onLoadCore(["wrk", "-t1", "-c8", `-d${seconds}s`, "-s", join(root, "bench", "harness", "load.lua"), `http://127.0.0.1:${server.port}`, "--", path, String(offset)]);
      const printed = execFileSync(command[0], command.slice(1), { encoding: "utf8" });
      const { requests, status, p50 } = JSON.parse(printed.trim().split("\n").at(-1));
      if (status) throw new Error(`${server.name}: ${status} error answers\n${server.log().slice(-2000)}`);
      return { requests, p50 };
    };
    load(quick ? 10 : 25, 0);
    await sleep(100); // the storage may have closed our connection meanwhile: to hear of it
    const slots = [];
    for (let round = 0; round < Math.min(rounds, 5); round += 1) {
      await storage.calls();
      const before = server.cpu();
      const { requests, p50 } = load(4, round * 997);
      await sleep(100);
      const { kv_keys } = await storage.calls();
      slots.push({ reads: kv_keys / requests, cpu_us: (server.cpu() - before) / requests, p50_us: p50 });
    }
    const of = (key) => median(slots.map((slot) => slot[key]));
    found[server.name] = { reads: of("reads"), cpu_us: of("cpu_us"), p50_us: of("p50_us"), peak_memory: server.memory().peak };
    await server.stop();
  }
  return { tenants: TENANTS, bytes, variants: found };
}
