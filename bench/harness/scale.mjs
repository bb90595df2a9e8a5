// What grows with use: see bench/README.md. `bench/scale --help` for the options.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { consumer, database } from "./consumer.mjs";
import { firstCall, tenants } from "./isolate.mjs";
import { budgets as ofObjects, objects } from "./objects.mjs";
import { budgets as ofPublishing, publishing } from "./publishing.mjs";
import { printScale } from "./scale-report.mjs";
import { addBuild } from "./variants.mjs";
import { out, root, startStorage } from "./workerd.mjs";

const parts = { consumer, database, "first-call": firstCall, tenants, publishing, objects };

const HELP = `usage: bench/scale [options]

  --only a,b        only these parts: ${Object.keys(parts).join(", ")}
  --rounds N        interleaved rounds (default 9)
  --sizes a,b       events a batch of the consumer (default 1,10,100)
  --calls N         calls to fill the database with (default 5000)
  --quick           an impression
  --beside n=DIR    another build of this Worker, measured beside ours
  --no-build        measure what is built already
`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string" },
    calls: { type: "string" },
    sizes: { type: "string" },
    quick: { type: "boolean" },
    beside: { type: "string", multiple: true },
    "no-build": { type: "boolean" }, // read by bench/scale
    help: { type: "boolean" },
  },
});
if (options.help) {
  process.stdout.write(HELP);
  process.exit();
}
const chosen = options.only?.split(",") ?? Object.keys(parts);
const unknown = chosen.find((name) => !parts[name]);
if (unknown) throw new Error(`unknown: ${unknown}; there are ${Object.keys(parts).join(", ")}`);
const settings = {
  quick: options.quick ?? false,
  rounds: Number(options.rounds ?? (options.quick ? 3 : 9)),
  calls: Number(options.calls ?? (options.quick ? 1000 : 5000)),
  sizes: (options.sizes ?? "1,10,100").split(",").map(Number),
  beside: (options.beside ?? []).map(addBuild),
};

const load = () => readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ");
const report = {
  at: new Date().toISOString(),
  commit: execFileSync("git", ["-C", root, "describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),
  load: [load()],
  ...settings,
  parts: {},
};
const storage = await startStorage();
for (const name of chosen) {
  process.stderr.write(`bench: ${name}\n`);
  report.parts[name] = await parts[name](storage, settings);
}
await storage.stop();
report.load.push(load());
report.budgets = [...ofPublishing(report.parts.publishing ?? {}), ...ofObjects(report.parts.objects)];
mkdirSync(out, { recursive: true });
const path = join(out, `scale-${report.at.replace(/[:.]/g, "-")}.json`);
writeFileSync(path, JSON.stringify(report, null, 1));
printScale(report);
process.stdout.write(`\n${path}\n`);
if (report.budgets.some(({ holds }) => !holds)) process.exitCode = 1;
process.exit();
