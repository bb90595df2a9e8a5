/** How soon a page can be used, with the menus of the examples. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TOKEN, visit, withWorkerAndBrowser, worker } from "./harness.ts";

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
      // At each frame: a locator that finds nothing at first looks again only after half a second.
      await at.page.waitForFunction(
        (name) => {
          const buttons = [...document.querySelectorAll("button")];
          return buttons.some(
            (one) => new RegExp(name).test(one.textContent) && one.checkVisibility(),
          );
        },
        button.source,
        { polling: "raf" },
      );
      times.push(Math.round(performance.now() - began));
      await at.close();
    }
    times.sort((one, other) => one - other);
    console.log(`interactive, cold: ${path} ${times[2]} ms (${times.join(", ")}), budget 1,000`);
  }
});

test("what the page of a menu needs is asked for once, before its code", async () => {
  const at = await visit();
  const asked: string[] = [];
  at.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await at.page.goto(`${worker.url}/console/menus/acme`);
  await at.page.getByRole("button", { name: /^main/ }).first().waitFor();
  await at.close();
  const code = asked.findIndex((path) => /\/page-[^/]*\.js$/.test(path));
  for (const needed of [/^\/api\/me$/, /^\/api\/folder$/, /\.wasm$/]) {
    const places = [...asked.keys()].filter((place) => needed.test(asked[place] ?? ""));
    assert.equal(places.length, 1, `${needed} in ${asked.join(" ")}`);
    assert.ok((places[0] ?? code) < code, `${needed} in ${asked.join(" ")}`);
  }
});

test("what was refused before somebody signed in is asked for again", async () => {
  const at = await visit({ stranger: true });
  await at.page.goto(`${worker.url}/console/menus/acme`);
  await at.page.getByLabel(/token/i).fill(TOKEN);
  await at.page.getByRole("button", { name: "Sign in" }).click();
  await at.page.getByRole("button", { name: /^main/ }).first().waitFor();
  await at.close();
});
