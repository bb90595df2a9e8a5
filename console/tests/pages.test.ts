/** Every page, in both themes, on a desk and on a telephone: seen, and without a violation of axe. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { out, visit, withWorkerAndBrowser, worker } from "./harness.ts";

withWorkerAndBrowser(async () => {
  const acme = await (await worker.api("menus/acme")).text();
  // A second version, so that there is something to compare.
  const changed = acme.replace("Welcome to ACME.", "Welcome to ACME, this is the main line.");
  await worker.api("menus/acme?message=Say%20which%20line%20it%20is", {
    method: "PUT",
    body: changed,
  });
});

interface Shown {
  name: string;
  path: string;
  ready: (page: Page) => Promise<unknown>;
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole("heading", { level: 1, name }).waitFor();

const PAGES: Shown[] = [
  {
    name: "today",
    path: "/",
    ready: (page) =>
      page
        .getByRole("button", { name: /^(Close|Open) / })
        .first()
        .waitFor(),
  },
  { name: "menus", path: "/menus", ready: heading("Menus") },
  {
    name: "menu",
    path: "/menus/acme",
    ready: (page) =>
      page
        .getByRole("button", { name: /main.*choices/ })
        .first()
        .waitFor(),
  },
  {
    name: "step",
    path: "/menus/acme?node=main",
    ready: (page) => page.getByLabel("Name of this step").waitFor(),
  },
  {
    name: "outline",
    path: "/menus/acme",
    ready: async (page) => {
      await page.getByRole("button", { name: "Outline" }).click();
      await page.getByRole("searchbox", { name: "Find a step" }).waitFor();
    },
  },
  {
    name: "json",
    path: "/menus/acme",
    ready: async (page) => {
      await page.getByRole("tab", { name: "JSON" }).click();
      await page.getByLabel("The menu as JSON").waitFor();
    },
  },
  {
    name: "phone",
    path: "/menus/acme",
    ready: async (page) => {
      await page.getByRole("tab", { name: "Phone" }).click();
      await page.getByRole("button", { name: "Call", exact: true }).click();
      await page.getByRole("button", { name: /^2, support/ }).click();
      await page.getByRole("button", { name: /^1, orders/ }).click();
      await page.getByRole("button", { name: "Busy", exact: true }).waitFor();
    },
  },
  {
    name: "publish",
    path: "/menus/acme?node=thanks",
    ready: async (page) => {
      await page.getByLabel(/^Prompt/).fill("Thank you for calling ACME. Goodbye.");
      await page.getByText("You changed it").waitFor();
      await page.getByRole("link", { name: "Publish…" }).click();
      await heading("Publish ACME main line")(page);
      await page.getByText(/Thank you for calling ACME/).waitFor();
    },
  },
  { name: "unchanged", path: "/menus/acme/publish", ready: heading("Publish ACME main line") },
  { name: "versions", path: "/menus/acme/versions", ready: heading("Versions of ACME main line") },
  { name: "numbers", path: "/numbers", ready: heading("Numbers") },
  { name: "calendars", path: "/calendars", ready: heading("Calendars") },
  {
    name: "calendar",
    path: "/calendars/office",
    ready: (page) => page.getByRole("list", { name: "The next fourteen days" }).waitFor(),
  },
  { name: "lists", path: "/lists", ready: heading("Lists") },
  {
    name: "list",
    path: "/lists/regulars",
    ready: (page) =>
      page
        .getByLabel(/Numbers 1/)
        .first()
        .waitFor(),
  },
  {
    name: "nothing",
    path: "/nowhere",
    ready: (page) => page.getByText("There is no such page.").waitFor(),
  },
];

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    describe(`${scheme}, ${width} px`, () => {
      for (const { name, path, ready } of PAGES) {
        test(name, async () => {
          const at = await visit({
            scheme,
            width,
            height: width === 390 ? 844 : 900,
          });
          await at.page.goto(`${worker.url}/console${path}`);
          await ready(at.page);
          await at.page.waitForTimeout(300);
          await at.page.screenshot({
            path: join(out, `${name}-${width}-${scheme}.png`),
            fullPage: width === 390,
          });
          const found = await new AxeBuilder({ page: at.page }).analyze();
          const said = found.violations.map(
            (one) =>
              `${one.id}: ${one.help}\n${one.nodes.map((node) => `  ${node.html.slice(0, 160)}\n  ${node.failureSummary?.split("\n")[1] ?? ""}`).join("\n")}`,
          );
          assert.equal(said.join("\n"), "");
          const wide = await at.page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
          await at.close();
        });
      }
    });
  }
}
