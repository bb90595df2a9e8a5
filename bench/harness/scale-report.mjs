// The tables of bench/scale, and what a million calls cost.
import { leftBy } from "./objects.mjs";
import { budgetTable, table } from "./report.mjs";

const round = (value, digits = 1) => (value === undefined || Number.isNaN(value) ? "-" : value.toFixed(digits));

/** Cloudflare's published prices, in dollars (November 2026). */
const PRICE = { rowWritten: 1e-6, rowRead: 1e-9, gigabyteOfDatabase: 0.75, queueOperation: 0.4e-6, classA: 4.5e-6, cpuMillisecond: 0.02e-6, request: 0.3e-6, gigabyteOfArchive: 0.015 };

/**
 * Dollars a million calls, from what a call took: rows as counted, with the rows that deleting it
 * costs (itself, its legs, its terms); three queue operations a message; a file a batch.
 */
export function dollars({ events, rows_written, rows_read, bytes, archive_bytes }, consumer) {
  const million = 1e6;
  const cpu = consumer?.["100"]?.["edge-ivr"];
  return {
    "D1, rows written": million * rows_written * PRICE.rowWritten,
    "D1, rows read": million * rows_read * PRICE.rowRead,
    "R2, files written": million * (events / 100) * PRICE.classA,
    ...(cpu && { "consumer, CPU": (million * events * cpu.own_us * PRICE.cpuMillisecond) / 1000 }),
    "D1, kept a month": (million * bytes * PRICE.gigabyteOfDatabase) / 1e9,
    "R2, kept a month": (million * archive_bytes * PRICE.gigabyteOfArchive) / 1e9,
  };
}

export function printScale({ parts, commit, load, rounds, budgets }) {
  const write = (text) => process.stdout.write(`${text}\n`);
  write(`\ncommit ${commit}; load average ${load[0]} before, ${load.at(-1)} after\n`);
  if (parts.consumer) {
    write(`## The consumer: CPU an event, ${rounds} interleaved rounds, medians\n`);
    const rows = Object.entries(parts.consumer).flatMap(([size, result]) =>
      Object.entries(result).map(([name, it]) => [size, name, round(it.batch), round(it.cpu_us), round(it.own_us), `${round(it.own_spread[0], 0)}-${round(it.own_spread[1], 0)}`, round(it.requests), round(it.statements), round(it.rows_read), round(it.rows_written, 2), round(it.database_ms, 2)]),
    );
    write(table(["events a batch", "variant", "really", "CPU us", "own us", "min-max", "D1 trips", "statements", "rows read", "rows written", "D1 ms a batch"], rows));
  }
  if (parts.database) {
    const { calls, events, rows_written, rows_read, bytes, archive_bytes, first_batch_ms, last_batch_ms } = parts.database;
    write(`\n## A database of ${calls} calls, filled in batches of a hundred events\n`);
    write(table(["a call", ""], [["events", round(events)], ["rows written", round(rows_written)], ["rows read", round(rows_read)], ["bytes of D1", round(bytes, 0)], ["bytes of R2, not compressed", round(archive_bytes, 0)], ["database time a batch, ms, first 500 calls", round(first_batch_ms, 2)], ["the same, last 500", round(last_batch_ms, 2)]]));
    write(`\n## Dollars a million calls\n`);
    write(table(["what", "$"], Object.entries(dollars(parts.database, parts.consumer)).map(([what, value]) => [what, round(value, 2)])));
  }
  if (parts["first-call"]) {
    write(`\n## The first call of a menu of 2,000 nodes, ${round(parts["first-call"].bytes / 1024, 0)} KB of text, in a warm isolate\n`);
    const rows = Object.entries(parts["first-call"].variants).flatMap(([name, ways]) => Object.entries(ways).map(([how, { ms, spread }]) => [name, how, round(ms), `${round(spread[0], 0)}-${round(spread[1], 0)}`]));
    write(table(["variant", "menu", "CPU ms", "min-max"], rows));
  }
  if (parts.tenants) {
    const { tenants, bytes } = parts.tenants;
    write(`\n## ${tenants} tenants of 100 nodes, ${round((tenants * bytes) / 1e6, 0)} MB of text, called in turn\n`);
    write(table(["variant", "KV reads an answer", "CPU us", "p50 us", "peak MB"], Object.entries(parts.tenants.variants).map(([name, it]) => [name, round(it.reads, 2), round(it.cpu_us, 0), round(it.p50_us, 0), round(it.peak_memory / 1048576, 0)])));
  }
  for (const [menus, variants] of Object.entries(parts.publishing ?? {})) {
    for (const [name, { steps, late, calls }] of Object.entries(variants)) {
      write(`\n## ${name}: publishing among ${menus} menus and numbers, ${calls} calls beside it, one every 5 ms and at most ${round(late)} ms late\n`);
      const rows = Object.entries(steps).map(([step, { ms, kv, busy, quiet }]) => [step, round(ms), round(kv, 0), round(busy.longest), round(busy.p99), round(quiet.longest), round(quiet.p99), round(busy.most, 0), round(quiet.most, 0), busy.calls]);
      write(table(["operation", "ms", "KV operations", "longest wait, ms", "p99", "without, longest", "p99", "of all rounds", "without", "calls"], rows));
    }
  }
  if (parts.objects) {
    const { count, each, variants } = parts.objects;
    write(`\n## ${count} rounds of ${each} Durable Objects, made and evicted\n`);
    const kilobytes = (bytes) => round(bytes / 1024, 0);
    const rows = Object.entries(variants).map(([name, it]) => {
      const [first, last, { collected }] = [it.rounds[0], it.rounds.at(-1), it];
      return [name, ...["wasm", "resident"].flatMap((what) => [...[first, last, collected].map((one) => kilobytes(one[what])), round(leftBy(parts.objects, it, what), 0)]), first.table, last.table, collected.table];
    });
    write(table(["variant", "wasm KB, first", "last", "collected", "bytes an object", "resident KB, first", "last", "collected", "bytes an object", "table, first", "last", "collected"], rows));
  }
  if (budgets.length) {
    write("\n## Budgets\n");
    write(budgetTable(budgets));
  }
}
