// The bench: see bench/README.md. `bench/run --help` for the options.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { call, post, send, tampered } from "./calls.mjs";
import { deciding } from "./deciding.mjs";
import { inForce, line, number, published, tree } from "./menus.mjs";
import { budgets, print } from "./report.mjs";
import { median } from "./statistics.mjs";
import { addBuild, variants } from "./variants.mjs";
import { onLoadCore, out, root, sleep, startStorage, startWorker } from "./workerd.mjs";
import { file, isDeaf, soak, workloads } from "./workloads.mjs";

const HELP = `usage: bench/run [options]

  --quick           3 rounds of 1 second: an impression in two minutes
  --rounds N        interleaved rounds a workload (default 5)
  --seconds S       of load for a variant in a round (default 2)
  --only a,b        only these: ${Object.keys(workloads).join(", ")}, deciding
  --variants a,b    only these: ${Object.keys(variants).join(", ")}
  --beside n=DIR    another build of this Worker, measured beside ours
  --no-growth       without the workloads that show how cost grows
  --soak S          seconds of sustained load with memory watched (default 300; 0 for none)
  --no-build        measure what is built already
`;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    rounds: { type: "string" },
    seconds: { type: "string" },
    only: { type: "string" },
    variants: { type: "string" },
    beside: { type: "string", multiple: true },
    "no-growth": { type: "boolean" },
    soak: { type: "string" },
    "no-build": { type: "boolean" }, // read by bench/run
    help: { type: "boolean" },
  },
});
if (options.help) {
  process.stdout.write(HELP);
  process.exit();
}
const rounds = Number(options.rounds ?? (options.quick ? 3 : 5));
const seconds = Number(options.seconds ?? (options.quick ? 1 : 2));
const soakSeconds = Number(options.soak ?? (options.quick || options.only ? 0 : 300));
const beside = (options.beside ?? []).map(addBuild);
for (const workload of Object.values(workloads)) workload.variants.push(...beside);
const chosen = options.only?.split(",");
const chosenVariants = options.variants?.split(",").concat(beside);
for (const [given, known] of [[chosen, { ...workloads, deciding }], [chosenVariants, variants]]) {
  const unknown = given?.find((name) => !known[name]);
  if (unknown) throw new Error(`unknown: ${unknown}; there are ${Object.keys(known).join(", ")}`);
}

// V8 compiles a wasm function well only after it has run some ten thousand times.
const WARM_REQUESTS = options.quick ? 5_000 : 20_000;

const say = (text) => process.stderr.write(`bench: ${text}\n`);

/** Runs wrk over a file of requests; what it measured, and an error when any answer was one. */
function load(server, path, connections, duration, offset) {
  const command = onLoadCore(["wrk", "-t1", `-c${connections}`, `-d${duration}s`, "-s", join(root, "bench", "harness", "load.lua"), `http://127.0.0.1:${server.port}`, "--", path, String(offset)]);
  const printed = execFileSync(command[0], command.slice(1), { encoding: "utf8" });
  const result = JSON.parse(printed.trim().split("\n").at(-1));
  if (result.status || result.socket) {
    throw new Error(`${server.name}: ${result.status} error answers, ${result.socket} socket errors of ${result.requests}\n${server.log().slice(-2000)}`);
  }
  return result;
}

/** Load until the just-in-time compilers have seen enough, however slow the machine is today. */
function warmUp(server, path, requests) {
  for (let seen = 0, tries = 0; seen < requests && tries < 60; tries += 1) seen += load(server, path, 8, 1, 0).requests;
}

/** A variant is measured only when it does the job: right answers, and none to a changed request. */
async function proveRight(server, workload, requests) {
  const reply = await send(server.port, requests[0]);
  if (isDeaf(server.name)) return;
  if (reply.status !== 200 || !workload.right(reply.body)) {
    throw new Error(`${server.name}, ${workload.what}: wrong answer ${reply.status} ${reply.body.slice(0, 400)}\n${server.log().slice(-2000)}`);
  }
  const refused = await send(server.port, tampered(requests[0]));
  if (refused.status !== 401) throw new Error(`${server.name}, ${workload.what}: a changed request got ${refused.status}`);
}

const requestsPath = (name) => {
  mkdirSync(join(out, "requests"), { recursive: true });
  return join(out, "requests", name);
};

