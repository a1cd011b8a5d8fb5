import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { signedIn } from "./console-page.ts";

const VIEWERS = 7;
const BUYERS = 2;

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  const track = (event: string, person: number) => ({
    type: "track",
    userId: `u-${person}`,
    event,
    properties: { city: person < 3 ? "上海" : "杭州" },
  });
  await terrace.send([
    ...Array.from({ length: VIEWERS }, (_, person) => track("Product Viewed", person)),
    ...Array.from({ length: BUYERS }, (_, person) => ({
      ...track("Order Completed", person),
      timestamp: new Date(Date.now() + 1_000).toISOString(),
    })),
  ]);
  await arrived(terrace, {}, VIEWERS + BUYERS);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

test("a drop-off of a funnel leads to its people, who become a segment; a reload shows the same, and a saved analysis comes back", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  await go("insight/analyses/funnel");
  const lost = VIEWERS - BUYERS;
  const dropped = page.getByRole("button", { name: new RegExp(`${word("insight.funnel.dropped")} ${lost}$`) });
  await dropped.click();
  const pane = page.locator(".people-pane");
  await expect.poll(() => pane.locator(".people-count b").textContent(), { timeout: 10_000 }).toBe(String(lost));
  await expect.poll(() => pane.locator("li").count(), { timeout: 10_000 }).toBe(lost);

  await page.reload();
  await expect.poll(() => pane.locator("li").count(), { timeout: 10_000 }).toBe(lost);
  await pane.getByRole("button", { name: word("insight.saveSegment") }).click();
  await page.getByLabel(word("insight.segmentName")).fill("看了没买");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByText(word("insight.segmentSaved", { name: "看了没买", count: lost })).waitFor();
  const { items } = await terrace.api<{ items: readonly { name: string; size: number }[] }>("/segments");
  expect(items).toMatchObject([{ name: "看了没买", size: lost }]);

  await page
    .locator(".page-header")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByRole("dialog").getByLabel(word("insight.analysisName")).fill("买前流失");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByRole("heading", { name: "买前流失", level: 1 }).waitFor();
  await page.locator(".page-header").getByText(word("insight.saved"), { exact: true }).waitFor();
  await go("insight/analyses");
  await page.getByRole("link", { name: "买前流失" }).click();
  await dropped.waitFor();

  await dropped.click();
  await pane.locator("li a").first().click();
  await page.waitForURL(/\/people\/\d+$/);
  expect(complaints()).toEqual([]);
  await context.close();
});
