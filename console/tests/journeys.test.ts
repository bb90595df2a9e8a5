/** What operators do, from the beginning to the end, by the roles and names that anyone can find. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { beforeEach, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { out, visit, withWorkerAndBrowser, worker } from "./harness.ts";

withWorkerAndBrowser();
beforeEach(() => worker.reset());

const open = (page: Page, path: string) => page.goto(`${worker.url}/console${path}`);

/** Chooses a step in the picture, and waits for its form. */
async function choose(page: Page, step: string) {
  await page
    .getByRole("button", { name: new RegExp(`^${step}`) })
    .first()
    .click();
  const name = page.getByLabel("Name of this step");
  await name.and(page.locator(`[value="${step}"]`)).waitFor();
}

describe("today", () => {
  test("an office is closed until later, callers' words are heard, and it follows its hours again", async () => {
    const at = await visit({ width: 390, height: 844 });
    await open(at.page, "/today");
    const office = at.page.getByRole("region", { name: "office" });
    await office.getByRole("button", { name: /^(Close|Open) office/ }).waitFor();
    const opens = await office.getByRole("button", { name: "Open office" }).isVisible();
    await office.getByLabel("How long").selectOption({ index: 0 });
    await office.getByLabel(/What callers hear/).fill("We are away until later.");
    await office.getByRole("button", { name: "Hear it" }).first().click();
    assert.deepEqual(await at.spoken(), ["We are away until later."]);
    await office.getByRole("button", { name: /^(Close|Open) office/ }).click();
    await office.getByText(`office is ${opens ? "open" : "closed"} now.`).waitFor();
    const stored = (await (await worker.api("calendars/office")).json()) as {
      override?: { state: string; prompt: string };
    };
    assert.equal(stored.override?.state, opens ? "open" : "closed");
    assert.equal(stored.override?.prompt, "We are away until later.");
    await office.getByRole("button", { name: "Back to its hours" }).click();
    await office.getByText("office follows its hours again.").waitFor();
    await at.close();
  });

  test("needs the entry alone", async () => {
    const at = await visit();
    const read: string[] = [];
    at.page.on("request", (request) => read.push(new URL(request.url()).pathname));
    await open(at.page, "/today");
    await at.page
      .getByRole("button", { name: /^(Close|Open) / })
      .first()
      .waitFor();
    assert.equal(read.filter((path) => path.endsWith(".wasm")).length, 0);
    assert.equal(read.filter((path) => path.endsWith(".js")).length, 1);
    await at.close();
  });
});

