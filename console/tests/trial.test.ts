/** What a person does who never saw JSON, from the sign-in link alone, by what the pages say. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { SIGNIN_CODE, visit, withWorkerAndBrowser, worker } from "./harness.ts";

withWorkerAndBrowser();
beforeEach(() => worker.reset());

const open = (page: Page, path: string) => page.goto(`${worker.url}/console${path}`);

/** Opens the form of the step where ACME's callers begin. */
async function openMain(page: Page) {
  await open(page, "/menus/acme?node=main");
  await page.getByLabel("Name of this step").waitFor();
}

/** A key that has no choice yet, and the step it is to lead to. */
async function addChoice(page: Page, key: string, meaning: string) {
  await page.getByLabel("Another key").fill(key);
  await page.getByRole("button", { name: "Add choice" }).click();
  const choice = page.getByRole("group", { name: `Who press ${key}` });
  await choice.getByLabel(/^Label/).fill(meaning);
  await choice.getByLabel(/^Then/).selectOption({ label: "A new step…" });
}

/** Whether the page itself, around what scrolls in it, is longer than the window. */
const pageScrolls = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollHeight > window.innerHeight);

test("somebody who never saw JSON changes, calls, publishes and takes back a menu, and closes the office", async () => {
  const at = await visit({ stranger: true });
  const { page } = at;
  await open(page, `/#code=${SIGNIN_CODE}`);

  await page.getByRole("link", { name: "Menus" }).click();
  await page.getByRole("link", { name: "ACME main line" }).click();
  await page.getByText("As callers hear it").waitFor();
  await page.getByRole("button", { name: /^main/ }).first().click();

  await addChoice(page, "4", "repairs desk");
  await page
    .getByLabel("What it does")
    .selectOption({ label: "The caller is put through (connect)" });
  await page.getByLabel(/^Its name/).fill("repairs desk");
  await page.getByRole("button", { name: "Add the step" }).click();
  assert.equal(await page.getByLabel("Name of this step").inputValue(), "repairs_desk");

  // Nobody said yet who is rung: callers are not put through to a number that was made up.
  const number = page.getByRole("textbox", { name: "Phone", exact: true });
  assert.equal(await number.inputValue(), "");
  await page.getByText("1 error").waitFor();
  await number.fill("call Bob");
  await page
    .getByText(/is not a telephone number/)
    .first()
    .waitFor();
  await page.getByRole("link", { name: "Publish…" }).click();
  await page.getByText("The menu has errors: callers would never hear it.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Publish to callers" }).isDisabled());

  // The way back leads to the place that is wrong, beside the picture of what callers hear.
  await page.getByRole("link", { name: "repairs_desk › To" }).click();
  await page
    .getByRole("button", { name: /^support/ })
    .first()
    .waitFor();
  // The number as it stands on a card.
  await number.fill("+44 7700 900 321");
  await page.getByLabel(/^Prompt/).fill("Putting you through to repairs.");
  assert.equal(await number.inputValue(), "447700900321");

  // The advice says what callers would not know, and leads to the words to mend.
  await page.getByText("2 pieces of advice").click();
  await page.getByRole("button", { name: "Go to main › Prompt" }).click();
  const words = page.getByLabel(/^Prompt( optional)?$/);
  await words.and(page.locator(":focus")).waitFor();
  await words.fill(
    "Press 1 for sales, 2 for support, 3 for billing, 4 for repairs, 0 for the operator.",
  );
  await page.getByRole("button", { name: "Go to main › Short prompt" }).click();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Press 1, 2, 3, 4 or 0.");
  await page.getByText("The check finds nothing wrong").waitFor();

  await page.getByRole("tab", { name: "Phone" }).click();
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await page.getByText("the menu listens for a key or speech").waitFor();
  await page.getByRole("button", { name: "4, repairs desk" }).click();
  await page.getByText("447700900321 is being called").waitFor();
  await page.getByRole("button", { name: "They answer" }).click();
  await page.getByText("Over: transferred").waitFor();
  assert.ok(!(await pageScrolls(page)));

  await page.getByRole("link", { name: "Publish…" }).click();
  await page.getByText(/who press 4 now reach repairs_desk/).waitFor();
  assert.equal(await page.getByText("choices.4.label").count(), 0);
  // Without a network, and pressed twice.
  await at.context.setOffline(true);
  await page.getByRole("button", { name: "Publish to callers" }).click();
  await page.getByText("No connection. Check the network, then try again.").waitFor();
  await at.context.setOffline(false);
  await page.getByRole("button", { name: "Publish to callers" }).dblclick();
  await page.getByRole("heading", { name: "Published" }).waitFor();
  const published = await (await worker.api("menus/acme")).text();
  assert.ok(published.includes("447700900321"));

  await page.getByRole("link", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Show what is different" }).click();
  await page.getByText(/who press 4 now reach repairs_desk/).waitFor();
  await page
    .getByRole("button", { name: /^Roll back to/ })
    .first()
    .click();
  await page.getByText("Give callers this version again?").waitFor();
  await page.getByRole("button", { name: "Yes, roll back" }).click();
  await page.getByText(/Callers hear version .* again/).waitFor();
  // What was compared is no comparison with what is in force now.
  assert.equal(await page.getByText(/who press 4 now reach repairs_desk/).count(), 0);
  assert.ok(!(await (await worker.api("menus/acme")).text()).includes("repairs_desk"));

  await page.getByRole("link", { name: "Today" }).click();
  const office = page.getByRole("region", { name: "office" });
  await office.getByRole("button", { name: /^(Close|Stay closed)$/ }).click();
  const until = office.getByLabel("How long");
  const ends = await until.getByRole("option", { name: /^Until tomorrow/ }).allTextContents();
  await until.selectOption({ label: ends.at(-1) ?? "" });
  await office.getByLabel(/What callers hear/).fill("We are closed until tomorrow.");
  await office.getByRole("button", { name: /^(Close office|Keep office closed)$/ }).click();
  await office.getByText("office is closed now.").waitFor();
  await office.getByText(/^Closed until tomorrow/).waitFor();
  const stored = (await (await worker.api("calendars/office")).json()) as {
    override?: { state: string; prompt: string };
  };
  assert.equal(stored.override?.state, "closed");
  assert.equal(stored.override?.prompt, "We are closed until tomorrow.");
  await at.close();
});

