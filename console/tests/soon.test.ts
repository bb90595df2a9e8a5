/** How soon a page can be used, with the menus of the examples. */
import { test } from "node:test";
import { visit, withWorkerAndBrowser, worker } from "./harness.ts";

withWorkerAndBrowser();

// A time that depends on the machine is told, not judged.
test("how soon a page can be used, with nothing kept by the browser", async () => {
  for (const [path, button] of [
    ["/today", /^(Close|Open) /],
    ["/menus/acme", /^main/],
  ] as const) {
    const times: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const at = await visit();
      const began = performance.now();
      await at.page.goto(`${worker.url}/console${path}`);
      await at.page.getByRole("button", { name: button }).first().waitFor();
      times.push(Math.round(performance.now() - began));
      await at.close();
    }
    times.sort((one, other) => one - other);
    console.log(`interactive, cold: ${path} ${times[2]} ms (${times.join(", ")}), budget 1,000`);
  }
});
