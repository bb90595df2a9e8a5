// Decides about the same webhooks again and again, past the platform: no request is made, nothing
// sent, counted or logged. What is left is the Rust code and the crossing into it, as src/entry.js
// crosses. The harness reads the CPU of the process before and after.
import Rust, { Library, Outbox } from "./rust-worker.js";

export { Library, Outbox };

export default {
  async fetch(request, env, context) {
    const { webhooks, times } = await request.json();
    const rust = new Rust(context, env);
    const text = new TextEncoder();
    const given = webhooks.map(({ body, ...head }) => ({ ...head, body: text.encode(body) }));
    const now = Date.now();
    const once = ({ url, authorization, source, type, body }) => {
      const [hash, , limit] = rust.admit(env, "POST", url, authorization, source, undefined);
      if (limit !== undefined) throw new Error("counted before it is read");
      return rust.decide(env, context, url, hash, source, type, body, now, undefined, undefined);
    };
    // The first one fetches what is then remembered.
    const [status, reply] = await once(given[0]);
    for (let time = 1; time < times; time += 1) once(given[time % given.length]);
    return Response.json({ status, reply });
  },
};
