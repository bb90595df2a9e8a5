// What is measured: our Worker and its peers, each with the bindings it needs.
import { join, resolve } from "node:path";
import { PUBLIC_URL, SECRET } from "./calls.mjs";
import { root } from "./workerd.mjs";

const peers = join(root, "bench", "peers");
const hono = {
  folder: join(peers, "hono", "dist"),
  entry: "index.js",
  flags: ["nodejs_compat"],
};
const honoBindings = (cache) => ({
  kv: ["MENUS"],
  queues: ["EVENTS"],
  vars: { VONAGE_SIGNATURE_SECRET: SECRET, PUBLIC_URL, CACHE: cache },
});

export const variants = {
  constant: {
    name: "constant",
    what: "JavaScript, constant NCCO",
    folder: join(peers, "constant"),
    entry: "constant.js",
  },
  floor: {
    name: "floor",
    what: "JavaScript, the platform's part of our job",
    folder: join(peers, "constant"),
    entry: "floor.js",
    bindings: { queues: ["EVENTS"], limits: ["CALLER_LIMIT"] },
  },
  lean: {
    name: "lean",
    what: "plain JavaScript by hand, menus cached",
    folder: join(peers, "lean"),
    entry: "index.js",
    flags: ["nodejs_compat"],
    bindings: { kv: ["MENUS"], queues: ["EVENTS"], vars: { VONAGE_SIGNATURE_SECRET: SECRET, PUBLIC_URL } },
  },
  "rust-hello": {
    name: "rust-hello",
    what: "workers-rs, constant NCCO",
    folder: join(peers, "rust-hello", "build"),
    entry: "index.js",
  },
  "hono-kv": {
    ...hono,
    name: "hono-kv",
    what: "Hono + Vonage SDK, KV at each call",
    bindings: honoBindings("no"),
  },
  "hono-cache": {
    ...hono,
    name: "hono-cache",
    what: "Hono + Vonage SDK, menus cached",
    bindings: honoBindings("yes"),
  },
  "edge-ivr": {
    name: "edge-ivr",
    what: "this project",
    folder: join(root, "build"),
    entry: "index.js",
    bindings: {
      kv: ["MENUS"],
      queues: ["EVENTS"],
      d1: ["CALLS"],
      r2: ["ARCHIVE"],
      limits: ["UNSIGNED_LIMIT", "CALLER_LIMIT"],
      objects: { OUTBOX: "Outbox", LIBRARY: "Library" },
      vars: {
        VONAGE_SIGNATURE_SECRET: SECRET,
        STATE_KEY: "bench-state-key-0123456789abcdef0123456789abcdef",
        ADMIN_TOKEN: "bench-admin-token-0123456789abcdef",
        PUBLIC_URL,
      },
    },
  },
};

/**
 * Another build of this Worker beside ours, `name=folder`: to compare a change with what was before.
 * A build from elsewhere takes our bindings too. Flags of V8 may follow, `name=folder,--no-liftoff`.
 */
export function addBuild(build) {
  const [, name, folder, flags] = /^(.*?)=([^,]*),?(.*)$/.exec(build);
  variants[name] = { ...variants["edge-ivr"], name, what: folder, folder: resolve(folder), v8Flags: flags.split(",").filter(Boolean) };
  return name;
}
