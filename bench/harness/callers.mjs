// People who ring all the time, in a process of their own on the load generator's core: a call is
// sent when it is due, whether or not those before it have been answered, so that a Worker which
// answers nobody for a second is seen to let two hundred callers wait. Started by publishing.mjs.
import http from "node:http";
import { call, post, send } from "./calls.mjs";
import { number } from "./menus.mjs";

/** Milliseconds between two calls. */
const EVERY = 5;
/** Numbers that are rung: few enough that an isolate has all their menus ready. */
const LINES = 100;
const AT_ONCE = 8;

/** The same clock in every process of a machine. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

async function ring(port, agent, index) {
  const request = post("/webhooks/answer", call(index, number(index % LINES)), index);
  const sent = now();
  const { status, body } = await send(port, request, agent);
  const answered = now();
  if (status !== 200 || !body.includes("This is desk 0")) throw new Error(`a caller got ${status} ${body.slice(0, 300)}`);
  return [sent, answered];
}

/** Calls one after the other on each of a few connections, until the compilers have seen enough. */
async function warmUp(port, agent, calls) {
  let next = 0;
  const lane = async () => {
    while (next < calls) await ring(port, agent, next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Rings until it is told to stop; gives when each call was due, sent and answered. */
function keepRinging(port, agent) {
  const calls = [];
  let due = now();
  let timer;
  const turn = () => {
    for (; due <= now(); due += EVERY) {
      const was = due;
      calls.push(ring(port, agent, calls.length).then((times) => [was, ...times]));
    }
    timer = setTimeout(turn, Math.max(0, due - now()));
  };
  turn();
  return () => {
    clearTimeout(timer);
    return Promise.all(calls);
  };
}

// As a program: what it is told comes as messages, and what it saw goes back as one.
if (process.send && import.meta.filename === process.argv[1]) {
  // In turn, so that no connection lies idle until the server closes it.
  const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 1000, scheduling: "fifo" });
  let stop;
  process.on("message", async ({ port, warm }) => {
    if (stop) {
      const calls = await stop();
      agent.destroy();
      process.send({ calls }, () => process.disconnect());
      return;
    }
    await warmUp(port, agent, warm);
    stop = keepRinging(port, agent);
    process.send("ringing");
  });
}
