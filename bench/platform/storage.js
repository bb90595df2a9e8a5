// KV, Queue, D1 and R2 as the bench gives them to every Worker alike: the platform's wire protocols
// over memory, in a workerd of its own on the load generator's core. Of a storage call the measured
// process pays its own side only, as on Cloudflare, and its memory holds no stored document.
//
// A queue takes every message and forgets it; D1 and R2 accept and forget (the paths measured do not
// read them). What arrived is counted, so that the bench can say how often a Worker called.
const documents = new Map();
const none = () => ({ kv_get: 0, kv_keys: 0, kv_put: 0, queue_calls: 0, queue_messages: 0, queue_bytes: 0, d1: 0, r2: 0 });
let calls = none();

/** `kvNamespace` binding: GET /<key>, POST /bulk/get, PUT /<key>, DELETE /<key>. */
export const kv = {
  async fetch(request) {
    const url = new URL(request.url);
    if (request.method === "POST" && url.pathname === "/bulk/get") {
      const { keys, type } = await request.json();
      calls.kv_get += 1;
      calls.kv_keys += keys.length;
      const parse = (text) => (text === undefined ? null : type === "json" ? JSON.parse(text) : text);
      return Response.json(Object.fromEntries(keys.map((key) => [key, parse(documents.get(key))])));
    }
    const key = decodeURIComponent(url.pathname.slice(1));
    if (request.method === "PUT") {
      calls.kv_put += 1;
      documents.set(key, await request.text());
      return new Response();
    }
    if (request.method === "DELETE") {
      documents.delete(key);
      return new Response();
    }
    calls.kv_get += 1;
    calls.kv_keys += 1;
    const document = documents.get(key);
    return document === undefined ? new Response("Not Found", { status: 404 }) : new Response(document);
  },
};

const accepted = JSON.stringify({
  metadata: { metrics: { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: 0 } },
});

/** `queue` binding: POST /message (the body is the message), POST /batch (JSON, bodies in base64). */
export const queue = {
  async fetch(request) {
    const text = await request.text();
    calls.queue_calls += 1;
    calls.queue_bytes += text.length;
    calls.queue_messages += request.url.includes("/batch") ? (text.match(/"body":/g) ?? []).length : 1;
    return new Response(accepted);
  },
};

const meta = { served_by: "bench", duration: 0, changes: 0, last_row_id: 0, changed_db: false, size_after: 0, rows_read: 0, rows_written: 0 };

/** `d1` binding: POST /query with one statement or a list. */
export const d1 = {
  async fetch(request) {
    const queries = await request.json();
    calls.d1 += 1;
    const result = { success: true, results: { columns: [], rows: [] }, meta };
    return Response.json(Array.isArray(queries) ? queries.map(() => result) : result);
  },
};

/** `r2Bucket` binding: every object is missing, every write refused. */
export const r2 = {
  async fetch(request) {
    await request.arrayBuffer();
    calls.r2 += 1;
    return new Response(null, { status: 500 });
  },
};

/** For the bench itself: GET /calls (what arrived since the last time), PUT /documents (fills KV). */
export const control = {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/calls") {
      const counted = calls;
      calls = none();
      return Response.json(counted);
    }
    const filled = await request.json();
    for (const [key, value] of Object.entries(filled)) documents.set(key, value);
    return Response.json({ documents: documents.size });
  },
};
