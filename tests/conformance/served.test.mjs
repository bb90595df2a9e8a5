// Schemathesis makes requests of the OpenAPI document that a Worker serves, good and bad ones, and
// holds the replies to it: status, type, headers and schema. SEED chooses the requests.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { TOKEN, startWorker } from "../../console/tests/harness.ts";
import { root } from "./ivr.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-ivr-served-"));
let worker;
before(async () => {
  worker = await startWorker();
});
after(() => {
  worker?.stop();
  rmSync(folder, { recursive: true });
});

const program = join(root, "target/conformance-python/bin/schemathesis");
const config = join(root, "tests/conformance/schemathesis.toml");

/** Runs it, while this process goes on reading what the Worker prints. */
function schemathesis(...words) {
  return new Promise((done, failed) => {
    const child = spawn(program, ["--config-file", config, ...words], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    child.stdout.on("data", (text) => (printed += text));
    child.stderr.on("data", (text) => (printed += text));
    child.on("error", failed);
    child.on("close", (status) => done({ status, printed }));
  });
}

test("the Worker replies as its document says", async () => {
  const { status, printed } = await schemathesis(
    "run",
    `${worker.url}/api/openapi.json`,
    ...["--header", `Authorization: Bearer ${TOKEN}`],
    ...["--seed", process.env.SEED ?? "1", "--max-examples", "10", "--max-time", "60"],
    ...["--workers", "1", "--continue-on-failure", "--no-color"],
  );
  assert.equal(status, 0, printed);
  // Each operation is tried: none is left out because its description cannot be read.
  const [, selected, total] = printed.match(/Selected: (\d+)\/(\d+)/) ?? [];
  const [, tested] = printed.match(/Tested: (\d+)/) ?? [];
  assert.ok(Number(total) > 0, printed);
  assert.deepEqual([selected, tested], [total, total], printed);
});