/** One slot: load on one server, and what that cost it. */
async function slot(server, storage, path, workload, duration, offset) {
  await storage.calls();
  const before = server.cpu();
  const measured = load(server, path, workload.connections ?? 8, duration, offset);
  await sleep(60); // what the Worker still does behind its last answers
  const cpu = server.cpu() - before;
  const calls = await storage.calls();
  const each = (count) => count / measured.requests;
  return {
    cpu_us: each(cpu),
    rps: (measured.requests * 1e6) / measured.microseconds,
    p50_us: measured.p50,
    p90_us: measured.p90,
    p99_us: measured.p99,
    requests: measured.requests,
    kv_reads: each(calls.kv_keys),
    queue_calls: each(calls.queue_calls),
    queue_bytes: each(calls.queue_bytes),
  };
}

async function measure(name, workload, storage) {
  const names = workload.variants.filter((variant) => chosenVariants?.includes(variant) ?? true);
  await storage.fill(workload.documents());
  const first = post("/webhooks/answer", call(0, number(0)));
  const servers = [];
  for (const variant of names) {
    const server = await startWorker(variants[variant], storage, first);
    const prepared = await workload.prepare?.(server);
    const path = requestsPath(`${name}-${variant}.txt`);
    const sign = () => {
      const requests = workload.requests(prepared);
      writeFileSync(path, file(requests));
      return requests;
    };
    await proveRight(server, workload, sign());
    warmUp(server, path, workload.warm ?? WARM_REQUESTS);
    servers.push({ server, path, sign, slots: [] });
  }
  for (let round = 0; round < rounds; round += 1) {
    // Every round in another order, so that nobody always follows the same neighbour.
    const order = servers.map((_, index) => servers[(index + round) % servers.length]);
    for (const entry of order) {
      entry.sign(); // a signature is good for five minutes
      entry.slots.push(await slot(entry.server, storage, entry.path, workload, seconds, round * 97));
    }
  }
  const result = {};
  for (const { server, slots } of servers) {
    const of = (key) => slots.map((one) => one[key]);
    result[server.name] = {
      ...Object.fromEntries(Object.keys(slots[0]).map((key) => [key, median(of(key))])),
      cpu_us_spread: [Math.min(...of("cpu_us")), Math.max(...of("cpu_us"))],
      peak_memory: server.memory().peak,
      slots,
    };
    await server.stop();
  }
  // A ratio is taken inside a round and the median of those: what slows a whole round cancels out.
  for (const one of Object.values(result)) {
    one.ratio = Object.fromEntries(
      Object.entries(result).map(([name, other]) => [name, median(one.slots.map((slot, round) => slot.cpu_us / other.slots[round].cpu_us))]),
    );
  }
  return { what: workload.what, connections: workload.connections ?? 8, result };
}

/** From the start of the process to the first signed answer, everything cold. */
async function coldStarts(storage) {
  const found = {};
  for (const [size, { documents, metadata }, names] of [
    ["line", { documents: published(number(0), "line", line) }, Object.keys(variants)],
    ["2,000 nodes", inForce(0, tree(2000)), ["lean", "hono-cache", "edge-ivr", ...beside]],
  ]) {
    await storage.empty();
    await storage.fill(documents, metadata);
    const samples = {};
    for (let round = 0; round < Math.max(rounds, 5); round += 1) {
      for (const name of names.filter((name) => chosenVariants?.includes(name) ?? true)) {
        const server = await startWorker(variants[name], storage, post("/webhooks/answer", call(round, number(0)), round));
        (samples[name] ??= []).push(server.coldMilliseconds);
        await server.stop();
      }
    }
    const over = (times, others) => median(times.map((time, round) => time / others[round]));
    found[size] = Object.fromEntries(
      Object.entries(samples).map(([name, times]) => [name, { milliseconds: median(times), over_hono: samples["hono-cache"] && over(times, samples["hono-cache"]), samples: times }]),
    );
  }
  return found;
}

/** Sustained load, resident memory once a second. */
async function sustain(storage) {
  await storage.fill(soak.documents());
  const server = await startWorker(variants["edge-ivr"], storage, post("/webhooks/answer", call(0, number(0))));
  const prepared = await soak.prepare(server);
  const path = requestsPath("soak.txt");
  const memory = [];
  let requests = 0;
  let cpu = 0;
  let at = 0;
  while (at < soakSeconds) {
    writeFileSync(path, file(soak.requests(prepared)));
    const part = Math.min(5, soakSeconds - at);
    const measured = await slot(server, storage, path, soak, part, at);
    requests += measured.requests;
    cpu += measured.cpu_us * measured.requests;
    at += part;
    memory.push({ second: at, resident: server.memory().now });
  }
  const { peak } = server.memory();
  await server.stop();
  const quarter = Math.max(1, memory.length >> 2);
  const mean = (samples) => samples.reduce((sum, { resident }) => sum + resident, 0) / samples.length;
  return {
    seconds: soakSeconds,
    requests,
    cpu_us: cpu / requests,
    peak_memory: peak,
    // The last quarter over the second one: the first still warms up.
    growth: mean(memory.slice(-quarter)) / mean(memory.slice(quarter, 2 * quarter).concat(memory.length < 4 ? memory : [])),
    memory,
  };
}

