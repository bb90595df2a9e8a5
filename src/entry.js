// What the platform calls first, around what worker-build made of the Rust code: a guard.
//
// The Rust code decides about a webhook (src/routes/webhook.rs); its outcome is performed here, the
// same for all. And compiled Rust cannot catch its own panic: it traps, and a request that waits
// for it would wait for ever. So every request is watched. When the code traps, or a reply is
// overdue, the caller hears the built-in words, and whoever only tells something is asked to send
// it again. Words, routes, headers and limits come from the Rust code, before the worst happens.

import Rust, { Library as RustLibrary, Outbox as RustOutbox } from "rust-worker";

const WEBHOOK = /^[^:]+:\/\/[^/]*(\/(?:webhooks|vxml)\/[^?#]*)/;
// A reply made after the model of another takes half the time of one made of an object.
const EMPTY_REPLY = new Response(null);
const JSON_REPLY = new Response(null, { headers: { "content-type": "application/json" } });
const AS_TEXT = { contentType: "text" };

// worker-build's: `criticalError` is set when the code trapped, by its panic hook and by the
// platform's error event.
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

// What the Rust code said to know of it when it cannot be asked.
let known;
function guard(env, context) {
  try {
    return (known ??= JSON.parse(call(env, context, "guard", env)));
  } catch {
    return { routes: {}, headers: {} };
  }
}

// A call that waits for nothing, past worker-build's own ways; like those it makes an instance that
// trapped anew, and gives up one that traps.
function call(env, context, name, ...given) {
  if (state.criticalError) new Rust(context, env);
  try {
    return Rust.prototype[name](...given);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
    throw error;
  }
}

// A Durable Object whose Rust part lives as long as a request. The platform tells nobody that it evicts
// an object, and what Rust holds of it would stay until V8 collects garbage: ten thousand objects did
// not make it do so (bench/README.md).
const durable = (Wrapped) => {
  // Not through worker-build's proxy: V8's register of what is to be freed does not know that, and would
  // free the object once more.
  const Class = Wrapped.prototype.constructor;
  return class {
    #given;
    constructor(...given) {
      this.#given = given;
    }
    fetch(request) {
      return this.perform("fetch", request);
    }
    async perform(name, ...given) {
      // As in `call`.
      if (state.criticalError) new Wrapped(...this.#given);
      const { instanceId } = state;
      try {
        const object = new Class(...this.#given);
        try {
          return await object[name](...given);
        } finally {
          // What an instance held that trapped went with it.
          if (!state.criticalError && state.instanceId === instanceId) object.free();
        }
      } catch (error) {
        if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
        throw error;
      }
    }
  };
};

export const Library = durable(RustLibrary);
export class Outbox extends durable(RustOutbox) {
  alarm() {
    return this.perform("alarm");
  }
}

export default {
  fetch(request, env, context) {
    const rules = guard(env, context);
    const path = WEBHOOK.exec(request.url)?.[1];
    const hook = path === undefined ? undefined : (rules.routes[path] ?? rules.routes[path.split("/", 3).join("/")]);
    const answers = hook !== undefined && hook.words !== "send_again";
    // What was read of the request: nobody sends a call's webhook again.
    const held = {};
    const work = path === undefined ? () => new Rust(context, env).reply(request, env) : () => webhook(request, env, context, held);
    return watched(answers ? rules.overdueMs : 0, work, (cause, late) => {
      const reference = request.headers.get("cf-ray") ?? crypto.randomUUID();
      const route = hook?.route ?? "other";
      console.error(JSON.stringify({ route, outcome: "lost", reason: cause, reference }));
      if (cause === "overdue") {
        // What it does behind the caller's back still counts.
        context.waitUntil(late.catch(() => {}));
      } else if (hook !== undefined) {
        context.waitUntil(record(request, env, context, held, route, cause, reference));
      }
      return lastWord(rules, hook?.words, request, held, { ...rules.headers, "x-reference": reference });
    });
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

// Decides about a webhook, and does what is decided.
async function webhook(request, env, context, held) {
  const began = Date.now();
  const { headers, method, url } = request;
  const source = headers.get("cf-connecting-ip") ?? undefined;
  const authorization = headers.get("authorization") ?? undefined;
  const admit = (exceeded) => call(env, context, "admit", env, method, url, authorization, source, exceeded);
  let pass = admit();
  if (pass.length === 4 && pass[2] !== undefined && (await isOneTooMany(env, pass[2], pass[3]))) pass = admit(true);
  if (pass.length !== 4) return perform(pass, env, context, admit);

  const [hash, longest] = pass;
  if (method === "POST") {
    const length = Number(headers.get("content-length") ?? NaN);
    held.body =
      length <= longest
        ? await request.arrayBuffer().then((bytes) => new Uint8Array(bytes), () => "broken")
        : await new Rust(context, env).body(request, longest);
  }
  const type = headers.get("content-type") ?? undefined;
  held.given = [url, hash, source, type, held.body];
  const decide = (exceeded, notKept) => call(env, context, "decide", env, context, ...held.given, began, exceeded, notKept);
  return perform(await decide(), env, context, decide);
}

// Does what was decided. What only doing it can tell (one too many, not kept) is decided again.
async function perform(outcome, env, context, decide) {
  let [status, body, headers, limit, key, messages, fits, first, line, isError, renew] = outcome;
  if (limit !== undefined && (await isOneTooMany(env, limit, key))) {
    [status, body, headers, , , messages, fits, first, line, isError, renew] = await decide(true);
  }
  if (messages !== undefined) {
    const kept = keep(env, context, messages, fits, !first);
    if (first) {
      const why = await kept;
      if (why !== undefined) [status, body, headers, , , , , , line, isError] = await decide(undefined, why);
    } else {
      context.waitUntil(kept);
    }
  }
  if (renew !== undefined) context.waitUntil(new Rust(context, env).renew(env, context, renew));
  if (isError) console.error(line);
  else console.log(line);
  if (headers !== undefined) return new Response(body ?? null, { status, headers });
  return body === undefined ? new Response(null, EMPTY_REPLY) : new Response(body, JSON_REPLY);
}

// Keeps events; says why nobody took them. What the queue does not take the Rust code keeps.
async function keep(env, context, messages, fits, patient) {
  try {
    if (fits) return void (await env.EVENTS.send(messages[0], AS_TEXT));
  } catch {}
  return new Rust(context, env).keep(env, messages, patient);
}

// A limiter that is not bound, fails or does not answer lets everybody through: it protects a
// budget, not a secret.
async function isOneTooMany(env, limit, key) {
  if (!env[limit]) return false;
  let timer;
  const tooLate = new Promise((resolve) => (timer = setTimeout(resolve, known?.limiterMs)));
  try {
    return (await Promise.race([env[limit].limit({ key }), tooLate]))?.success === false;
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
      clearTimeout(timer);
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
    // Of the two, whoever comes second changes nothing.
    reply = (async () => work())();
    reply.then((value) => done(resolve, value), () => waiting.has(giveUp) && giveUp("panic"));
  });
}

async function lastWord(rules, words, request, held, headers) {
  const json = { ...headers, "content-type": "application/json" };
  const apology = () => new Response(rules.apology, { headers: json });
  if (words === "apology") return apology();
  if (words === "document") return new Response(rules.document, { headers: { ...headers, "content-type": rules.documentType } });
  // Whoever picked up hears nothing, and is put through.
  if (words === "silence") return new Response(rules.silence, { headers: json });
  if (words === "if_failed") {
    // Whether the caller waits for a destination that will not come. Who talks is not disturbed.
    const said = held.body instanceof Uint8Array ? new TextDecoder().decode(held.body) : request.url;
    return new RegExp(rules.failed).test(said) ? apology() : new Response(null, { headers });
  }
  return new Response(null, { status: 503, headers: { ...headers, "retry-after": "1" } });
}

// Leaves the event of the webhook and one that says what became of it, or that one alone: as far as
// a fresh instance can.
async function record(request, env, context, held, route, cause, reference) {
  // It may trap once more, at the same place.
  const again = () => new Rust(context, env).record_after_panic(env, ...held.given, cause, reference);
  if (held.given !== undefined && (await watched(0, again, () => false))) return;
  try {
    await new Rust(context, env).record_lost_request(env, route, cause, reference);
  } catch {
    console.error(JSON.stringify({ outcome: "alert", reason: "events_lost", reference }));
  }
}
