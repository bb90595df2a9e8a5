// The command, and the documents of this project.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { basename, join } from "node:path";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.IVR ?? join(root, "target/debug/ivr");

/** What the command prints; whatever its exit code. */
export function ivr(...words) {
  const { error, status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) throw error;
  if (status > 1) throw new Error(`ivr ${words.join(" ")}: ${stderr}`);
  return stdout;
}

/** The findings of a folder. */
export const check = (folder) => JSON.parse(ivr("--json", "check", folder)).findings;

/** The documents of the examples and the starters, by path. */
export function documents() {
  const starters = readdirSync(join(root, "cli/starter")).map((name) => join("cli/starter", name));
  return ["menus", ...starters].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"))
      .map((name) => join(folder, name)),
  );
}

/** Whether it is a menu, by its name. */
export const isMenu = (path) => /^[^.]+\.json$/.test(basename(path)) && basename(path) !== "numbers.json";

export const isScript = (path) => path.endsWith(".test.json");


/** The menus that are drawn: the examples, and one with awkward names and words. */
export const drawable = () => [...documents().filter(isMenu), "tests/conformance/documents/awkward.json"];
