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

/** The budgets that this report can judge. */
export function budgets({ workloads, bundles, startup, native }) {
  const found = [];
  const add = (what, limit, value, unit, digits = 2) => {
    if (value !== undefined && !Number.isNaN(value)) found.push({ what, limit, value, unit, digits, holds: value <= limit });
  };
  const ratio = (workload, variant, other) => workloads[workload]?.result[variant]?.ratio[other];
  const answer = workloads.answer?.result;
  add("answer without its event writes, CPU over a constant JavaScript Worker", 1.5, answer?.["edge-ivr"]?.without_events, "x");
  add("answer, CPU over Hono + Vonage SDK, menus cached", 0.4, ratio("answer", "edge-ivr", "hono-cache"), "x");
  add("event, CPU over Hono + Vonage SDK", 0.55, ratio("event", "edge-ivr", "hono-cache"), "x");
  add("storage reads an answer, warm", 0, answer?.["edge-ivr"]?.kv_reads, "", 4);
  if (bundles) add("bundle, gzip", 220, bundles["edge-ivr"].gzip / 1024, "KB", 1);
  if (startup) add("start-up, wrangler check startup", 30, startup.milliseconds, "ms", 1);
  if (native) {
    add("engine step, native", 5, native.step_us, "us");
    add("check of a 2,000-node menu, native", 1, native.check_2000_s, "s", 3);
  }
  return found;
}

/** What the budgets do not ask for, and who judges them wants to know. */
function beside({ workloads }) {
  const ratio = (workload, variant, other) => workloads[workload]?.result[variant]?.ratio[other];
  return [
    ["answer over Hono reading KV at each call", ratio("answer", "edge-ivr", "hono-kv")],
    ["answer over Hono, menus cached, both without their event writes", workloads.answer?.result["hono-cache"]?.without_events_ours],
    ["answer over a constant Worker that writes the same events", ratio("answer", "edge-ivr", "constant-queue")],
    ["event over a constant Worker that writes the same event", ratio("event", "edge-ivr", "constant-queue")],
    ["the floor at an answer: that constant Worker over Hono", ratio("answer", "constant-queue", "hono-cache")],
    ["the floor at an event: that constant Worker over Hono", ratio("event", "constant-queue", "hono-cache")],
  ].filter(([, value]) => value !== undefined && !Number.isNaN(value));
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
        ["variant", "CPU us", "min-max", "x constant", "x hono-cache", "req/s", "p50 ms", "p99 ms", "peak MB", "KV reads", "queue calls"],
        names.map((variant) => {
          const one = result[variant];
          return [
            variant, round(one.cpu_us), `${round(one.cpu_us_spread[0])}-${round(one.cpu_us_spread[1])}`, round(one.ratio.constant, 2), round(one.ratio["hono-cache"], 2),
            round(one.rps), round(one.p50_us / 1000, 2), round(one.p99_us / 1000, 2), megabytes(one.peak_memory), round(one.kv_reads, 2), round(one.queue_calls, 2),
          ];
        }),
      ),
    );
    write("");
  }
  if (report.cold) {
    write("## Size, and from the start of the process to the first signed answer\n");
    write(
      table(
        ["variant", "raw KB", "gzip KB", "cold ms", "what"],
        Object.keys(report.cold).map((name) => [name, kilobytes(report.bundles[name].raw), kilobytes(report.bundles[name].gzip), round(report.cold[name].milliseconds), variants[name].what]),
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
    write(
      table(
        ["what", "at most", "measured", ""],
        report.budgets.map(({ what, limit, value, unit, digits, holds }) => [what, `${limit} ${unit}`.trim(), `${round(value, digits)} ${unit}`.trim(), holds ? "holds" : "EXCEEDED"]),
      ),
    );
    const more = beside(report);
    if (more.length) write(`\n## Beside the budgets\n\n${table(["what", "CPU, x"], more.map(([what, value]) => [what, round(value, 2)]))}`);
  }
}
