import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

/** How long people may take until they are sorted, on a busy machine. */
const SEEN_WITHIN = { timeout: 60_000 };

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  const orders = ["ann", "ben", "ben"].map((who, at) => ({
    type: "track",
    userId: who,
    event: "Order Completed",
    messageId: `order-${at}`,
    properties: { order_id: `o-${at}`, revenue: 10, currency: "CNY" },
  }));
  await terrace.send(orders);
  await arrived(terrace, {}, orders.length);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

test("a pyramid is switched on from the template, somebody is appointed to its top and dismissed again, layers are merged, and it is deleted", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("pyramids");
  await page.getByText(word("pyramids.empty")).waitFor();
  const shop = page.locator(".class-template").filter({ hasText: word("pyramids.kind.shop") });
  await shop
    .getByRole("button")
    .filter({ hasText: word("classes.switchOn") })
    .click();
  await page.locator(".panel-head a").first().click();
  await page.locator(".page-header").getByText(word("classes.live"), { exact: true }).waitFor(SEEN_WITHIN);
  expect(await page.locator(".pyramid > li").count()).toBe(5);
  await page.locator(".pyramid-name a").first().click();
  await page.waitForURL(/\/layers\//);

  const top = page.url();
  const ann = (await person(terrace, "user_id", "ann")).id;
  await page.getByRole("button", { name: word("pyramids.appoint") }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("combobox").first().click();
  await form.getByRole("combobox").first().fill("ann");
  await page.locator(".picker-option").filter({ hasText: "ann" }).click();
  await form.getByRole("button", { name: word("pyramids.appointDo") }).click();
  await expect.poll(() => page.getByRole("link", { name: "ann", exact: true }).count(), SEEN_WITHIN).toBe(1);
  await go(`people/${ann}`);
  await page.locator(".page-header .tone-badge").waitFor(SEEN_WITHIN);

  await page.goto(top);
  await page.getByRole("button", { name: word("pyramids.dismiss") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("pyramids.dismiss") })
    .click();
  await page.getByText(word("pyramids.nobodyIn")).waitFor(SEEN_WITHIN);

  await page.goto(top.replace(/\/layers\/.*$/, ""));
  await page.getByRole("button", { name: word("pyramids.merge") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("pyramids.mergeDo") })
    .click();
  await expect.poll(() => page.locator(".pyramid > li").count(), SEEN_WITHIN).toBe(4);
  await page.getByRole("button", { name: word("common.delete") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.delete") })
    .click();
  await page.waitForURL(/\/pyramids$/);
  await page.getByText(word("pyramids.empty")).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a template is changed before it is switched on, on a phone", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { language: "en", size: PHONE });
  await go("pyramids/new?template=community");
  const name = page.getByRole("textbox", { name: `${word("pyramids.name")} ${word("verification.inEnglish")}`, exact: true });
  await name.fill("Writers");
  await expectNoOverflow(page, "a new pyramid on a phone");
  await page.getByRole("button", { name: word("classes.switchOn") }).click();
  await page.getByRole("heading", { name: "Writers", level: 1 }).waitFor();
  await expectNoOverflow(page, "a pyramid on a phone");
  expect(complaints()).toEqual([]);
  await context.close();
});
