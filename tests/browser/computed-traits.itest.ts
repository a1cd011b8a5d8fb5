import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { signedIn } from "./console-page.ts";

/** How long people may take until they are reckoned, on a busy machine. */
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
    properties: { order_id: `o-${at}`, revenue: 10.5, currency: "CNY" },
  }));
  await terrace.send(orders);
  await arrived(terrace, {}, orders.length);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

test("a trait is begun from a template, previewed, saved, followed to its people, used and then kept from deletion", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("computed-traits");
  await page.getByText(word("computed.empty")).waitFor();
  await page.getByRole("button", { name: `${word("classes.changeFirst")} 累计消费` }).click();
  await page.getByRole("textbox", { name: word("computed.nameZh") }).fill("一共付了");
  await page.locator(".estimate").getByText("¥21.00", { exact: true }).first().waitFor(SEEN_WITHIN);
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByRole("heading", { name: "一共付了" }).waitFor();
  await page.locator(".page-header").getByText(word("computed.status.live"), { exact: true }).waitFor(SEEN_WITHIN);
  const people = page.locator(".segment-facts").getByRole("link", { name: "2", exact: true });
  await people.waitFor(SEEN_WITHIN);
  await people.click();
  await page.waitForURL(/\/people\?trait=/);
  await page.getByRole("link", { name: "twice", exact: true }).click();
  await page.getByRole("row").filter({ hasText: "一共付了" }).getByText("¥21.00").waitFor();

  const rule = { trait: "$computed_total_paid", gte: 20 };
  await terrace.api("/segments", { method: "POST", body: { name: "Big", rule } });
  await go("computed-traits/total_paid");
  await page.getByRole("link", { name: "Big" }).waitFor();
  await page.getByRole("button", { name: word("common.delete") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: word("common.delete") }).click();
  await page.getByText(word("fault.computed_trait.in_use")).first().waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
