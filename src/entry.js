// What the platform calls first, around what worker-build made of the Rust code.
//
// Compiled Rust cannot catch its own panic: it traps, and a request that waits for it would wait
// for ever. So every request is watched from here. When the code traps, or an NCCO is overdue, the
// caller hears the built-in words, and whoever only tells something is asked to send it again.
// The next request finds a fresh instance (worker-build's own part).
//
// And most webhooks need nothing but their own bytes and what the Rust code has in memory. Those
// are answered with two calls of it that wait for nothing (src/at_once.rs says why); what the
// platform has to do for them is done here. All others go the ordinary way, `reply`.

import Rust, { Outbox } from "rust-worker";

export { Outbox };

// The Rust code's own deadlines end at 1.8 s, and the platform waits for five.
const OVERDUE_MS = 2500;

// As in src/request.rs, src/bindings/limiter.rs.
const MAX_BODY = 1 << 20;
const LIMITER_MS = 200;

// As in src/respond.rs.
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
};
// A reply made after the model of another takes half the time of one made of an object.
const EMPTY_REPLY = new Response(null, { headers: HEADERS });
const JSON_REPLY = new Response(null, { headers: { ...HEADERS, "content-type": "application/json" } });
const AS_TEXT = { contentType: "text" };
const SORRY =
  '[{"action":"talk","text":"We are sorry, we cannot take your call right now. Please try again later.","language":"en-US"}]';
const NOTHING = '[{"action":"talk","text":"<speak><break time=\\"100ms\\"/></speak>"}]';

// worker-build's: `criticalError` is set when the code trapped, by its panic hook and by the
// platform's error event. `sorry` is ours: the built-in words in the language configured.
const state = globalThis.__worker_init_state;
const waiting = new Set();
let trapped = state.criticalError;
Object.defineProperty(state, "criticalError", {
  get: () => trapped,
  set(value) {
    trapped = value;
    // Not now: the panic hook sets this, and the trap is still to come.
    if (value) queueMicrotask(loseAll);
  },
});

function loseAll() {
  const all = [...waiting];
  waiting.clear();
  for (const giveUp of all) giveUp("panic");
}