test("a place may stay closed, or stay open, longer than its hours say", async () => {
  const at = await visit();
  await open(at.page, "/today");
  const office = at.page.getByRole("region", { name: "office" });
  for (const [choice, button, state] of [
    [/^(Close|Stay closed)$/, /^(Close office|Keep office closed)$/, "closed"],
    [/^Stay closed$/, /^Keep office closed$/, "closed"],
    [/^Open$/, /^Open office$/, "open"],
    [/^Stay open$/, /^Keep office open$/, "open"],
  ] as const) {
    await office.getByRole("button", { name: choice }).click();
    await office.getByRole("button", { name: button }).click();
    await office.getByText(`office is ${state} now.`).waitFor();
    const stored = (await (await worker.api("calendars/office")).json()) as {
      override?: { state: string };
    };
    assert.equal(stored.override?.state, state);
  }
  await at.close();
});

test("a name that exists or cannot be one is refused in words", async () => {
  const at = await visit();
  const { page } = at;
  await openMain(page);
  await page.getByRole("button", { name: "Add choice" }).click();
  await page.getByText("Say which key: 0 to 9, * or #, or several in a row.").waitFor();
  await page.getByLabel("Another key").fill("2");
  await page.getByRole("button", { name: "Add choice" }).click();
  await page.getByText("Key 2 has a choice already.").waitFor();
  await addChoice(page, "4", "more");
  await page.getByLabel(/^Its name/).fill("sales");
  await page.getByRole("button", { name: "Add the step" }).click();
  await page.getByText("There is a step sales already. Take another name.").waitFor();
  await page.getByLabel(/^Its name/).fill("what?");
  await page.getByRole("button", { name: "Add the step" }).click();
  await page.getByText("A name has letters, digits, - and _; 40 at most.").waitFor();
  await page.getByLabel(/^Its name/).fill("");
  await page.getByRole("button", { name: "Add the step" }).click();
  assert.equal(await page.getByLabel("Name of this step").inputValue(), "say");
  await at.close();
});

test("a form keeps the keyboard while one writes, and the page its length", async () => {
  const at = await visit();
  const { page } = at;
  await openMain(page);
  assert.ok(!(await pageScrolls(page)), "beside the form's own scrolling");
  await open(page, "/menus/acme?node=thanks");
  const settings = page.getByText(/^More settings/).first();
  await settings.click();
  await page.getByLabel(/^Note/).focus();
  await page.keyboard.type("Kept short");
  assert.equal(await page.getByLabel(/^Note/).inputValue(), "Kept short");
  await page.getByText("You changed it").waitFor();
  await at.close();
});

test("what a form says of a mistake is said once, and without the marks of the text", async () => {
  const at = await visit();
  const { page } = at;
  await open(page, "/menus/acme?node=operator");
  await page.getByRole("textbox", { name: "Phone" }).first().fill("12");
  await page.getByText("1 error").waitFor();
  const told = page.getByRole("tabpanel").getByText(/is not a telephone number/);
  await told.first().waitFor();
  assert.equal(await told.count(), 1);
  assert.ok(!(await told.textContent())?.includes("`"), "no backticks");
  await at.close();
});

test("a roll back leaves a draft that nobody published where it is", async () => {
  const at = await visit();
  const { page } = at;
  const theirs = (await (await worker.api("menus/acme")).text()).replace("One moment", "A moment");
  assert.ok((await worker.api("menus/acme", { method: "PUT", body: theirs })).ok);
  await open(page, "/menus/acme?node=thanks");
  await page.getByLabel(/^Prompt/).fill("My own words.");
  await page.getByText("You changed it").waitFor();
  await page.getByRole("link", { name: "Versions" }).click();
  await page
    .getByRole("button", { name: /^Roll back to/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Yes, roll back" }).click();
  await page.getByText(/Callers hear version .* again/).waitFor();
  await open(page, "/menus/acme?node=thanks");
  await page.getByText("You changed it").waitFor();
  assert.equal(await page.getByLabel(/^Prompt/).inputValue(), "My own words.");
  await at.close();
});
