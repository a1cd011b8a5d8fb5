import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
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

/** What somebody with a plan gets, by the protocol of clients. */
async function given(plan: string): Promise<unknown> {
  const answer = await fetch(new URL("/ofrep/v1/evaluate/flags/checkout", terrace.url), {
    method: "POST",
    headers: { authorization: `Bearer ${terrace.writeKey}`, "content-type": "application/json" },
    body: JSON.stringify({ context: { targetingKey: "someone", plan } }),
  });
  return answer.json();
}

test("a flag is made, given a rule, evaluated by a client, tried, and killed", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("experiments/flags");
  await page.getByText(word("flags.empty")).waitFor();
  await page.getByRole("button", { name: word("flags.new") }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel(word("flags.name"), { exact: true }).fill("新结算页");
  await form.getByLabel(word("flags.key"), { exact: true }).fill("checkout");
  await form.getByRole("button", { name: word("flags.make") }).click();
  await page.getByRole("heading", { name: "新结算页" }).waitFor();

  const production = page
    .locator("section.panel")
    .filter({ has: page.getByRole("switch") })
    .first();
  await production.getByRole("switch").click();
  await production.getByRole("button", { name: word("flags.addRule") }).click();
  await page.getByRole("menuitem", { name: word("flags.rule.force") }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("button", { name: word("flags.addLine") }).click();
  const done = drawer.getByRole("button", { name: word("flags.done") });
  expect(await done.isDisabled()).toBe(true);
  await drawer.getByLabel(word("flags.attribute", { n: 1 }), { exact: true }).fill("plan");
  await drawer.getByLabel(word("flags.operand", { n: 1 }), { exact: true }).fill("pro");
  await done.click();
  await production.getByText("rule-1").waitFor();
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("flags.version", { version: 2 })).waitFor();
  await expect.poll(() => given("pro"), { timeout: 30_000 }).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
  expect(await given("free")).toMatchObject({ value: false });

  await go("experiments/flags/checkout?tab=try");
  await page.getByRole("button", { name: word("flags.addLine") }).click();
  await page.getByLabel(word("flags.attribute", { n: 1 }), { exact: true }).fill("plan");
  await page.getByLabel(word("flags.operand", { n: 1 }), { exact: true }).fill("pro");
  await page.getByRole("button", { name: word("flags.tryDo") }).click();
  await page.getByRole("cell", { name: word("flags.triedReason.TARGETING_MATCH") }).waitFor();

  await page.getByRole("button", { name: word("flags.kill"), exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("flags.kill"), exact: true })
    .click();
  await page.getByText(word("flags.killedNote", { value: "false" })).waitFor();
  await expect.poll(() => given("pro"), { timeout: 30_000 }).toMatchObject({ value: false, reason: "DISABLED" });
  await page.setViewportSize(PHONE);
  await expectNoOverflow(page, "a flag on a phone");
  expect(complaints()).toEqual([]);
  await context.close();
});
