// What an operator's change costs, and how long it lets callers wait: among thousands of menus, while
// people ring all the time.
import { spawn } from "node:child_process";
import http from "node:http";
import { fileURLToPath } from "node:url";
import { call, post, send } from "./calls.mjs";
import { now } from "./callers.mjs";
import { asPublished, number, treeWithHours } from "./menus.mjs";
import { judge } from "./report.mjs";
import { median, percentile } from "./statistics.mjs";
import { variants } from "./variants.mjs";
import { onLoadCore, sleep, startWorker } from "./workerd.mjs";

const CALLERS = fileURLToPath(new URL("callers.mjs", import.meta.url));
const CALENDAR = { timezone: "Europe/London", weekly: { mon: ["09:00-17:00"], fri: ["09:00-15:00"] } };
/** An operation counts until so long after its reply, for what is done behind it, in milliseconds. */
const BEHIND = 20;
/** So many at once with one tag: one may win. */
const AT_ONCE = 5;
/** The menu of 2,000 nodes: the last. The menus that are changed come before it; the first are rung. */
const LARGE = 2000;
const NODES = 10;


const nodesOf = (index, menus) => (index === menus - 1 ? LARGE : NODES);
const menuOf = (index, menus, change = "") => treeWithHours(nodesOf(index, menus), `menu ${index}${change}`);

/** Puts menus and their numbers into KV, as publishing would have left them there. */
async function fill(storage, menus, indices) {
  const documents = {};
  const metadata = {};
  const add = (...given) => {
    const one = asPublished(...given);
    Object.assign(documents, one.documents);
    Object.assign(metadata, one.metadata);
  };
  add("calendar", "office", CALENDAR);
  for (const index of indices) {
    add("menu", `menu${index}`, menuOf(index, menus));
    add("number", number(index), { menu: `menu${index}` });
  }
  await storage.fill(documents, metadata);
}

/** Our Worker, which reads a document once an hour: then no caller causes a read while it is measured. */
function patient(variant) {
  const { bindings } = variant;
  return { ...variant, bindings: { ...bindings, vars: { ...bindings.vars, MENU_CACHE_SECONDS: "3600" } } };
}

/** People who ring, in a process of their own. `stop` gives the calls: when each was due, sent, answered. */
async function startCallers(port, warm) {
  const command = onLoadCore([process.execPath, CALLERS]);
  const child = spawn(command[0], command.slice(1), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const told = () =>
    new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", () => reject(new Error("the callers ended: see above")));
    });
  const ringing = told();
  child.send({ port, warm });
  await ringing;
  return {
    async stop() {
      const calls = told();
      child.send({});
      return (await calls).calls;
    },
  };
}

/** An operator's request; `right` says what its reply must be. */
function operate(server, agent, method, target, body, more = []) {
  const token = variants["edge-ivr"].bindings.vars.ADMIN_TOKEN;
  const headers = ["host: ivr.example.com", `authorization: Bearer ${token}`, "content-type: application/json", ...more];
  return send(server.port, { method, target: `/api/${target}`, headers, body: body && JSON.stringify(body) }, agent);
}

function insist(server, what, is, { status, body }) {
  if (!is) throw new Error(`${server.name}, ${what}: ${status} ${body.slice(0, 300)}\n${server.log().slice(-2000)}`);
}

/** What an operator does, in turn: requests each, made again with other menus as often as is told. */
function operations(menus, round) {
  let next = menus - 2;
  const changed = Array.from({ length: 6 }, () => next--);
  const [doomed] = [next--];
  const publish = (index, time = 0) => ({ method: "PUT", target: `menus/menu${index}`, body: menuOf(index, menus, `, changed ${round}.${time}`), status: 200 });
  const over = { state: "closed", until: "2099-01-01T00:00:00+00:00", prompt: "We are closed today." };
  const setOverride = { method: "PUT", target: "calendars/office/override", body: over, status: 200 };
  const removeOverride = { method: "DELETE", target: "calendars/office/override", status: 200 };
  const list = { method: "GET", target: "menus", status: 200, right: ({ menus: all }) => all.length === menus - 1 && all.every(({ title, version }) => title && version) };
  return {
    touched: [...changed, doomed, menus - 1],
    steps: {
      "first publish": [publish(changed[0])],
      publish: changed.slice(1).map((index) => publish(index)),
      "publish, 2,000 nodes": [0, 1, 2].map((time) => publish(menus - 1, time)),
      override: [setOverride, removeOverride, setOverride, removeOverride],
      "roll back": changed.slice(1).map((index) => ({ method: "POST", target: `menus/menu${index}/rollback`, body: {}, status: 200 })),
      delete: [
        { method: "DELETE", target: `numbers/${number(doomed)}`, status: 204 },
        { method: "DELETE", target: `menus/menu${doomed}`, status: 204 },
      ],
      list: [list, list, list],
    },
    contested: changed[0],
  };
}

const operationsOf = ({ kv_get, kv_put, kv_list, kv_delete }) => kv_get + kv_put + kv_list + kv_delete;

