// The tables at the end, and the budgets.

const round = (value, digits = 0) => (value === undefined || Number.isNaN(value) ? "-" : value.toFixed(digits));
const megabytes = (bytes) => round(bytes / 1048576);
const kilobytes = (bytes) => round(bytes / 1024, 1);

export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lineOf = (row) => `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [lineOf(cells[0]), rule, ...cells.slice(1).map(lineOf)].join("\n");
}

/** Budgets, and what of them was measured. */
export function judge() {
  const found = [];
  const add = (what, limit, value, unit, digits = 2) => {
    if (value !== undefined && !Number.isNaN(value)) found.push({ what, limit, value, unit, digits, holds: value <= limit });
  };
  return { found, add };
}

export const budgetTable = (budgets) =>
  table(
    ["what", "at most", "measured", ""],
    budgets.map(({ what, limit, value, unit, digits, holds }) => [what, `${limit} ${unit}`.trim(), `${round(value, digits)} ${unit}`.trim(), holds ? "holds" : "EXCEEDED"]),
  );

/** The budgets that this report can judge. */
export function budgets({ workloads, deciding, cold, bundles, startup, native }) {
  const { found, add } = judge();
  add("deciding about an answer, in process", 18, deciding?.["edge-ivr"]?.answer?.us, "us", 1);
  add("deciding about an event, in process", 11, deciding?.["edge-ivr"]?.event?.us, "us", 1);
  const ratio = (workload, other) => workloads[workload]?.result["edge-ivr"]?.ratio[other];
  for (const [other, answer, event, input] of [
    ["floor", 1.25, 1.25],
    ["lean", 0.9, 0.92, 0.92],
    ["hono-cache", 0.62, 0.7, 0.7],
  ]) {
    add(`answer, CPU over ${other}`, answer, ratio("answer", other), "x");
    add(`event, CPU over ${other}`, event, ratio("event", other), "x");
    if (input) add(`key press, CPU over ${other}`, input, ratio("input", other), "x");
  }
  add("storage reads an answer, warm", 0, workloads.answer?.result["edge-ivr"]?.kv_reads, "", 4);
  add("process start to first signed answer, over hono-cache, 10 nodes", 1.2, cold?.line?.["edge-ivr"]?.over_hono, "x");
  add("the same, 2,000 nodes", 1.5, cold?.["2,000 nodes"]?.["edge-ivr"]?.over_hono, "x");
  if (startup) add("start-up, wrangler check startup", 20, startup.milliseconds, "ms", 1);
  if (bundles) add("bundle, gzip", 1000, bundles["edge-ivr"].gzip / 1000, "KB", 1);
  if (native) {
    add("engine step, native", 5, native.step_us, "us");
    add("check of a 2,000-node menu, native", 100, native.check_2000_s * 1000, "ms", 1);
  }
  return found;
}

export function print(report, variants) {
  const write = (text) => process.stdout.write(`${text}\n`);
  const { machine } = report;
  write(`\n${machine.cpu}, ${machine.cores} cores, ${megabytes(machine.memory)} MB; ${machine.kernel}; workerd ${machine.workerd}; ${machine.rustc}; commit ${machine.commit}`);
  write(`${report.rounds} interleaved rounds of ${report.seconds} s; medians; CPU is user + system of the whole process\n`);
  for (const [name, { what, connections, result }] of Object.entries(report.workloads)) {
    write(`## ${name}: ${what} (${connections} connection${connections > 1 ? "s" : ""})\n`);
    const names = Object.keys(result);
    write(
      table(
        ["variant", "CPU us", "min-max", "x floor", "x lean", "x hono-cache", "req/s", "p50 ms", "p99 ms", "peak MB", "KV reads", "queue calls", "queue bytes"],
        names.map((variant) => {
          const one = result[variant];
          return [
            variant, round(one.cpu_us), `${round(one.cpu_us_spread[0])}-${round(one.cpu_us_spread[1])}`, round(one.ratio.floor, 2), round(one.ratio.lean, 2), round(one.ratio["hono-cache"], 2),
            round(one.rps), round(one.p50_us / 1000, 2), round(one.p99_us / 1000, 2), megabytes(one.peak_memory), round(one.kv_reads, 2), round(one.queue_calls, 2), round(one.queue_bytes),
          ];
        }),
      ),
    );
    write("");
  }
  if (report.deciding) {
    write("## Deciding, in process, crossing included, us (min-max)\n");
    const names = Object.keys(Object.values(report.deciding)[0] ?? {});
    const cell = ({ us, spread }) => `${round(us, 1)} (${spread.map((it) => round(it, 1)).join("-")})`;
    write(table(["build", ...names], Object.entries(report.deciding).map(([build, found]) => [build, ...names.map((name) => cell(found[name]))])));
    write("");
  }
  if (report.cold) {
    write("## Size, and from the start of the process to the first signed answer, ms\n");
    const sizes = Object.keys(report.cold);
    write(
      table(
        ["variant", "raw KB", "gzip KB", ...sizes, "what"],
        Object.keys(report.cold.line).map((name) => [
          name, kilobytes(report.bundles[name].raw), kilobytes(report.bundles[name].gzip), ...sizes.map((size) => round(report.cold[size][name]?.milliseconds)), variants[name].what,
        ]),
      ),
    );
    write("");
  }
  if (report.native) {
    write("## The engine, native\n");
    write(table(["what", "value"], Object.entries(report.native).map(([key, value]) => [key, round(value, 3)])));
    write("");
  }
  if (report.soak) {
    const { seconds, requests, cpu_us, peak_memory, growth, memory } = report.soak;
    write(`## ${seconds} seconds of sustained load\n`);
    write(`${requests} requests, ${round(cpu_us)} us of CPU each; resident ${megabytes(memory[0].resident)} MB at first, ${megabytes(memory.at(-1).resident)} MB at last, ${megabytes(peak_memory)} MB at most; last quarter / second quarter ${round(growth, 3)}\n`);
  }
  if (report.budgets.length) {
    write("## Budgets\n");
    write(budgetTable(report.budgets));
  }
}