/** Bytes a user uploads: code and wasm, no maps. */
function bundles() {
  const sizes = {};
  for (const { name, folder, entry } of Object.values(variants)) {
    const files = readdirSync(folder).filter((file) => file === entry || file.endsWith(".wasm"));
    const parts = files.map((file) => readFileSync(join(folder, file)));
    sizes[name] = {
      raw: parts.reduce((sum, part) => sum + part.length, 0),
      gzip: parts.reduce((sum, part) => sum + gzipSync(part, { level: 9 }).length, 0),
      files: Object.fromEntries(files.map((file, index) => [file, { raw: parts[index].length, gzip: gzipSync(parts[index], { level: 9 }).length }])),
    };
  }
  return sizes;
}

/** `wrangler check startup`: how long the isolate was busy before it could take a request. */
function startUp() {
  const folder = join(out, "startup");
  mkdirSync(folder, { recursive: true });
  const samples = [];
  for (let run = 0; run < 5; run += 1) {
    const profile = join(folder, `${run}.cpuprofile`);
    execFileSync(process.execPath, [join(root, "node_modules", "wrangler", "bin", "wrangler.js"), "check", "startup", `--outfile=${profile}`], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const { nodes, samples: ids, timeDeltas } = JSON.parse(readFileSync(profile, "utf8"));
    const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === "(idle)").map(({ id }) => id));
    samples.push(timeDeltas.reduce((sum, delta, index) => sum + (idle.has(ids[index]) ? 0 : delta), 0) / 1000);
  }
  return { milliseconds: median(samples), samples };
}

/** The pure crates without a platform: bench/native prints JSON. */
function native() {
  const folder = join(out, "native");
  mkdirSync(folder, { recursive: true });
  const menus = Object.entries({ line, big: tree(2000) }).map(([name, menu]) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(menu));
    return path;
  });
  const command = onLoadCore([join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release", "ivr-bench"), ...menus]);
  return JSON.parse(execFileSync(command[0], command.slice(1), { encoding: "utf8" }));
}

const machine = {
  cpu: cpus()[0].model,
  cores: cpus().length,
  memory: totalmem(),
  kernel: execFileSync("uname", ["-sr"], { encoding: "utf8" }).trim(),
  workerd: JSON.parse(readFileSync(join(root, "node_modules", "workerd", "package.json"))).version,
  node: process.version,
  rustc: execFileSync("rustc", ["--version"], { encoding: "utf8" }).trim(),
  commit: execFileSync("git", ["-C", root, "describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),
};

const report = { at: new Date().toISOString(), machine, rounds, seconds, workloads: {} };
const storage = await startStorage();
for (const [name, workload] of Object.entries(workloads)) {
  if (chosen && !chosen.includes(name)) continue;
  if (!chosen && workload.growth && (options["no-growth"] || options.quick)) continue;
  say(`${name}: ${workload.what}`);
  report.workloads[name] = await measure(name, workload, storage);
}
if (!chosen || chosen.includes("deciding")) {
  say("deciding, in process");
  const builds = ["edge-ivr", ...beside].filter((name) => chosenVariants?.includes(name) ?? true);
  report.deciding = await deciding(storage, ["answer", "event", "input"], builds, Math.max(rounds, 5), WARM_REQUESTS);
}
if (!chosen) {
  say("cold starts");
  report.cold = await coldStarts(storage);
  say("sizes, start-up, engine");
  report.bundles = bundles();
  report.startup = startUp();
  report.native = native();
}
if (soakSeconds > 0) {
  say(`${soakSeconds} seconds of sustained load`);
  report.soak = await sustain(storage);
}
await storage.stop();

report.budgets = budgets(report);
const path = join(out, `bench-${report.at.replace(/[:.]/g, "-")}.json`);
for (const to of [path, join(out, "latest.json")]) writeFileSync(to, JSON.stringify(report, null, 1));
print(report, variants);
process.stdout.write(`\n${path}\n`);
if (report.budgets.some(({ holds }) => holds === false)) process.exitCode = 1;
process.exit();
