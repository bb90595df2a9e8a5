// The types of the replies that the console reads, out of the OpenAPI document. Run by itself it
// writes console/src/replies.ts; a test says when that file is out of date.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./ivr.mjs";

/** What the console reads. What these name comes with them. */
const READ = ["Conflict", "Draft", "Folder", "Me", "MenuVersions", "Problem", "Refusal", "Today"];

const SCHEMAS = "#/components/schemas/";
const file = join(root, "console/src/replies.ts");
const HEAD = `/** What the Worker replies. Written by \`scripts/conformance --write\` from docs/openapi.json. */

`;

/** The file, as it is to be. */
export function consoleTypes() {
  const document = JSON.parse(readFileSync(join(root, "docs/openapi.json"), "utf8"));
  const all = document.components.schemas;
  const schemas = {};
  const add = (name) => {
    if (schemas[name]) return;
    schemas[name] = all[name];
    JSON.stringify(all[name], (key, value) => {
      if (key === "$ref" && value.startsWith(SCHEMAS)) add(value.slice(SCHEMAS.length));
      return value;
    });
  };
  READ.forEach(add);
  const { openapi, info } = document;
  const folder = mkdtempSync(join(tmpdir(), "edge-ivr-console-types-"));
  try {
    const path = join(folder, "openapi.json");
    writeFileSync(path, JSON.stringify({ openapi, info, paths: {}, components: { schemas } }));
    const program = fileURLToPath(new URL("node_modules/.bin/openapi-typescript", import.meta.url));
    const words = [path, "-o", join(folder, "replies.ts"), "--root-types", "--root-types-no-schema-prefix"];
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", cwd: folder });
    if (status !== 0) throw new Error(stdout + stderr);
    const text = readFileSync(join(folder, "replies.ts"), "utf8");
    // From the schemas on: before them there are only paths, and there are none.
    return HEAD + text.slice(text.indexOf("export interface components"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The file, as it is. */
export const kept = () => readFileSync(file, "utf8");

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, consoleTypes());
