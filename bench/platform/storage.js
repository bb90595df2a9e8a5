// KV and Queue as the bench gives them to every Worker alike: the platform's wire protocols over
// memory, in a workerd of its own on the load generator's core (D1 and R2 are in database.js). Of a
// storage call the measured process pays its own side only, as on Cloudflare, and its memory holds no
// stored document.
//
// A queue takes every message, and keeps those it is asked to. What arrived is counted, so that the
// bench can say how often a Worker called.
const documents = new Map();
const metadata = new Map();
const none = () => ({ kv_get: 0, kv_keys: 0, kv_put: 0, kv_list: 0, kv_delete: 0, queue_calls: 0, queue_messages: 0, queue_bytes: 0 });
let calls = none();
/** Messages, while somebody wants them. */
let kept;

/** Every key in order, from the first list on: sorting them for each page takes the core from those
 * who measure on it. */
let ordered;

/** How many keys come before this one. */
function before(name) {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle] < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

function put(name, text, beside) {
  if (ordered && !documents.has(name)) ordered.splice(before(name), 0, name);
  documents.set(name, text);
  if (beside === null) metadata.delete(name);
  else metadata.set(name, beside);
}

function remove(name) {
  if (ordered && documents.has(name)) ordered.splice(before(name), 1);
  documents.delete(name);
  metadata.delete(name);
}

const PAGE = 1000;
/** The keys that start with a prefix, in order, from behind `cursor`. */
function list(url) {
  const prefix = url.searchParams.get("prefix") ?? "";
  const cursor = url.searchParams.get("cursor");
  ordered ??= [...documents.keys()].sort();
  const from = cursor === null ? before(prefix) : before(cursor) + (ordered[before(cursor)] === cursor);
  // One more than a page shows whether there is another.
  const found = ordered.slice(from, from + PAGE + 1).filter((name) => name.startsWith(prefix));
  const keys = found.slice(0, PAGE).map((name) => ({ name, ...(metadata.has(name) && { metadata: metadata.get(name) }) }));
  const list_complete = found.length <= PAGE;
  return Response.json({ keys, list_complete, ...(!list_complete && { cursor: keys.at(-1).name }) });
}

/** `kvNamespace` binding: GET /<key>, GET / (a list), POST /bulk/get, PUT /<key>, DELETE /<key>. */
export const kv = {
  async fetch(request) {
    const url = new URL(request.url);
    if (request.method === "GET" && url.pathname === "/") {
      calls.kv_list += 1;
      return list(url);
    }
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
      const beside = request.headers.get("cf-kv-metadata");
      put(key, await request.text(), beside && JSON.parse(beside));
      return new Response();
    }
    if (request.method === "DELETE") {
      calls.kv_delete += 1;
      remove(key);
      return new Response();
    }
    calls.kv_get += 1;
    calls.kv_keys += 1;
    const document = documents.get(key);
    if (document === undefined) return new Response("Not Found", { status: 404 });
    const beside = metadata.get(key);
    return new Response(document, { headers: beside ? { "cf-kv-metadata": JSON.stringify(beside) } : {} });
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
    const isBatch = request.url.includes("/batch");
    if (kept) kept.push(...(isBatch ? JSON.parse(text).messages.map(({ body }) => new TextDecoder().decode(Uint8Array.from(atob(body), (one) => one.charCodeAt(0)))) : [text]));
    calls.queue_messages += isBatch ? (text.match(/"body":/g) ?? []).length : 1;
    return new Response(accepted);
  },
};

/**
 * For the bench itself: GET /calls (what arrived since the last time), GET /messages (what the queue
 * has kept; from the first time it is asked it keeps), PUT /documents (fills KV: of each key text
 * and metadata), DELETE /documents.
 */
export const control = {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/calls") {
      const counted = calls;
      calls = none();
      return Response.json(counted);
    }
    if (pathname === "/messages") {
      const said = kept ?? [];
      kept = [];
      return Response.json(said);
    }
    if (request.method === "DELETE") {
      documents.clear();
      metadata.clear();
      ordered = undefined;
      return new Response();
    }
    for (const [key, [text, beside]] of Object.entries(await request.json())) put(key, text, beside);
    return Response.json({ documents: documents.size });
  },
};
