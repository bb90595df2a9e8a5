/** What the console weighs, and that its module is one that browsers take. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { root } from "./harness.ts";

const folder = join(root, "console/dist/console/assets");
const files = readdirSync(folder);
const weigh = (names: string[]) =>
  names.reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length,
    0,
  );
const weight = (name: RegExp) => weigh(files.filter((file) => name.test(file)));

/** What the browser reads for a page besides the entry, as Vite wrote it into the entry. */
function filesOfPage(name: string): string[] {
  const entry = files.find((file) => /^index-.*\.js$/.test(file)) ?? "";
  const text = readFileSync(join(folder, entry), "utf8");
  const all = /m\.f=\[([^\]]*)\]/.exec(text)?.[1]?.match(/[^"/,]+(?=")/g) ?? [];
  const page = new RegExp(`import\\(.\\./${name}-[^)]*\\),__vite__mapDeps\\(\\[([\\d,]*)\\]`);
  const places = page.exec(text)?.[1]?.split(",").map(Number) ?? [];
  return places.map((place) => all[place] ?? "");
}

function check(what: string, bytes: number, most: number) {
  console.log(`${what}: ${(bytes / 1000).toFixed(1)} KB gzipped, at most ${most}`);
  assert.ok(
    bytes > 0 && bytes <= most * 1000,
    `${what}: ${bytes} bytes gzipped, at most ${most} KB`,
  );
}

test("the entry weighs 80 KB at most", () => {
  const page = gzipSync(readFileSync(join(root, "console/dist/index.html"))).length;
  check("entry", page + weight(/^index-.*\.(js|css)$/), 80);
});

test("the page of a menu weighs 230 KB at most", () => {
  const page = filesOfPage("page");
  assert.ok(page.some((file) => /^page-.*\.js$/.test(file)) && page.length >= 3, page.join());
  check("menu page", weigh(page) + weight(/^(layout\.worker|json)-.*\.js$/), 230);
});

test("the rules weigh 390 KB at most, and so does the phone", () => {
  check("rules", weight(/^rules_bg-.*\.wasm$/), 390);
  check("phone", weight(/^calls_bg-.*\.wasm$/), 390);
});

test("both are modules that every engine takes", async () => {
  const modules = files.filter((file) => file.endsWith(".wasm"));
  assert.equal(modules.length, 2);
  for (const wasm of modules) await WebAssembly.compile(readFileSync(join(folder, wasm)));
});
