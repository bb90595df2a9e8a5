// What reads OpenAPI documents reads ours: two linters find nothing, and clients made by generators
// have every operation and know the members of a call record.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { consoleTypes, kept } from "./console-types.mjs";
import { root } from "./ivr.mjs";

const here = join(root, "tests/conformance");
const path = join(root, "docs/openapi.json");
const record = join(root, "crates/api/tests/call-record.json");
const python = join(root, "target/conformance-python/bin");
const folder = mkdtempSync(join(tmpdir(), "edge-ivr-openapi-"));
after(() => rmSync(folder, { recursive: true }));

/** Runs a program that must end well; what it printed. */
function run(program, words, options = {}) {
  const { error, status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", cwd: folder, ...options });
  if (error) throw error;
  assert.equal(status, 0, `${program} ${words.join(" ")}\n${stdout}\n${stderr}`);
  return stdout + stderr;
}
const quiet = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
const tool = (name, ...words) => run(join(here, "node_modules/.bin", name), words, { cwd: here, env: quiet });

const operations = Object.values(JSON.parse(readFileSync(path, "utf8")).paths).flatMap((item) =>
  Object.values(item).flatMap(({ operationId }) => operationId ?? []),
);

test("spectral and redocly find nothing", () => {
  tool("spectral", "lint", "--ruleset", ".spectral.yaml", "--fail-severity", "warn", path);
  const report = JSON.parse(tool("redocly", "lint", "--config", "redocly-rules.yaml", "--format", "json", path).match(/\{[^]*\}/)[0]);
  assert.deepEqual(report.totals, { errors: 0, warnings: 0, ignored: 0 });
});

test("a Python client drops nothing, and reads a call record whole", () => {
  const client = join(folder, "client");
  const printed = run(join(python, "openapi-python-client"), ["generate", "--path", path, "--output-path", client, "--meta", "none"], {
    env: { ...process.env, PATH: `${python}${delimiter}${process.env.PATH}` },
  });
  assert.doesNotMatch(printed, /warning|error|unable|skipping/i);
  const made = readdirSync(join(client, "api"), { recursive: true }).filter((name) => name.endsWith(".py") && !name.endsWith("__init__.py"));
  assert.equal(made.length, operations.length, made.join("\n"));
  run(join(python, "python"), [join(here, "client.py"), record]);
});

test("TypeScript types know every operation and every member of a call record", () => {
  mkdirSync(join(folder, "types"));
  const types = join(folder, "types/api.ts");
  assert.doesNotMatch(tool("openapi-typescript", path, "-o", types), /warn|error/i);
  const members = Object.keys(JSON.parse(readFileSync(record, "utf8")));
  const uses = [
    'import type { components, operations } from "./api.ts";',
    'declare const record: components["schemas"]["CallRecord"];',
    ...members.map((name) => `record[${JSON.stringify(name)}];`),
    "// @ts-expect-error: nobody knows it",
    "record.colour;",
    ...operations.map((name) => `export type Of_${name} = operations[${JSON.stringify(name)}]["responses"];`),
    // A node is told by its kind.
    'declare const node: components["schemas"]["Node"];',
    'if (node.kind === "menu") node.choices;',
    "// @ts-expect-error: of another kind",
    'if (node.kind === "hangup") node.choices;',
  ];
  writeFileSync(join(folder, "types/use.ts"), uses.join("\n"));
  tool("tsc", "--noEmit", "--strict", "--allowImportingTsExtensions", "--module", "nodenext", "--moduleResolution", "nodenext", join(folder, "types/use.ts"));
});

test("the console goes by the replies of this document", () => {
  assert.equal(kept(), consoleTypes(), "console/src/replies.ts is out of date: scripts/conformance --write");
});