/** Does one thing, and then nothing for as long: both stretches, and what it took of KV. */
async function measure(server, agent, storage, { method, target, body, status, right }) {
  await storage.calls();
  const from = now();
  const reply = await operate(server, agent, method, target, body);
  const ms = now() - from;
  insist(server, `${method} ${target}`, reply.status === status && (right?.(JSON.parse(reply.body)) ?? true), reply);
  await sleep(BEHIND);
  const busy = [from, from + ms + BEHIND];
  const kv = operationsOf(await storage.calls());
  // Those who had to wait are answered first.
  await sleep(50 + ms / 4);
  const quiet = [now(), now() + ms + BEHIND];
  await sleep(ms + BEHIND);
  const others = operationsOf(await storage.calls());
  if (others) throw new Error(`${server.name}: ${others} operations of KV while nobody publishes: what callers cause is not told apart`);
  return { ms, kv, busy, quiet };
}

/** Several who have read the same version and change it at once. */
async function contest(server, agent, menus, index, round) {
  const target = `menus/menu${index}`;
  const read = await operate(server, agent, "PUT", target, menuOf(index, menus, `, to be contested ${round}`));
  insist(server, `PUT ${target}`, read.status === 200, read);
  const tag = [`if-match: "${JSON.parse(read.body).version}"`];
  const replies = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, one) => operate(server, agent, "PUT", target, menuOf(index, menus, `, contested ${round}.${one}`), tag)),
  );
  const statuses = replies.map(({ status }) => status).sort();
  const expected = [200, ...Array(AT_ONCE - 1).fill(412)];
  insist(server, `${AT_ONCE} at once with one If-Match tag: ${statuses}`, String(statuses) === String(expected), replies[0]);
}

/** The waits of the calls that were under way at some time of these stretches. */
const waits = (calls, stretches) => calls.filter(([, sent, answered]) => stretches.some(([from, to]) => sent < to && answered > from)).map(([, sent, answered]) => answered - sent);

async function round(variant, storage, { menus, round, warm }) {
  const server = await startWorker(patient(variant), storage, post("/webhooks/answer", call(0, number(0))));
  const agent = new http.Agent({ keepAlive: true });
  const callers = await startCallers(server.port, warm);
  const { steps, touched, contested } = operations(menus, round);
  const done = {};
  for (const [name, requests] of Object.entries(steps)) {
    done[name] = [];
    for (const request of requests) done[name].push(await measure(server, agent, storage, request));
  }
  await contest(server, agent, menus, contested, round);
  const calls = await callers.stop();
  agent.destroy();
  await server.stop();
  await fill(storage, menus, touched);
  const found = Object.entries(done).map(([name, all]) => {
    const [busy, quiet] = ["busy", "quiet"].map((which) => waits(calls, all.map((one) => one[which])));
    const of = (waits) => ({ longest: Math.max(...waits), p99: percentile(waits, 0.99), calls: waits.length });
    return [name, { ms: median(all.map(({ ms }) => ms)), kv: Math.max(...all.map(({ kv }) => kv)), busy: of(busy), quiet: of(quiet) }];
  });
  const late = Math.max(...calls.map(([due, sent]) => sent - due));
  return { found: Object.fromEntries(found), late, calls: calls.length };
}

/** Publishing beside calls among 2,000 menus, and among 10,000. */
export async function publishing(storage, { rounds, quick, beside }) {
  const all = {};
  for (const menus of quick ? [2000] : [2000, 10_000]) {
    await storage.empty();
    await fill(storage, menus, Array.from({ length: menus }, (_, index) => index));
    const names = ["edge-ivr", ...beside];
    const samples = Object.fromEntries(names.map((name) => [name, []]));
    for (let at = 0; at < Math.min(rounds, 5); at += 1) {
      for (const name of names) samples[name].push(await round(variants[name], storage, { menus, round: at, warm: quick ? 5000 : 20_000 }));
    }
    all[menus] = Object.fromEntries(Object.entries(samples).map(([name, rounds]) => [name, summary(rounds)]));
  }
  await storage.empty();
  return all;
}

function summary(rounds) {
  const steps = Object.keys(rounds[0].found).map((step) => {
    const of = (value) => median(rounds.map(({ found }) => value(found[step])));
    const stretch = (which) => ({ longest: of((it) => it[which].longest), p99: of((it) => it[which].p99), most: Math.max(...rounds.map(({ found }) => found[step][which].longest)), calls: of((it) => it[which].calls) });
    return [step, { ms: of(({ ms }) => ms), kv: of(({ kv }) => kv), busy: stretch("busy"), quiet: stretch("quiet") }];
  });
  return { steps: Object.fromEntries(steps), late: Math.max(...rounds.map(({ late }) => late)), calls: median(rounds.map(({ calls }) => calls)) };
}

/** The budgets of publishing: of our Worker, at each size. */
export function budgets(found) {
  const { found: judged, add } = judge();
  for (const [menus, variants] of Object.entries(found)) {
    for (const [step, { kv, busy }] of Object.entries(variants["edge-ivr"].steps)) {
      const what = `${Number(menus).toLocaleString("en")} menus, ${step}`;
      add(`${what}: longest wait of a caller`, 50, busy.longest, "ms", 1);
      add(`${what}: KV operations`, step === "list" ? 10 : 20, kv, "", 0);
    }
  }
  return judged;
}
