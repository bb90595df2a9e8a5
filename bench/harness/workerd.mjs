// Workers under plain `workerd serve`: configuration, start, accounting, end.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { send } from "./calls.mjs";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const out = join(root, "bench", "out");
const WORKERD = join(root, "node_modules", "workerd", "bin", "workerd");
const COMPATIBILITY_DATE = "2026-11-01";

// The server alone on one core, everything else on another; on a single core they share it.
const pinned = process.platform === "linux" && cpus().length > 1;
export const onServerCore = (command) => (pinned ? ["taskset", "-c", "0", ...command] : command);
export const onLoadCore = (command) => (pinned ? ["taskset", "-c", "1", ...command] : command);

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const text = (value) => JSON.stringify(value);

/** The capnp list of a folder's modules; `entry` comes first, as workerd asks. */
function modules(folder, entry) {
  const names = readdirSync(folder, { recursive: true }).map(String).filter((name) => /\.(m?js|wasm)$/.test(name));
  names.sort((a, b) => (b === entry) - (a === entry) || a.localeCompare(b));
  return names
    .map((name) => `(name = ${text(name)}, ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${text(name)})`)
    .join(",\n        ");
}

function serve(folder, config, core, extra = []) {
  writeFileSync(join(folder, "config.capnp"), `using Workerd = import "/workerd/workerd.capnp";\n${config}`);
  const log = openSync(join(folder, "workerd.log"), "w");
  // What Workers log goes nowhere: on Cloudflare it is no write to a file either. Errors are kept.
  const command = core([WORKERD, "serve", join(folder, "config.capnp"), ...extra]);
  // In its own folder: what V8 logs of itself when asked to is left where it runs.
  const child = spawn(command[0], command.slice(1), { cwd: folder, stdio: ["ignore", "ignore", log] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Sends `request` until something listens; says what workerd printed when nothing does. */
async function firstAnswer(port, request, folder, child) {
  for (let waited = 0; waited < 10_000; waited += 1) {
    if (child.exitCode !== null) break;
    try {
      return await send(port, request);
    } catch (error) {
      if (error.code !== "ECONNREFUSED") throw error;
      await sleep(1);
    }
  }
  throw new Error(`workerd does not answer:\n${readFileSync(join(folder, "workerd.log"), "utf8")}`);
}

function emptyFolder(...path) {
  const folder = join(out, ...path);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function stop(child) {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await Promise.race([ended, sleep(2000).then(() => child.kill("SIGKILL"))]);
}

/** KV, Queue, D1 and R2 for every Worker of this run. */
export async function startStorage() {
  const folder = emptyFolder("servers", "storage");
  for (const name of ["storage.js", "database.js"]) cpSync(join(root, "bench", "platform", name), join(folder, name));
  mkdirSync(join(folder, "databases"));
  const service = { kv: "storage", queue: "storage", control: "storage", d1: "database", r2: "database", counts: "database" };
  const names = Object.keys(service);
  const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
  const sockets = names.map(
    (name) => `(name = "${name}", address = "127.0.0.1:${ports[name]}", http = (), service = (name = "${service[name]}", entrypoint = "${name}"))`,
  );
  const worker = (name, more = "") =>
    `(name = "${name}", worker = (modules = [(name = "${name}.js", esModule = embed "${name}.js")], compatibilityDate = "${COMPATIBILITY_DATE}"${more}))`;
  const database = `,
      durableObjectNamespaces = [(className = "Database", uniqueKey = "bench-database", enableSql = true)],
      durableObjectStorage = (localDisk = "databases"),
      bindings = [(name = "DATABASE", durableObjectNamespace = "Database")]`;
  const child = serve(
    folder,
    `const config :Workerd.Config = (
  services = [
    ${worker("storage")},
    ${worker("database", database)},
    (name = "databases", disk = (path = ${text(join(folder, "databases"))}, writable = true))
  ],
  sockets = [${sockets.join(", ")}]
);\n`,
    onLoadCore,
  );
  const control = `http://127.0.0.1:${ports.control}`;
  const counts = `http://127.0.0.1:${ports.counts}`;
  await firstAnswer(ports.control, { method: "GET", target: "/calls", headers: [] }, folder, child);
  return {
    ports,
    /** Puts documents into KV, some megabytes at a time, and beside each the metadata it has. */
    async fill(documents, metadata = {}) {
      let part = {};
      let size = 0;
      const flush = async () => {
        await fetch(`${control}/documents`, { method: "PUT", body: JSON.stringify(part) });
        part = {};
        size = 0;
      };
      for (const [key, value] of Object.entries(documents)) {
        part[key] = [value, metadata[key] ?? null];
        size += value.length;
        if (size > 4_000_000) await flush();
      }
      await flush();
    },
    /** Storage calls since this was asked last. */
    calls: async () => (await fetch(`${control}/calls`)).json(),
    /** What the queue has taken since this was asked last; it keeps from the first time on. */
    messages: async () => (await fetch(`${control}/messages`)).json(),
    /** Forgets every document. */
    empty: () => fetch(`${control}/documents`, { method: "DELETE" }),
    /** What D1 and R2 were asked since this was asked last. */
    counts: async () => (await fetch(counts)).json(),
    /** An empty database with the tables of the migrations. */
    reset: (migrations) => fetch(counts, { method: "PUT", body: migrations }),
    stop: () => stop(child),
  };
}

const service = {
  kvNamespace: (name, to) => `(name = ${text(name)}, kvNamespace = "${to}")`,
  queue: (name, to) => `(name = ${text(name)}, queue = "${to}")`,
  r2Bucket: (name, to) => `(name = ${text(name)}, r2Bucket = "${to}")`,
  d1: (name, to) =>
    `(name = ${text(name)}, wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "${to}")]))`,
  ratelimit: (name) => `(name = ${text(name)}, wrapped = (moduleName = "bench:ratelimit"))`,
  durableObject: (name, className) => `(name = ${text(name)}, durableObjectNamespace = "${className}")`,
};

/** A Worker beside the one that is measured: it calls its objects and asks for its memory. */
const caller = (objects) => `(name = "caller", worker = (
      modules = [(name = "objects.js", esModule = embed ".objects.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      bindings = [
        ${Object.entries(objects).map(([name, className]) => `(name = ${text(name)}, durableObjectNamespace = (className = ${text(className)}, serviceName = "main"))`).join(",\n        ")},
        (name = "MEMORY", service = (name = "main", entrypoint = "memory"))
      ]
    ))`;

/**
 * Starts a Worker: `variant` says where its modules are and what it is bound to (see variants.mjs).
 * Resolves once it has answered `firstRequest`, with how long that took from the start of the process.
 */
export async function startWorker(variant, storage, firstRequest, { inspector } = {}) {
  const folder = emptyFolder("servers", variant.name);
  const inProcess = variant.entry === "deciding.js";
  const isLeftOut = (from) => /\.(map|md|symbols|done|gitignore)$/.test(from) || from.endsWith(inProcess ? "/index.js" : "/rust-worker.js");
  cpSync(variant.folder, folder, { recursive: true, filter: (from) => !isLeftOut(from) });
  const platform = (name, as) => cpSync(join(root, "bench", "platform", `${name}.js`), join(folder, as));
  for (const name of ["ratelimit", "deliver"]) platform(name, `.${name}.js`);
  if (inProcess) platform("deciding", "deciding.js");
  const isWatched = variant.entry === "watched.js";
  if (isWatched) {
    for (const name of ["watched", "instances"]) platform(name, `${name}.js`);
    platform("objects", ".objects.js");
  }
  const { kv = [], queues = [], d1 = [], r2 = [], limits = [], objects = {}, vars = {} } = variant.bindings ?? {};
  const bindings = [
    ...kv.map((name) => service.kvNamespace(name, "kv")),
    ...queues.map((name) => service.queue(name, "queue")),
    ...d1.map((name) => service.d1(name, "d1")),
    ...r2.map((name) => service.r2Bucket(name, "r2")),
    ...limits.map((name) => service.ratelimit(name)),
    ...Object.entries(objects).map(([name, className]) => service.durableObject(name, className)),
    ...Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
  ];
  const namespaces = Object.values(objects).map((name) => `(className = "${name}", uniqueKey = "bench-${name}", enableSql = true)`);
  const worker = [
    `modules = [${modules(folder, variant.entry)}]`,
    `compatibilityDate = "${COMPATIBILITY_DATE}"`,
    `compatibilityFlags = ${text(variant.flags ?? [])}`,
    `bindings = [${bindings.join(",\n        ")}]`,
    ...(namespaces.length ? [`durableObjectNamespaces = [${namespaces}]`, 'durableObjectStorage = (localDisk = "objects")'] : []),
  ];
  mkdirSync(join(folder, "objects"), { recursive: true });
  const port = await freePort();
  const queuePort = await freePort();
  const objectsPort = await freePort();
  const external = (name) => `(name = "${name}", external = (address = "127.0.0.1:${storage.ports[name]}", http = ()))`;
  const config = `const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      ${worker.join(",\n      ")}
    )),
    ${["kv", "queue", "d1", "r2"].map(external).join(",\n    ")},
    (name = "objects", disk = (path = ${text(join(folder, "objects"))}, writable = true)),
    (name = "deliver", worker = (
      modules = [(name = "deliver.js", esModule = embed ".deliver.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      compatibilityFlags = ["service_binding_extra_handlers"],
      bindings = [(name = "MAIN", service = "main")]
    ))${isWatched ? `,\n    ${caller(objects)}` : ""}
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${port}", http = (), service = "main"),
    (name = "queue", address = "127.0.0.1:${queuePort}", http = (), service = "deliver")${isWatched ? `,\n    (name = "objects", address = "127.0.0.1:${objectsPort}", http = (), service = "caller")` : ""}
  ],
  extensions = [(modules = [(name = "bench:ratelimit", internal = true, esModule = embed ".ratelimit.js")])],
  v8Flags = ${text(variant.v8Flags ?? [])}
);\n`;

  const started = process.hrtime.bigint();
  // A queue's delivery by hand is an experiment of workerd's.
  const child = serve(folder, config, onServerCore, ["--experimental", ...(inspector ? ["--inspector-addr", inspector] : [])]);
  const answered = await firstAnswer(port, firstRequest, folder, child);
  const coldMilliseconds = Number(process.hrtime.bigint() - started) / 1e6;

  const proc = (name) => readFileSync(`/proc/${child.pid}/${name}`, "utf8");
  const ticks = 100; // USER_HZ: 100 on every Linux that runs workerd
  return {
    name: variant.name,
    pid: child.pid,
    port,
    queuePort,
    objectsPort,
    answered,
    coldMilliseconds,
    log: () => readFileSync(join(folder, "workerd.log"), "utf8"),
    /** Microseconds of CPU used so far, user and system, by all its threads. */
    cpu() {
      const fields = proc("stat").replace(/^.*\) /s, "").split(" ");
      return ((Number(fields[11]) + Number(fields[12])) * 1e6) / ticks;
    },
    /** Microseconds of CPU of the thread that runs the Worker. */
    threadCpu: () => Number(proc(`task/${child.pid}/schedstat`).split(" ")[0]) / 1000,
    /** Resident memory in bytes: now, and the most it has been. */
    memory() {
      const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(proc("status"))[1]) * 1024;
      return { now: of("VmRSS"), peak: of("VmHWM") };
    },
    stop: () => stop(child),
  };
}
