// The Worker as it is, and beside it an entry point that says how large its wasm memory is, and how
// many places its table has for what Rust holds of JavaScript. GET /?collect collects garbage first.
import { instances } from "./instances.js";

export { Library, Outbox, default } from "./index.js";

export const memory = {
  async fetch(request) {
    if (request.url.endsWith("?collect")) {
      gc();
      // What is to be done for what was collected is done in a turn of its own.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { memory, __wbindgen_externrefs: table } = instances.at(-1)?.exports ?? {};
    return Response.json({ wasm: memory?.buffer.byteLength ?? 0, table: table?.length ?? 0 });
  },
};
