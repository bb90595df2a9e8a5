// Prints the configuration of the Worker of `[env.fallback]`, as one of its own.
//
// Wrangler warns of each binding that an environment lacks, and lacking them is what this one is
// for.
import { unstable_readConfig } from "wrangler";

const all = unstable_readConfig(
  { config: "wrangler.toml", env: "fallback" },
  { hideWarnings: true },
);
const names = [
  "name",
  "main",
  "compatibility_date",
  "compatibility_flags",
  "workers_dev",
  "preview_urls",
  "observability",
  "vars",
];
console.log(JSON.stringify(Object.fromEntries(names.map((name) => [name, all[name]])), null, 2));
