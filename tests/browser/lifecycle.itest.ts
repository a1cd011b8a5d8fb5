import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

const DAY_MS = 86_400_000;
/** How long people may take until they are sorted or tagged, on a busy machine. */
const SEEN_WITHIN = { timeout: 60_000 };

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  const orders = ["once", "twice", "twice"].map((who, at) => ({
    type: "track",
    userId: who,
    event: "Order Completed",
    messageId: `order-${at}`,
    properties: { order_id: `o-${at}`, revenue: 10, currency: "CNY" },
  }));
  // RFM counts what was before today.
  const before = { ...orders[0], userId: "before", messageId: "order-before", timestamp: new Date(Date.now() - 2 * DAY_MS).toISOString() };
  await terrace.send([...orders, before]);
  await arrived(terrace, {}, orders.length + 1);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

test("value layers are switched on from the template, lead to their people, and are changed and deleted", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("lifecycle");
  await page.getByText(word("classes.empty")).waitFor();
  await page.getByRole("button", { name: `${word("classes.switchOn")} 价值分层` }).click();
  await page.getByRole("link", { name: "价值分层" }).click();
  await page.locator(".page-header").getByText(word("classes.live"), { exact: true }).waitFor(SEEN_WITHIN);
  const figure = (name: string) => page.getByRole("row").filter({ hasText: name }).first().getByRole("button");
  await expect.poll(() => figure("潜力").textContent(), SEEN_WITHIN).toContain("1");
  await figure("潜力").click();
  await page.waitForURL(/\/people\?trait=/);
  await page.getByRole("link", { name: "twice", exact: true }).waitFor();
  expect(await page.getByRole("link", { name: "once", exact: true }).count()).toBe(0);

  await go("lifecycle/value_layer?tab=flow");
  await page.getByRole("button", { name: word("classes.flow.open", { from: word("classes.noValue"), to: "潜力" }) }).click();
  await page.getByRole("dialog").getByRole("link", { name: "twice", exact: true }).waitFor();

  await go("lifecycle/value_layer?tab=rules");
  await page.getByRole("textbox", { name: word("classes.valueName", { at: 2 }), exact: true }).fill("回头客");
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("classes.saved")).waitFor();

  // In the builder its values stand by their names.
  await go("segments/new");
  await page
    .getByRole("button")
    .filter({ hasText: new RegExp(`^${word("insight.addCondition")}$`) })
    .click();
  const chosen = async (name: string, words: string) => {
    await page.getByRole("combobox", { name }).fill(words);
    await page.locator(".ant-select-item-option:visible").filter({ hasText: words }).first().click();
  };
  await chosen(word("insight.field"), word("trait.$value_layer"));
  await chosen(word("insight.value"), "回头客");
  await page
    .getByRole("region", { name: word("segments.inWords") })
    .getByText("回头客")
    .waitFor();
  await go("lifecycle/value_layer");
  await figure("回头客").waitFor();
  await page.getByRole("button", { name: word("common.delete") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.delete") })
    .click();
  await page.waitForURL(/\/lifecycle$/);
  await page.getByText(word("classes.empty")).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});

test("RFM is switched on, everyone who bought before today has a group that leads to them, and is switched off", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("lifecycle");
  const panel = page.getByRole("region", { name: word("classes.rfm"), exact: true });
  await panel.getByRole("button", { name: word("classes.rfm.switchOn") }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText(word("classes.rfm.mode.own"), { exact: true }).click();
  await drawer.getByRole("textbox", { name: word("classes.rfm.frequency") }).fill("5, 3");
  expect(await drawer.getByRole("button", { name: word("common.save") }).isDisabled()).toBe(true);
  await drawer.getByText(word("classes.rfm.mode.parts"), { exact: true }).click();
  await drawer.getByRole("button", { name: word("common.save") }).click();
  await panel.getByText(word("classes.rfm.asOf")).waitFor(SEEN_WITHIN);

  await page.getByRole("link", { name: "RFM 用户分类" }).click();
  await page.locator(".page-header").getByText(word("segments.scheduled"), { exact: true }).waitFor(SEEN_WITHIN);
  // Alone, one is better than nobody.
  const figure = page.getByRole("row").filter({ hasText: "一般挽留用户" }).first().getByRole("button");
  await expect.poll(() => figure.textContent(), SEEN_WITHIN).toContain("1");
  await expectNoOverflow(page, "the RFM groups");
  await figure.click();
  await page.waitForURL(/\/people\?trait=/);
  await page.getByRole("link", { name: "before", exact: true }).waitFor(SEEN_WITHIN);

  await go("lifecycle");
  await panel.getByRole("button", { name: word("classes.rfm.off"), exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("classes.rfm.off"), exact: true })
    .click();
  await panel.getByRole("button", { name: word("classes.rfm.switchOn") }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a tag rule is made on a phone, tags whoever meets it, and takes the tag off when it is deleted", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { language: "en", size: PHONE });
  await go("tag-rules");
  await page.getByText(word("tagRules.empty")).waitFor();
  await page.getByRole("button", { name: word("tagRules.new") }).click();
  await page.getByRole("textbox", { name: word("insight.tag"), exact: true }).fill("regular");
  await page.getByText(word("segments.ruleView.json"), { exact: true }).click();
  const json = page.getByRole("textbox", { name: word("segments.ruleView.json") });
  await json.fill('{ "did": { "event": "Order Completed" }, "count": { "op": "gte", "value": 2 } }');
  await expect.poll(() => page.locator(".estimate-figure b").textContent(), SEEN_WITHIN).toBe("1");
  await expectNoOverflow(page, "a new tag rule on a phone");
  await page.getByRole("button", { name: word("common.save"), exact: true }).click();
  await page.getByRole("heading", { name: "regular", level: 1 }).waitFor();
  await expect.poll(() => page.locator(".segment-size").first().textContent(), SEEN_WITHIN).toBe("1");
  await expectNoOverflow(page, "a tag rule on a phone");
  await page.getByRole("button", { name: word("common.delete") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.delete") })
    .click();
  await page.waitForURL(/\/tag-rules$/);
  await page.getByText(word("tagRules.empty")).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
