import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
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

test("rules are changed with a reason, a message is tried on somebody, and an address is suppressed and lifted", async () => {
  await terrace.send([{ type: "identify", userId: "lin-1", traits: { phone: "13800138000" } }]);
  await arrived(terrace, {}, 1);
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("touch/governor");
  const caps = page.getByRole("region", { name: word("governor.caps") });
  const smsWeek = `${word("templates.channelOf.sms")}: ${word("governor.atMost", { count: 3, per: word("governor.within.day", { count: 7 }) })}`;
  await caps.getByRole("listitem", { name: smsWeek }).waitFor();
  await caps.getByRole("button", { name: word("governor.removeRule", { rule: smsWeek }) }).click();
  await caps.getByRole("button", { name: word("governor.addCap") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(word("governor.most"), { exact: true }).fill("2");
  await dialog.getByLabel(word("governor.tag"), { exact: true }).fill("promotion");
  await dialog.getByRole("button", { name: word("governor.done") }).click();
  const added = `${word("governor.tagged", { tag: "promotion" })}: ${word("governor.atMost", { count: 2, per: word("governor.per.day") })}`;
  await caps.getByRole("listitem", { name: added }).waitFor();
  const foot = page.getByRole("region", { name: word("governor.save") });
  const save = foot.getByRole("button", { name: word("common.save") });
  expect(await save.isEnabled()).toBe(false);
  await foot.getByLabel(word("governor.reason"), { exact: true }).fill("Two promotions a day");
  await save.click();
  await page.getByText(word("governor.changedBy", { version: 1, by: terrace.owner.email })).waitFor();

  await page.getByRole("tab", { name: word("governor.tab.history") }).click();
  await page
    .getByRole("table", { name: word("governor.tab.history") })
    .getByText("Two promotions a day")
    .waitFor();

  await page.getByRole("tab", { name: word("governor.tab.suppressed") }).click();
  await page.getByText(word("governor.noneSuppressed")).waitFor();
  await page.getByRole("button", { name: word("governor.suppress") }).click();
  await dialog.getByLabel(word("governor.address"), { exact: true }).fill("13800138000");
  await dialog.getByLabel(word("governor.why"), { exact: true }).fill("Asked by letter");
  await dialog.getByRole("button", { name: word("governor.suppress") }).click();
  const suppressed = page.getByRole("table", { name: word("governor.tab.suppressed") }).getByRole("row", { name: /138\*{4}8000/ });
  await suppressed.getByRole("link", { name: "lin-1" }).waitFor();

  await page.getByRole("tab", { name: word("governor.tab.try") }).click();
  await page.getByRole("combobox", { name: word("governor.pickPerson") }).fill("lin-1");
  await page.getByTitle("lin-1", { exact: true }).click();
  await page.getByRole("combobox", { name: word("governor.purpose") }).click();
  await page.getByTitle("营销", { exact: true }).click();
  await page.getByRole("button", { name: word("governor.tryDo") }).click();
  const answer = page.getByRole("region", { name: word("governor.answer") });
  await answer.getByText(word("governor.would.block", { why: word("governor.reason.suppressed") })).waitFor();
  await answer.getByText(word("governor.says.consent.blocks", { because: word("governor.because.silent") })).waitFor();

  await page.getByRole("tab", { name: word("governor.tab.suppressed") }).click();
  await suppressed.getByRole("button", { name: word("governor.lift") }).click();
  await dialog.getByLabel(word("governor.why"), { exact: true }).fill("A mistake");
  await dialog.getByRole("button", { name: word("governor.lift") }).click();
  await page.getByText(word("governor.noneSuppressed")).waitFor();

  await page.getByRole("tab", { name: word("governor.tab.decisions") }).click();
  await page.getByText(word("governor.noDecisions")).waitFor();
  await page.setViewportSize(PHONE);
  await go("touch/governor");
  await caps.getByRole("listitem", { name: added }).waitFor();
  await expectNoOverflow(page, "touch/governor");
  expect(complaints()).toEqual([]);
  await context.close();
});
