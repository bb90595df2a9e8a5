/** A menu of 2,000 steps, and a window of 320 pixels. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { out, visit, withWorkerAndBrowser, worker } from "./harness.ts";

const STEPS = 2000;
const WORDS = ["invoices", "deliveries", "repairs", "opening hours", "returns", "spare parts"];

/** A tree: every menu leads to four steps, and nobody who is silent gets lost. */
function large(): string {
  const nodes: Record<string, unknown> = {};
  for (let at = 0; at < STEPS; at += 1) {
    const ways = [1, 2, 3, 4].map((way) => at * 4 + way).filter((to) => to < STEPS);
    const about = `${WORDS[at % WORDS.length]} ${at}`;
    nodes[`step_${at}`] =
      ways.length === 0
        ? { kind: "say", prompt: `This is about ${about}.`, then: "@hangup" }
        : {
            kind: "menu",
            prompt: `Choose for ${about}.`,
            choices: Object.fromEntries(
              ways.map((to, key) => [String(key + 1), { label: `way ${to}`, then: `step_${to}` }]),
            ),
            no_input: { tries: 2, then: "@hangup" },
            no_match: { tries: 2, then: "@hangup" },
          };
  }
  return JSON.stringify({ title: "A large menu", start: "step_0", nodes }, null, 2);
}

withWorkerAndBrowser(async () => {
  const put = await worker.api("menus/large", { method: "PUT", body: large() });
  assert.ok(put.ok, await put.text());
});
const open = (page: Page, path: string) => page.goto(`${worker.url}/console${path}`);

test("a menu of 2,000 steps is drawn, searched by keyboard, edited and checked", async () => {
  const at = await visit();
  const { page } = at;
  await open(page, "/menus/large");
  const began = Date.now();
  await page
    .getByRole("button", { name: /^step_0/ })
    .first()
    .waitFor({ timeout: 60_000 });
  console.log(`2,000 steps: drawn ${Date.now() - began} ms after the page was read`);
  await page.keyboard.press("/");
  await page.keyboard.type("step_1234");
  const search = page.getByRole("combobox", { name: "Find a step" });
  assert.equal(await search.getAttribute("aria-expanded"), "true");
  await page.getByRole("option", { name: /step_1234 This is about/ }).waitFor();
  await page.screenshot({ path: join(out, "search-large-1440-light.png") });
  await page.keyboard.press("Enter");
  const card = page.getByRole("button", { name: /^step_1234/ }).first();
  await card.waitFor();
  await page.waitForFunction(() => document.activeElement?.textContent?.includes("step_1234"));
  await page.getByLabel("Name of this step").waitFor();
  assert.equal(await page.getByLabel("Name of this step").inputValue(), "step_1234");
  await page.screenshot({ path: join(out, "large-1440-light.png") });

  const written = Date.now();
  await page.getByLabel(/^Prompt/).fill("");
  await page
    .getByText(/[1-9]\d* errors?/)
    .first()
    .waitFor();
  console.log(`2,000 steps: an error is shown ${Date.now() - written} ms after it was written`);
  await page.getByRole("button", { name: "Undo" }).click();
  await at.close();
});

test("a step is found by what callers hear", async () => {
  const at = await visit();
  const { page } = at;
  await open(page, "/menus/acme");
  await page.getByRole("button", { name: /^main/ }).first().waitFor();
  const search = page.getByRole("combobox", { name: "Find a step" });
  await search.fill("putting you through");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  const axe = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(
    axe.violations.map((one) => one.id),
    [],
  );
  await page.screenshot({ path: join(out, "search-1440-light.png") });
  await page
    .getByRole("option", { name: /^sales/ })
    .first()
    .click();
  await page.waitForFunction(() => document.activeElement?.textContent?.startsWith("sales"));
  await search.fill("nobody says this");
  await page.getByText("No step has these words.").waitFor();
  await page.keyboard.press("Escape");
  await at.close();
});

const NARROW: { name: string; path: string; ready: (page: Page) => Promise<unknown> }[] = [
  {
    name: "today",
    path: "/today",
    ready: (page) =>
      page
        .getByRole("button", { name: /^(Close|Open) / })
        .first()
        .waitFor(),
  },
  {
    name: "menu",
    path: "/menus/acme?node=main",
    ready: (page) => page.getByLabel("Name of this step").waitFor(),
  },
  {
    name: "picture",
    path: "/menus/acme",
    ready: async (page) => {
      await page.getByRole("button", { name: "Picture" }).click();
      await page.getByRole("button", { name: /^main/ }).first().waitFor();
      await page.getByRole("combobox", { name: "Find a step" }).fill("sales");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "versions",
    path: "/menus/acme/versions",
    ready: (page) => page.getByRole("heading", { level: 1, name: /Versions/ }).waitFor(),
  },
  ...["menus", "numbers", "calendars", "lists"].map((name) => ({
    name,
    path: `/${name}`,
    ready: (page: Page) => page.getByRole("heading", { level: 1 }).waitFor(),
  })),
  {
    name: "calendar",
    path: "/calendars/office",
    ready: (page) => page.getByRole("list", { name: "The next fourteen days" }).waitFor(),
  },
];

for (const { name, path, ready } of NARROW) {
  test(`${name} fits 320 pixels`, async () => {
    const at = await visit({ width: 320, height: 640 });
    await open(at.page, path);
    await ready(at.page);
    await at.page.waitForTimeout(200);
    await at.page.screenshot({ path: join(out, `${name}-320-light.png`), fullPage: true });
    const wide = await at.page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
    await at.close();
  });
}
