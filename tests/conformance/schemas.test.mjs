// Ajv, the validator most editors and services use, in its strict mode: reads our schemas, takes our
// documents, and agrees with `ivr check` about what is no document.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { check, documents, isMenu, isScript, ivr, root } from "./ivr.mjs";

// Without three rules of the strict mode that are about style: a condition may leave out a type that
// is said beside it, a member may be described in one branch of a condition and required in another,
// and a value may be a number or a word.
const OPTIONS = { strict: true, strictTypes: false, strictRequired: false };

function compiled(schema) {
  const ajv = new Ajv2020(OPTIONS);
  addFormats(ajv);
  // For editors: what VS Code shows of a member, and offers.
  for (const word of ["markdownDescription", "defaultSnippets", "enumDescriptions"]) ajv.addKeyword(word);
  return ajv.compile(schema);
}
const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
const schemas = { menus: compiled(read("menus/menu.schema.json")), scripts: compiled(read("menus/test.schema.json")) };
const validator = (path) => (isScript(path) ? schemas.scripts : schemas.menus);

test("every schema is one in strict mode", () => {
  for (const kind of ["documents", "menu", "calendar", "list", "numbers", "test"]) {
    compiled(JSON.parse(ivr("schema", kind)));
  }
  const events = readdirSync(join(root, "crates/events/schemas"));
  assert.ok(events.length > 30);
  for (const name of events) compiled(read(join("crates/events/schemas", name)));
});

test("every document of the examples and the starters is taken", () => {
  const all = documents();
  assert.ok(all.length > 20, all.join());
  for (const path of all) {
    const validate = validator(path);
    assert.ok(validate(read(path)), `${path}: ${JSON.stringify(validate.errors)}`);
  }
});

// The findings that are about form, whatever a document means.
const FORM = new Set(["wrong-type", "unknown-field", "missing-field", "unknown-kind"]);

/** Numbers that look like chance, the same each time. */
function* chance(seed) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Every place of a document: the object or array, and the key in it. */
function places(value, found = []) {
  if (value === null || typeof value !== "object") return found;
  for (const key of Object.keys(value)) {
    if (key === "$schema") continue;
    found.push([value, key]);
    places(value[key], found);
  }
  return found;
}

/** A document with one thing in it changed, and what that was. */
function changed(text, random) {
  const document = JSON.parse(text);
  const all = places(document);
  const pick = (list) => list[Math.floor(random.next().value * list.length)];
  const [holder, key] = pick(all);
  const was = holder[key];
  const how = pick(["rename", "remove", "retype"]);
  if (how === "retype") holder[key] = pick([1e300, true, "", [[]], { x: {} }, null, "a b\nc", -1]);
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else {
    delete holder[key];
    if (how === "rename") holder["Not A Name"] = was;
  }
  return [document, `${how} ${key} (was ${JSON.stringify(was).slice(0, 60)})`];
}

test("Ajv and the check agree on what has the form of a document", () => {
  const random = chance(Number(process.env.SEED ?? 1));
  const rounds = Number(process.env.ROUNDS ?? 400);
  const sources = documents().filter((path) => isMenu(path));
  const folder = mkdtempSync(join(tmpdir(), "edge-ivr-conformance-"));
  try {
    const cases = new Map();
    for (let round = 0; round < rounds; round++) {
      const path = sources[round % sources.length];
      const [document, what] = changed(readFileSync(join(root, path), "utf8"), random);
      const name = `m${round}.json`;
      writeFileSync(join(folder, name), JSON.stringify(document));
      cases.set(name, [document, `${basename(path)}: ${what}`]);
    }
    const found = Map.groupBy(check(folder), (finding) => basename(finding.file));
    const disagree = [];
    let [refused, wrongForm] = [0, 0];
    for (const [name, [document, what]] of cases) {
      const errors = (found.get(name) ?? []).filter((finding) => finding.severity === "error");
      const isForm = errors.some((finding) => FORM.has(finding.code));
      const isTaken = schemas.menus(document);
      if (!isTaken) refused += 1;
      if (isForm) wrongForm += 1;
      const ours = errors.map((finding) => `${finding.code} ${finding.pointer}`).join(", ") || "nothing";
      if (isForm && isTaken) disagree.push(`${what}: the check finds ${ours}, Ajv takes it`);
      if (!isTaken && errors.length === 0) {
        const { instancePath, message } = schemas.menus.errors.at(-1);
        disagree.push(`${what}: the check finds nothing, Ajv ${instancePath} ${message}`);
      }
    }
    assert.ok(refused > rounds / 4 && wrongForm > rounds / 8, `${refused}, ${wrongForm} of ${rounds}: too few are none`);
    assert.deepEqual(disagree, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