export default {
  fetch(request, env, context) {
    const hook = /^[^:]+:\/\/[^/]*(\/webhooks\/([a-z]+))(?:[/?#]|$)/.exec(request.url);
    const speaks = hook !== null && ["answer", "input", "connect", "whisper", "notify", "fallback"].includes(hook[2]);
    // Whether a connect's caller is to hear something depends on what became of it.
    const outcome = speaks && hook[2] === "connect" ? request.clone() : null;

    const said = speaks ? heldOnTo(request) : () => null;

    const work = hook === null ? ordinary : atOnce;
    const reply = watched(speaks ? OVERDUE_MS : 0, () => work(request, env, context), (cause, late) => {
      const reference = request.headers.get("cf-ray") ?? crypto.randomUUID();
      const route = hook === null ? "other" : hook[1];
      console.error(JSON.stringify({ route, outcome: "lost", reason: cause, reference }));
      if (cause === "overdue") {
        // What it does behind the caller's back still counts.
        context.waitUntil(late.catch(() => {}));
      } else if (hook !== null) {
        context.waitUntil(tell(context, env, route, cause, reference, said()));
      }
      return lastWord(speaks ? hook[2] : "", outcome, { ...HEADERS, "x-reference": reference });
    });
    // The copy nobody needed is let go.
    return outcome === null ? reply : reply.finally(() => outcome.body?.locked || outcome.body?.cancel());
  },

  queue(batch, env, context) {
    return watched(0, () => new Rust(context, env).queue(batch), (cause) => {
      throw new Error(`queue: ${cause}: the batch is delivered again`);
    });
  },

  scheduled(event, env, context) {
    return watched(0, () => new Rust(context, env).scheduled(event), (cause) => {
      throw new Error(`scheduled: ${cause}`);
    });
  },
};

function ordinary(request, env, context, body) {
  return new Rust(context, env).reply(request, body, env, context);
}

// The answer out of memory, or else the ordinary way. Nobody is refused here, and before a good
// token was seen no body is read.
async function atOnce(request, env, context) {
  const began = Date.now();
  const { headers, method, url } = request;
  const authorization = headers.get("authorization");
  // A trapped instance is made anew on the ordinary way.
  if (authorization === null || state.criticalError) return ordinary(request, env, context);
  const hash = call("admit", env, authorization, headers.get("cf-connecting-ip"));
  if (hash === undefined) return ordinary(request, env, context);
  let body;
  if (method === "POST") {
    const length = headers.get("content-length");
    // A body in chunks says no length: the ordinary way counts while it comes.
    if (length === null || !(Number(length) <= MAX_BODY)) return ordinary(request, env, context);
    try {
      body = new Uint8Array(await request.arrayBuffer());
    } catch {
      return ordinary(request, env, context);
    }
  } else if (method !== "GET") {
    return ordinary(request, env, context);
  }
  if (state.criticalError) return ordinary(request, env, context, body);
  const answer = call("answer", env, context, url, hash, headers.get("content-type"), body, began);
  if (answer === undefined) return ordinary(request, env, context, body);

  const [first, caller, text, line, ...events] = answer;
  if (caller !== undefined && (await isOneTooMany(env, caller))) return ordinary(request, env, context, body);
  if (first) {
    try {
      await send(env, events);
    } catch {
      return ordinary(request, env, context, body);
    }
  } else {
    context.waitUntil(send(env, events).catch(() => new Rust(context, env).keep(env, events)));
  }
  console.log(line);
  return text === "" ? new Response(null, EMPTY_REPLY) : new Response(text, JSON_REPLY);
}

// A call that waits for nothing, past worker-build's own ways; like those it gives up an instance
// that trapped.
function call(name, ...given) {
  try {
    return Rust.prototype[name](...given);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
    throw error;
  }
}

// To the queue, as src/bindings/queue.rs does it.
async function send(env, events) {
  if (events.length === 1) return env.EVENTS.send(events[0], AS_TEXT);
  return env.EVENTS.sendBatch(events.map((body) => ({ body, contentType: "text" })));
}

// A limiter that is not bound, fails or does not answer lets everybody through: it protects a
// budget, not a secret.
async function isOneTooMany(env, caller) {
  if (!env.CALLER_LIMIT) return false;
  let timer;
  const tooLate = new Promise((resolve) => (timer = setTimeout(resolve, LIMITER_MS)));
  try {
    const outcome = await Promise.race([env.CALLER_LIMIT.limit({ key: caller }), tooLate]);
    return outcome?.success === false;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

// What `work` promises, or what `instead` gives when it never will.
function watched(overdue, work, instead) {
  return new Promise((resolve, reject) => {
    let timer;
    let reply;
    const done = (settle, value) => {
      waiting.delete(giveUp);
      if (timer !== undefined) clearTimeout(timer);
      settle(value);
    };
    const giveUp = (cause) => {
      try {
        done(resolve, instead(cause, reply));
      } catch (error) {
        done(reject, error);
      }
    };
    waiting.add(giveUp);
    if (overdue > 0) timer = setTimeout(giveUp, overdue, "overdue");
    try {
      reply = work();
      // Of the two, whoever comes second changes nothing.
      reply.then(
        (value) => done(resolve, value),
        () => waiting.has(giveUp) && giveUp("panic"),
      );
    } catch {
      if (waiting.has(giveUp)) giveUp("panic");
    }
  });
}

async function lastWord(speaks, outcome, headers) {
  const json = { ...headers, "content-type": "application/json" };
  switch (speaks) {
    case "answer":
    case "input":
    case "notify":
    case "fallback":
      return new Response(state.sorry ?? SORRY, { headers: json });
    case "connect":
      return (await hasFailed(outcome))
        ? new Response(state.sorry ?? SORRY, { headers: json })
        : new Response(null, { headers });
    case "whisper":
      // Who picked up hears nothing, and is put through.
      return new Response(NOTHING, { headers: json });
    default:
      return new Response(null, { status: 503, headers: { ...headers, "retry-after": "1" } });
  }
}

// Whether the caller waits for a destination that will not come. An answered one is not disturbed.
async function hasFailed(request) {
  try {
    const said = request.method === "GET" ? request.url : await request.text();
    return /status"?\s*[:=]\s*"?(busy|timeout|unanswered|cancell?ed|rejected|failed)\b/.test(said);
  } catch {
    return false;
  }
}

// Keeps the bytes the Rust code reads of a webhook whose caller is answered whatever happens:
// nobody sends it again. Gives the request once more, or null where there is nothing left of it.
function heldOnTo(request) {
  let body = null;
  request.arrayBuffer = () => (body = Request.prototype.arrayBuffer.call(request));
  return async () => {
    if (request.method === "GET" || !request.bodyUsed) return request;
    const { url, method, headers } = request;
    return body === null ? null : new Request(url, { method, headers, body: await body });
  };
}

// Leaves the event of the webhook and one that says what became of it, or that one alone: as far as
// a fresh instance can.
async function tell(context, env, route, cause, reference, said) {
  try {
    const request = await said;
    // It may trap once more, at the same place.
    const again = () => new Rust(context, env).salvage(request, env, context, cause, reference);
    if (request && (await watched(0, again, () => false))) return;
  } catch {
    // The sender broke off: there is nothing to keep.
  }
  try {
    await new Rust(context, env).lost(env, route, cause, reference);
  } catch {
    console.error(JSON.stringify({ outcome: "alert", reason: "events_lost", reference }));
  }
}
