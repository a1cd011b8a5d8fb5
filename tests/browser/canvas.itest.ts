import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

type Kept = { readonly items: readonly { readonly to: string }[] };
type Detail = {
  readonly definition: { readonly start: string; readonly nodes: readonly { readonly id: string; readonly kind: string }[] };
};

/** A sandbox that keeps what would be sent, and an e-mail that greets. */
async function makeGreeting(): Promise<void> {
  await terrace.api("/channels/providers", { body: { name: "Sandbox", channel: "email", settings: { kind: "sandbox" } } });
  const content = { channel: "email", subject: "Welcome", preheader: "", format: "html", body: "<p>Good to have you</p>", replyTo: "" };
  const { id } = await terrace.api<{ id: string }>("/templates", {
    body: {
      key: "greeting",
      name: "Greeting",
      channel: "email",
      purpose: "service",
      transactional: true,
      defaultLanguage: "en",
      contents: { en: content },
    },
  });
  await terrace.api(`/templates/${id}/publish`, { body: {} });
}

/** What the purpose of service messages is called. */
async function serviceName(): Promise<string> {
  const { items } = await terrace.api<{ items: readonly { key: string; nameEn: string }[] }>("/consent/purposes");
  return items.find(({ key }) => key === "service")?.nameEn ?? "";
}