describe("a menu", () => {
  test("gets a choice with a destination of its own, is called, refused for a mistake, published and rolled back", async () => {
    const at = await visit();
    const { page } = at;
    await open(page, "/menus/acme");
    await page.getByRole("button", { name: /^main/ }).first().click();
    await page.getByLabel("Another key").fill("4");
    await page.getByRole("button", { name: "Add choice" }).click();
    const choice = page.getByRole("group", { name: "Who press 4" });
    await choice.getByLabel(/^Then/).selectOption({ label: "A new step…" });
    await page.getByLabel("What it does").selectOption("connect");
    await page.getByLabel(/Its name/).fill("repairs_desk");
    await page.getByRole("button", { name: "Add the step" }).click();
    await page.getByRole("textbox", { name: "Phone" }).fill("447700900123");
    await page
      .getByText("The check finds nothing wrong")
      .or(page.getByText(/error|advice/))
      .first()
      .waitFor();

    await page.getByRole("tab", { name: "Phone" }).click();
    await page.getByRole("button", { name: "Call", exact: true }).click();
    await page.getByRole("button", { name: /^4/ }).click();
    await page.getByRole("button", { name: "They answer" }).click();
    await page.getByText("Over: transferred").waitFor();
    await page.getByLabel("What this call shows, as a sentence").fill("Four is the repairs desk");
    await page.getByRole("button", { name: "Make this a test" }).click();
    await page.getByText("is kept as a test").waitFor();

    await page.getByRole("tab", { name: "Form" }).click();
    await page
      .getByRole("button", { name: /^repairs_desk/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Remove this step" }).click();
    await page
      .getByText(/[1-9] errors?/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Undo" }).click();

    await page.getByRole("link", { name: "Publish…" }).click();
    await page.getByText("1 of 1 calls go as they should").waitFor();
    await page.getByLabel(/^Why/).fill("A desk for repairs");
    await page.getByRole("button", { name: "Publish to callers" }).click();
    await page.getByRole("heading", { name: "Published" }).waitFor();
    const live = (await (await worker.api("menus/acme")).json()) as {
      nodes: Record<string, unknown>;
    };
    assert.ok("repairs_desk" in live.nodes);

    await page.getByRole("link", { name: "Versions" }).click();
    await page.getByText("A desk for repairs").waitFor();
    await page.getByRole("button", { name: "Show what is different" }).click();
    await page
      .getByText(/press 4/)
      .first()
      .waitFor();
    await page
      .getByRole("button", { name: /^Roll back to/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Yes, roll back" }).click();
    await page.getByText(/Callers hear version .* again/).waitFor();
    await at.close();
  });

  test("shows the keys that work at every choice, in the picture, the outline and on the phone", async () => {
    const at = await visit();
    const { page } = at;
    await open(page, "/menus/acme");
    const picture = page.getByRole("button", { name: /^everywhere/ });
    await picture.first().click();
    await page.getByRole("heading", { name: "The menu itself" }).waitFor();
    const card = page.locator(".card", { has: picture });
    const rows = await card.getByRole("listitem").allTextContents();
    assert.deepEqual(rows, ["0operator", "*where the caller was before"]);

    await page.getByRole("tab", { name: "Phone" }).click();
    await page.getByRole("button", { name: "Call", exact: true }).click();
    await page.getByRole("button", { name: "1, sales" }).waitFor();
    await page.getByRole("button", { name: "0, operator" }).click();
    await page.getByText(/is being called/).waitFor();
    await card.locator("li.lit").getByText("operator").waitFor();

    await page.getByRole("button", { name: "Outline" }).click();
    const step = page.locator(".outline > ol > li", { hasText: "everywhere" });
    await step.getByText("operator").first().waitFor();
    await at.close();
  });

  test("goes back to the step before when a new step is undone, and takes advice for what is meant", async () => {
    const at = await visit();
    const { page } = at;
    await open(page, "/menus/acme");
    await choose(page, "main");
    await page.getByLabel("Another key").fill("4");
    await page.getByRole("button", { name: "Add choice" }).click();
    const choice = page.getByRole("group", { name: "Who press 4" });
    await choice.getByLabel(/^Then/).selectOption({ label: "A new step…" });
    await page.getByLabel(/Its name/).fill("fairs");
    await page.getByRole("button", { name: "Add the step" }).click();
    const name = page.getByLabel("Name of this step");
    await name.and(page.locator('[value="fairs"]')).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await name.and(page.locator('[value="main"]')).waitFor();

    // Key 4 is there, and no prompt names it.
    const advice = page.getByText("2 pieces of advice");
    await advice.click();
    await page
      .getByText(/add prompt-key-unsaid to the step's allow/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "It is meant so" }).first().click();
    await page.getByText("The check finds nothing wrong").waitFor();
    await page.getByRole("tab", { name: "JSON" }).click();
    await page.getByText(/"allow": \["prompt-key-unsaid"\]/).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await advice.waitFor();
    await at.close();
  });

  test("published by somebody else meanwhile shows both changes and brings them together", async () => {
    const at = await visit();
    const { page } = at;
    await open(page, "/menus/acme?node=thanks");
    await page.getByLabel(/^Prompt/).fill("Mine. Goodbye.");
    await page.getByText("You changed it").waitFor();
    const theirs = (await (await worker.api("menus/acme")).text()).replace(
      "One moment, please.",
      "Theirs, please.",
    );
    await page.getByRole("link", { name: "Publish…" }).click();
    await page.getByRole("button", { name: "Publish to callers" }).waitFor();
    await page
      .getByText(/Mine\. Goodbye/)
      .first()
      .waitFor();
    // The other one publishes after the page has read what is in force.
    const put = { method: "PUT", body: theirs };
    assert.ok((await worker.api("menus/acme?message=Politer", put)).ok);
    await page.getByRole("button", { name: "Publish to callers" }).click();
    const conflict = page.getByRole("alert", { name: "Somebody was faster" });
    await conflict.getByText(/“Politer”/).waitFor();
    await conflict
      .getByText(/Theirs, please/)
      .first()
      .waitFor();
    await conflict
      .getByText(/Mine\. Goodbye/)
      .first()
      .waitFor();
    await conflict.getByRole("button", { name: "Bring both together" }).click();
    await page.getByText("This is what callers would get now.").waitFor();
    assert.equal(await page.getByText(/Theirs, please/).count(), 0);
    await page.getByRole("button", { name: "Publish to callers" }).click();
    await page.getByRole("heading", { name: "Published" }).waitFor();
    const live = await (await worker.api("menus/acme")).text();
    assert.ok(live.includes("Theirs, please.") && live.includes("Mine. Goodbye."));
    await at.close();
  });

  test("changed by both at one place asks whose change stays", async () => {
    const at = await visit();
    const { page } = at;
    await open(page, "/menus/acme?node=thanks");
    await page.getByLabel(/^Prompt/).fill("Mine. Goodbye.");
    await page.getByText("You changed it").waitFor();
    const menu = (await (await worker.api("menus/acme")).json()) as {
      nodes: { thanks: { prompt: string } };
    };
    menu.nodes.thanks.prompt = "Theirs. Goodbye.";
    const put = { method: "PUT", body: JSON.stringify(menu) };
    assert.ok((await worker.api("menus/acme", put)).ok);
    await page.getByRole("link", { name: "Publish…" }).click();
    const conflict = page.getByRole("alert", { name: "Somebody was faster" });
    const place = conflict.getByRole("group", { name: "thanks › prompt" });
    assert.ok(await place.getByRole("radio", { name: /^Theirs/ }).isChecked());
    await place.getByRole("radio", { name: /^Yours/ }).check();
    await conflict.getByRole("button", { name: "Bring both together" }).click();
    await page.getByText("This is what callers would get now.").waitFor();
    await page.getByRole("button", { name: "Publish to callers" }).click();
    await page.getByRole("heading", { name: "Published" }).waitFor();
    assert.ok((await (await worker.api("menus/acme")).text()).includes("Mine. Goodbye."));
    await at.close();
  });

  test("is kept as a draft for a colleague, who goes on with it, and no draft replaces another unseen", async () => {
    const mine = await visit();
    await open(mine.page, "/menus/acme?node=thanks");
    await mine.page.getByLabel(/^Prompt/).fill("Kept. Goodbye.");
    await mine.page.getByRole("button", { name: "Keep for others" }).click();
    await mine.page.getByText(/· kept for others, /).waitFor();

    // Another browser knows nothing of it but what the Worker keeps.
    const other = await visit();
    const { page } = other;
    await open(page, "/menus/acme?node=voicemail");
    await page.getByText(/You keep a draft of this menu/).waitFor();
    await page.getByRole("button", { name: "Go on with it" }).click();
    await page.getByText(/· kept for others, /).waitFor();
    await choose(page, "thanks");
    assert.equal(await page.getByLabel(/^Prompt/).inputValue(), "Kept. Goodbye.");
    await page.getByLabel(/^Prompt/).fill("Ours. Goodbye.");
    await page.getByText(/· changed since it was kept for others, /).waitFor();
    await page.getByRole("button", { name: "Keep for others" }).click();
    await page.getByText(/· kept for others, /).waitFor();

    // The first one did not see that, and is not let over it.
    await choose(mine.page, "sales");
    await mine.page
      .getByLabel(/^Prompt/)
      .first()
      .fill("To sales, mine.");
    await mine.page.getByRole("button", { name: "Keep for others" }).click();
    await mine.page.getByText(/The draft there is another one/).waitFor();
    const kept = (await (await worker.api("drafts/acme")).json()) as { text: string };
    assert.ok(kept.text.includes("Ours. Goodbye.") && !kept.text.includes("To sales, mine."));
    await mine.page.getByRole("button", { name: "Show both" }).click();
    const both = mine.page.getByRole("alert", { name: "Two drafts of this menu" });
    await both.getByText(/Ours\. Goodbye/).waitFor();
    await both.getByText(/To sales, mine/).waitFor();
    await mine.page.screenshot({ path: join(out, "two-drafts-1440-light.png") });
    await both.getByRole("button", { name: "Bring both together" }).click();
    await mine.page.getByRole("button", { name: "Keep for others" }).click();
    await mine.page.getByText(/· kept for others, /).waitFor();
    const together = (await (await worker.api("drafts/acme")).json()) as { text: string };
    assert.ok(
      together.text.includes("Ours. Goodbye.") && together.text.includes("To sales, mine."),
    );

    // What is published is no draft any more.
    await mine.page.getByRole("link", { name: "Publish…" }).click();
    await mine.page.getByRole("button", { name: "Publish to callers" }).click();
    await mine.page.getByRole("heading", { name: "Published" }).waitFor();
    assert.equal((await worker.api("drafts/acme")).status, 404);
    await mine.close();
    await other.close();
  });

  test("that nobody published is found by a colleague once it is kept for others", async () => {
    const mine = await visit();
    await open(mine.page, "/menus");
    await mine.page.getByLabel(/^Its short name/).fill("fresh");
    await mine.page.getByRole("button", { name: "Begin" }).click();
    await mine.page.getByRole("heading", { name: "New menu" }).waitFor();
    await mine.page.getByRole("button", { name: "Keep for others" }).click();
    await mine.page.getByText(/· kept for others, /).waitFor();
    const other = await visit();
    await open(other.page, "/menus/fresh");
    await other.page.getByRole("heading", { name: "New menu" }).waitFor();
    await other.page.getByRole("button", { name: "Keep it no longer" }).click();
    await other.page.getByRole("button", { name: "Keep for others" }).waitFor();
    assert.equal((await worker.api("drafts/fresh")).status, 404);
    await mine.close();
    await other.close();
  });

  test("is understood, called and published by keyboard alone", async () => {
    const at = await visit();
    const { page } = at;
    await open(page, "/menus/acme");
    await page.getByRole("button", { name: /^main/ }).first().waitFor();
    async function tabTo(name: RegExp) {
      for (let presses = 0; presses < 90; presses += 1) {
        await page.keyboard.press("Tab");
        const found = await page.evaluate(() => {
          const here = document.activeElement;
          return here?.getAttribute("aria-label") ?? here?.textContent ?? "";
        });
        if (name.test(found)) return;
      }
      assert.fail(`the keyboard does not reach ${name}`);
    }
    await tabTo(/^thanks/);
    await page.keyboard.press("Enter");
    const prompt = page.getByLabel(/^Prompt/);
    await prompt.focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Thank you for calling. Goodbye.");
    await page.getByText("You changed it").waitFor();
    await page.getByRole("link", { name: "Publish…" }).focus();
    await page.keyboard.press("Enter");
    await page
      .getByText(/Thank you for calling/)
      .first()
      .waitFor();
    await tabTo(/^Publish to callers/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Published" }).waitFor();
    await at.close();
  });
});

describe("text", () => {
  test("is shown as text, whatever it holds", async () => {
    const hostile =
      '<img src=x onerror="document.title=1">\u202e\u0007line\nend </script>{{caller}}';
    const menu = {
      title: hostile,
      start: "a",
      nodes: {
        a: {
          kind: "say",
          prompt: "<speak>Hello &lt;img src=x onerror=1&gt;</speak>",
          note: hostile,
          then: "@hangup",
        },
      },
    };
    const put = await worker.api("menus/hostile", { method: "PUT", body: JSON.stringify(menu) });
    assert.ok(put.ok, await put.text());
    const calendar = { note: hostile, timezone: "Europe/London", weekly: { mon: ["09:00-17:00"] } };
    const kept = await worker.api("calendars/hostile", {
      method: "PUT",
      body: JSON.stringify(calendar),
    });
    assert.ok(kept.ok, await kept.text());
    const at = await visit();
    for (const path of [
      "/",
      "/menus",
      "/menus/hostile",
      "/menus/hostile?node=a",
      "/menus/hostile/versions",
      "/calendars",
      "/calendars/hostile",
    ]) {
      await open(at.page, path);
      await at.page.getByRole("heading", { level: 1 }).waitFor();
      assert.equal(await at.page.locator("img").count(), 0, path);
      assert.notEqual(await at.page.title(), "1", path);
    }
    await at.close();
    await worker.api("menus/hostile", { method: "DELETE" });
    await worker.api("calendars/hostile", { method: "DELETE" });
  });
});
