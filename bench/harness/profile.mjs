// `bench/profile WORKLOAD [VARIANT | name=FOLDER] [SECONDS]`: where a Worker's time goes. Runs the
// workload with V8's sampling profiler on and prints the functions by the time spent in themselves.
// Wasm functions get their names from the `.symbols` file that scripts/build leaves beside the wasm.
//
// That profiler makes some calls of the platform dearer, `console.log` most of all, and sees nothing
// of what the platform does around JavaScript. `--whole` asks Linux' `perf` instead, which sees the
// whole process with its kernel side.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { call, post } from "./calls.mjs";
import { number } from "./menus.mjs";
import { addBuild, variants } from "./variants.mjs";
import { onLoadCore, out, root, startStorage, startWorker } from "./workerd.mjs";
import { file, workloads } from "./workloads.mjs";

const whole = process.argv.includes("--whole");
const [name = "answer", asked = "edge-ivr", seconds = "5"] = process.argv.slice(2).filter((argument) => argument !== "--whole");
const variant = asked.includes("=") ? addBuild(asked) : asked;
if (whole) variants[variant] = { ...variants[variant], v8Flags: ["--perf-basic-prof"] };
const workload = workloads[name];
if (!workload || !variants[variant]) throw new Error(`there are ${Object.keys(workloads).join(", ")}; ${Object.keys(variants).join(", ")}`);

const port = await new Promise((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const free = server.address().port;
    server.close(() => resolve(free));
  });
});
const inspector = `127.0.0.1:${port}`;

/** The Chrome DevTools protocol over one WebSocket. */
async function devtools() {
  const targets = await (await fetch(`http://${inspector}/json`)).json();
  const target = targets.find(({ webSocketDebuggerUrl }) => webSocketDebuggerUrl.endsWith("/main")) ?? targets[0];
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("no inspector"));
  });
  const waiting = new Map();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    const pending = waiting.get(id);
    if (!pending) return;
    waiting.delete(id);
    if (error) pending.reject(new Error(error.message));
    else pending.resolve(result);
  };
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      waiting.set((last += 1), { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
}

function load(server, path, duration) {
  const command = onLoadCore(["wrk", "-t1", "-c8", `-d${duration}s`, "-s", join(root, "bench", "harness", "load.lua"), `http://127.0.0.1:${server.port}`, "--", path]);
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (chunk) => (printed += chunk));
    child.once("error", reject);
    child.once("exit", () => resolve(JSON.parse(printed.trim().split("\n").at(-1))));
  });
}

/** Samples the process by the clock, and prints where it was: by kind, then by function. */
async function wholeProcess() {
  const data = join(out, `${name}-${variant}.perf`);
  const before = server.cpu();
  const running = load(server, path, Number(seconds) + 1);
  execFileSync("perf", ["record", "-q", "-e", "cpu-clock", "-F", "2000", "-p", String(server.pid), "-o", data, "--", "sleep", seconds], { stdio: "inherit" });
  const { requests, status } = await running;
  const each = (server.cpu() - before) / requests;
  const report = execFileSync("perf", ["report", "-i", data, "--sort", "dso,symbol", "-F", "overhead,dso,symbol", "-t", "\t"], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
  const kinds = new Map();
  const functions = [];
  for (const row of report.split("\n")) {
    const [share, object, symbol] = row.split("\t").map((cell) => cell.trim());
    if (!symbol || row.startsWith("#")) continue;
    const plain = symbol.replace(/^\[.\] /, "").replace(/\s+-\s+-$/, "");
    let kind = object;
    if (kind.startsWith("[JIT]")) kind = plain.includes("wasm") ? "our wasm" : "JavaScript, compiled";
    else if (kind.startsWith("[")) kind = "kernel";
    kinds.set(kind, (kinds.get(kind) ?? 0) + parseFloat(share));
    functions.push([parseFloat(share), kind, named(plain)]);
  }
  const line = (share, text) => `${((share * each) / 100).toFixed(2).padStart(12)}  ${share.toFixed(2).padStart(6)}%  ${text}\n`;
  process.stdout.write(`${name}, ${variant}: ${requests} requests (${status} errors), ${each.toFixed(1)} us of CPU each, perf on\n\n`);
  process.stdout.write("  us/request    share  where\n");
  for (const [kind, share] of [...kinds].sort((a, b) => b[1] - a[1]).slice(0, 8)) process.stdout.write(line(share, kind));
  process.stdout.write("\n  us/request    share  function\n");
  for (const [share, kind, label] of functions.sort((a, b) => b[0] - a[0]).slice(0, 60)) process.stdout.write(line(share, `${label.slice(0, 110)}  (${kind})`));
}

const storage = await startStorage();
await storage.fill(workload.documents());
const server = await startWorker(variants[variant], storage, post("/webhooks/answer", call(0, number(0))), whole ? {} : { inspector });
const prepared = await workload.prepare?.(server);
mkdirSync(join(out, "requests"), { recursive: true });
const path = join(out, "requests", "profile.txt");
writeFileSync(path, file(workload.requests(prepared)));
// V8 compiles a wasm function well only after it has run some ten thousand times.
await load(server, path, whole ? 10 : 2);

// `123:name` a line; V8 calls a function without a name `wasm-function[123]`.
const symbols = join(variants[variant].folder, "index_bg.symbols");
const names = existsSync(symbols) ? new Map(readFileSync(symbols, "utf8").split("\n").map((entry) => entry.split(/:(.*)/s).slice(0, 2))) : new Map();
const decoded = (name) => name.replace(/\\([0-9a-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
const named = (name) => name.replace(/(?:JS:)?wasm-function\[(\d+)\]/, (whole, index) => (names.has(index) ? decoded(names.get(index)) : whole));

if (whole) {
  await wholeProcess();
  await server.stop();
  await storage.stop();
  process.exit();
}

const command = await devtools();
await command("Profiler.enable");
await command("Profiler.setSamplingInterval", { interval: 100 });
await command("Profiler.start");
const before = server.cpu();
const { requests, status } = await load(server, path, Number(seconds));
const cpu = server.cpu() - before;
const { profile } = await command("Profiler.stop");
writeFileSync(join(out, `${name}-${variant}.cpuprofile`), JSON.stringify(profile));

const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const own = new Map();
let total = 0;
profile.samples.forEach((id, index) => {
  const { functionName, url, lineNumber } = nodes.get(id).callFrame;
  const time = profile.timeDeltas[index];
  total += time;
  const label = `${named(functionName) || "(anonymous)"}${url ? ` ${url.split("/").at(-1)}${url.includes("wasm") ? "" : `:${lineNumber + 1}`}` : ""}`;
  own.set(label, (own.get(label) ?? 0) + time);
});
process.stdout.write(`${name}, ${variant}: ${requests} requests (${status} errors), ${(cpu / requests).toFixed(1)} us of CPU each, profiler on\n\n`);
process.stdout.write("  us/request    share  function\n");
for (const [label, time] of [...own].sort((a, b) => b[1] - a[1]).slice(0, 60)) {
  process.stdout.write(`${(time / requests).toFixed(2).padStart(12)}  ${((100 * time) / total).toFixed(1).padStart(6)}%  ${label}\n`);
}
await server.stop();
await storage.stop();
process.exit();
