// `bench/size [FOLDER]`: what the bundle is made of. Reads the wasm of a build and the symbol map
// that scripts/build leaves beside it, and adds the code up by crate and by function. A generic
// function counts for the crate named first in it, ours before others.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./workerd.mjs";

const folder = resolve(process.argv[2] ?? join(root, "build"));
const wasm = readFileSync(join(folder, "index_bg.wasm"));
const unescape = (name) => name.replace(/\\([0-9a-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
const names = readFileSync(join(folder, "index_bg.symbols"), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((entry) => unescape(entry.slice(entry.indexOf(":") + 1)));

/** An unsigned LEB128 number at `at`, and where it ends. */
function number(at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = wasm[at];
    at += 1;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

const CODE = 10;
const DATA = 11;
let code = [];
let data = Buffer.alloc(0);
for (let at = 8; at < wasm.length; ) {
  const id = wasm[at];
  const [length, start] = number(at + 1);
  if (id === DATA) data = wasm.subarray(start, start + length);
  if (id === CODE) {
    let [count, next] = number(start);
    for (; count > 0; count -= 1) {
      const [size, body] = number(next);
      code.push(wasm.subarray(body, body + size));
      next = body + size;
    }
  }
  at = start + length;
}
const imported = names.length - code.length;

const OURS = ["edge_ivr", "ivr", "ncco", "vonage", "events"];
function crateOf(name) {
  const crates = [...name.matchAll(/\b([a-z_][a-z_0-9]*)(?:\[[0-9a-f]+\])?::/g)].map(([, crate]) => crate);
  return crates.find((crate) => OURS.includes(crate)) ?? crates[0] ?? "(glue)";
}

const gzip = (parts) => gzipSync(Buffer.concat(parts), { level: 9 }).length;
const crates = new Map();
code.forEach((body, index) => {
  const crate = crateOf(names[imported + index] ?? "");
  if (!crates.has(crate)) crates.set(crate, []);
  crates.get(crate).push(body);
});
const write = (text) => process.stdout.write(`${text}\n`);
const size = (parts) => parts.reduce((sum, part) => sum + part.length, 0);
write(`${folder}: wasm ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} gzipped; code ${size(code)}, data ${data.length} (${gzip([data])} gzipped)\n`);
write("     raw     gzip  functions  crate");
for (const [crate, bodies] of [...crates].sort((a, b) => size(b[1]) - size(a[1])).slice(0, 30)) {
  write(`${String(size(bodies)).padStart(8)} ${String(gzip(bodies)).padStart(8)} ${String(bodies.length).padStart(10)}  ${crate}`);
}
write("\n     raw  function");
const functions = code.map((body, index) => [body.length, names[imported + index] ?? ""]).sort((a, b) => b[0] - a[0]);
for (const [length, name] of functions.slice(0, 40)) write(`${String(length).padStart(8)}  ${name.replace(/::h[0-9a-f]{16}$/, "").slice(0, 140)}`);
const debug = functions.filter(([, name]) => /as core(\[[0-9a-f]+\])?::fmt::/.test(name));
write(`\n${debug.length} formatting functions, ${debug.reduce((sum, [length]) => sum + length, 0)} bytes`);
const sorts = functions.filter(([, name]) => /^core(\[[0-9a-f]+\])?::slice::sort::/.test(name));
write(`${sorts.length} sorting functions, ${sorts.reduce((sum, [length]) => sum + length, 0)} bytes`);
