// `bench/profile WORKLOAD [VARIANT | name=FOLDER] [SECONDS]`: where a Worker's time goes. Runs the
// workload with V8's sampling profiler on and prints the functions by the time spent in themselves.
// Wasm functions get their names from the `.symbols` file that scripts/build leaves beside the wasm.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { call, post } from "./calls.mjs";
import { number } from "./menus.mjs";
import { addBuild, variants } from "./variants.mjs";
import { onLoadCore, out, root, startStorage, startWorker } from "./workerd.mjs";
import { file, workloads } from "./workloads.mjs";

const [name = "answer", asked = "edge-ivr", seconds = "5"] = process.argv.slice(2);
const variant = asked.includes("=") ? addBuild(asked) : asked;
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

const storage = await startStorage();
await storage.fill(workload.documents());
const server = await startWorker(variants[variant], storage, post("/webhooks/answer", call(0, number(0))), { inspector });
const prepared = await workload.prepare?.(server);
mkdirSync(join(out, "requests"), { recursive: true });
const path = join(out, "requests", "profile.txt");
writeFileSync(path, file(workload.requests(prepared)));
await load(server, path, 2);

const command = await devtools();
await command("Profiler.enable");
await command("Profiler.setSamplingInterval", { interval: 100 });
await command("Profiler.start");
const before = server.cpu();
const { requests, status } = await load(server, path, Number(seconds));
const cpu = server.cpu() - before;
const { profile } = await command("Profiler.stop");
writeFileSync(join(out, `${name}-${variant}.cpuprofile`), JSON.stringify(profile));

// `123:name` a line; V8 calls a function without a name `wasm-function[123]`.
const symbols = join(variants[variant].folder, "index_bg.symbols");
const names = existsSync(symbols) ? new Map(readFileSync(symbols, "utf8").split("\n").map((entry) => entry.split(/:(.*)/s).slice(0, 2))) : new Map();
const named = (name) => name.replace(/^wasm-function\[(\d+)\]$/, (whole, index) => names.get(index)?.replace(/\\([0-9a-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16))) ?? whole);

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