/** Chooses from a select by its name. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option").filter({ hasText: option }).click();
}

test("a welcome journey is drawn from nothing, mended, taken back and forth, handed in and set live, and its message goes out", async () => {
  await makeGreeting();
  await terrace.send([{ type: "track", userId: "early", event: "Signed Up", messageId: "early" }]);
  await eventually(async () => {
    expect((await terrace.api<{ items: readonly { name: string }[] }>("/event-definitions")).items.map(({ name }) => name)).toContain(
      "Signed Up",
    );
  });
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { language: "en" });
  const click = async (name: string) => page.getByRole("button", { name, exact: true }).click();
  const add = async (from: string, to: string, kind: string) => {
    await click(word("journeys.draw.addBetween", { from, to }));
    await page.getByRole("menuitem", { name: word(`journeys.draw.kind.${kind}`), exact: true }).click();
  };
  const entry = word("journeys.entry");
  const exit = word("journeys.kind.exit");
  const canvas = page.getByRole("group", { name: word("journeys.draw.canvas") });
  const faults = page.getByRole("list", { name: word("journeys.draw.faults") });
  await go("touch/journeys");
  await page
    .getByRole("button", { name: word("journeys.new"), exact: true })
    .first()
    .click();
  await page.getByRole("dialog").getByLabel(word("journeys.name"), { exact: true }).fill("Welcome");
  await click(word("journeys.begin"));
  await page.waitForURL(/journeys\/\d+\/draft$/);
  const journey = /journeys\/(\d+)/.exec(page.url())?.[1] ?? "";

  await faults
    .getByRole("button")
    .filter({ hasText: word("journeys.mend.anyEvent") })
    .click();
  await choose(page, word("journeys.draw.event"), "Signed Up");
  await add(entry, exit, "message");
  const message = word("journeys.does.message", { channel: word("templates.channelOf.email") });
  await faults.getByText(word("journeys.mend.templateMissing")).waitFor();
  await choose(page, word("broadcasts.template"), "Greeting");
  await page.getByLabel(word("journeys.draw.nodeName"), { exact: true }).fill("Greet");
  await canvas.getByText(message, { exact: true }).waitFor();
  await add("Greet", exit, "wait");
  await page.getByRole("spinbutton", { name: word("journeys.draw.length") }).fill("2");
  const wait = word("journeys.does.wait", { length: word("journeys.length.day", { count: 2 }) });
  await canvas.getByText(wait, { exact: true }).waitFor();
  await add(wait, exit, "branch");
  await faults.getByText(word("journeys.mend.armAsksNothing")).waitFor();

  // Taken back with the keys, and brought again.
  await canvas.click({ position: { x: 10, y: 10 } });
  await page.keyboard.press("Control+z");
  await faults.waitFor({ state: "detached" });
  expect(await canvas.getByText(word("journeys.kind.branch"), { exact: true }).count()).toBe(0);
  await page.keyboard.press("Control+Shift+z");
  await canvas.getByText(word("journeys.kind.branch"), { exact: true }).click();
  await page
    .getByRole("region", { name: word("journeys.draw.ofEvent") })
    .getByRole("button")
    .click();
  const condition = page.getByRole("dialog");
  await condition.getByRole("button", { name: word("common.cancel"), exact: true }).click();
  await condition.waitFor({ state: "hidden" });
  await click(word("journeys.draw.remove"));
  await faults.waitFor({ state: "detached" });

  // The copied node is put in once more, and taken away by key.
  await canvas.getByText("Greet", { exact: true }).click();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await expect.poll(() => canvas.getByText("Greet", { exact: true }).count()).toBe(2);
  await canvas.click({ position: { x: 10, y: 10 } });
  await page.keyboard.press("Control+z");
  await expect.poll(() => canvas.getByText("Greet", { exact: true }).count()).toBe(1);

  // Somebody made up goes through it.
  await page.getByText(word("journeys.try"), { exact: true }).click();
  const trying = page.getByRole("region", { name: word("journeys.try") });
  await trying.getByRole("button", { name: word("journeys.try.begin"), exact: true }).click();
  const way = trying.getByRole("list", { name: word("journeys.try.way") });
  await way.getByText(word("journeys.why.done.message")).waitFor();
  await way.getByText(word("journeys.now.at", { node: wait })).waitFor();
  await trying.getByRole("button", { name: word("journeys.try.toDue"), exact: true }).click();
  await way.getByText(word("journeys.end.exit")).waitFor();
  await page.getByText(word("journeys.draw.panel"), { exact: true }).first().click();

  await click(word("journeys.tab.settings"));
  const settings = page.getByRole("dialog");
  await settings.getByLabel(word("journeys.setting.holdout")).fill("0");
  await choose(page, word("governor.purpose"), await serviceName());
  await settings.getByRole("button", { name: word("common.confirm"), exact: true }).click();
  await settings.waitFor({ state: "hidden" });
  await click(word("common.save"));
  await page.getByText(word("journeys.draw.saved"), { exact: true }).waitFor();
  await click(word("journeys.move.submit"));
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("journeys.move.submit"), exact: true })
    .click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  const drawn = await terrace.api<Detail>(`/journeys/${journey}`);
  expect(drawn.definition.nodes.map(({ kind }) => kind).toSorted()).toEqual(["exit", "message", "wait"]);
  await page.getByRole("link", { name: word("journeys.draw.back") }).click();
  for (const move of ["approve", "start"]) {
    await click(word(`journeys.move.${move}`));
    await page
      .getByRole("dialog")
      .getByRole("button", { name: word(`journeys.move.${move}`), exact: true })
      .click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  }

  await terrace.send([
    { type: "identify", userId: "ada", messageId: "i-ada", traits: { email: "ada@example.org" } },
    { type: "track", userId: "ada", messageId: "s-ada", event: "Signed Up" },
  ]);
  await eventually(async () => {
    expect((await terrace.api<Kept>("/channels/sandbox")).items).toHaveLength(1);
  });
  await go("touch/messages");
  await page.getByText("Greeting", { exact: true }).first().waitFor();
  await go(`touch/journeys/${journey}`);
  const flow = page.getByRole("group", { name: word("journeys.draw.flow") });
  await flow.getByText(word("journeys.draw.hereNow", { people: 1 }), { exact: true }).waitFor();
  await page.setViewportSize(PHONE);
  await expectNoOverflow(page, "touch/journeys/:journey");
  await go(`touch/journeys/${journey}/draft`);
  await page.getByText(word("journeys.draw.phone")).waitFor();
  await expectNoOverflow(page, "touch/journeys/:journey/draft");
  expect(complaints()).toEqual([]);
  await context.close();
});
