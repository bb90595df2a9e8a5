// Deciding alone, in process: the Rust code and the crossing into it, without the platform. The CPU
// is that of the thread the Worker runs on, so compilers and collectors beside it do not count: that
// keeps runs within a few percent of each other even on a busy machine.
import { PUBLIC_URL, call, post, send } from "./calls.mjs";
import { number } from "./menus.mjs";
import { median } from "./statistics.mjs";
import { variants } from "./variants.mjs";
import { sleep, startWorker } from "./workerd.mjs";
import { workloads } from "./workloads.mjs";

const header = (request, name) => request.headers.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);

/** What src/entry.js hands over of a request. */
const handedOver = (request) => ({
  url: PUBLIC_URL + request.target,
  authorization: header(request, "authorization"),
  source: header(request, "cf-connecting-ip"),
  type: header(request, "content-type"),
  body: request.body,
});

const order = (webhooks, times) => ({ method: "POST", target: "/", headers: ["content-type: application/json"], body: JSON.stringify({ webhooks, times }) });

/** Microseconds a webhook of each of these workloads, for each of these builds; interleaved rounds. */
export async function deciding(storage, names, builds, rounds, times) {
  const found = {};
  for (const name of names) {
    const workload = workloads[name];
    await storage.fill(workload.documents());
    const started = [];
    for (const build of builds) {
      const variant = variants[build];
      // Key presses go to URLs that a Worker with the same key has sealed.
      const whole = await startWorker(variant, storage, post("/webhooks/answer", call(0, number(0))));
      const prepared = await workload.prepare?.(whole);
      await whole.stop();
      const server = await startWorker({ ...variant, name: `deciding-${build}`, entry: "deciding.js" }, storage, order([handedOver(workload.requests(prepared)[0])], 1));
      const run = async (count) => {
        const webhooks = workload.requests(prepared).map(handedOver); // a signature is good for five minutes
        await decide(server, workload, webhooks, 1);
        const before = server.threadCpu();
        await decide(server, workload, webhooks, 1);
        const between = server.threadCpu();
        await decide(server, workload, webhooks, count + 1);
        return (server.threadCpu() - between - (between - before)) / count;
      };
      await run(times); // V8 compiles a wasm function well only after it has run often
      await sleep(500);
      started.push({ build, server, run, samples: [] });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const one of started) one.samples.push(await one.run(times));
    }
    for (const { build, server, samples } of started) {
      (found[build] ??= {})[name] = { us: median(samples), spread: [Math.min(...samples), Math.max(...samples)], samples };
      await server.stop();
    }
  }
  return found;
}

async function decide(server, workload, webhooks, times) {
  const { status, body } = await send(server.port, order(webhooks, times));
  if (status !== 200) throw new Error(`${server.name}: ${status} ${body.slice(0, 300)}\n${server.log().slice(-2000)}`);
  const decided = JSON.parse(body);
  if (decided.status !== 200 || !workload.right(decided.reply ?? "")) throw new Error(`${server.name}: decided ${body.slice(0, 300)}`);
}
