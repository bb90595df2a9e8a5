/** What the console weighs, and that its module is one that browsers take. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { root } from "./harness.ts";

const folder = join(root, "console/dist/console/assets");
const files = readdirSync(folder);
const weight = (name: RegExp) =>
  files
    .filter((file) => name.test(file))
    .reduce(
      (sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length,
      0,
    );

const check = (what: string, bytes: number, most: number) =>
  assert.ok(
    bytes > 0 && bytes <= most * 1000,
    `${what}: ${bytes} bytes gzipped, at most ${most} KB`,
  );

test("the entry weighs 80 KB at most", () => {
  const page = gzipSync(readFileSync(join(root, "console/dist/index.html"))).length;
  check("entry", page + weight(/^index-.*\.(js|css)$/), 80);
});

test("the page of a menu weighs 230 KB at most", () => {
  check("menu page", weight(/^(page|menu|fields|drafts|layout\.worker)-.*\.(js|css)$/), 230);
});

test("the rules weigh 560 KB at most", () => {
  check("rules", weight(/\.wasm$/), 560);
});

test("the rules are a module that every engine takes", async () => {
  const wasm = files.find((file) => file.endsWith(".wasm"));
  assert.ok(wasm);
  await WebAssembly.compile(readFileSync(join(folder, wasm)));
});
