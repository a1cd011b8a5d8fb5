import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { signedIn } from "./console-page.ts";

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await terrace.stop();
});

const stored = async (count: number): Promise<void> => {
  await eventually(async () => expect((await terrace.api<{ items: readonly object[] }>("/events?limit=50")).items).toHaveLength(count));
};

test("the home page stays with data of long ago while a handful of events came since, says so, and shows those when asked", async () => {
  await terrace.send(
    [1, 5, 9].map((day) => ({
      type: "track",
      userId: `u${day}`,
      event: "Order Completed",
      messageId: `old-${day}`,
      timestamp: `2025-02-0${day}T10:00:00Z`,
      // Money of a workspace is in its own currency; one order is not.
      properties: { revenue: day, ...(day === 5 ? { currency: "JPY" } : {}) },
    })),
  );
  await stored(3);
  const { page, word, complaints, context } = await signedIn(browser, terrace);
  const until = page.locator(".until input");
  await page.getByText(word("home.nothingNewer")).waitFor();
  await expect.poll(() => until.inputValue(), { timeout: 30_000 }).toBe("2025-02-09");
  await page.getByText(word("home.otherCurrency", { count: 1 })).waitFor();

  await terrace.send([{ type: "track", userId: "u1", event: "Tried", messageId: "new" }]);
  await stored(4);
  await page.reload();
  await page.getByText(word("home.fewSince")).waitFor();
  expect(await until.inputValue()).toBe("2025-02-09");
  await page.getByRole("button", { name: word("home.showFew") }).click();
  await expect.poll(() => until.inputValue(), { timeout: 30_000 }).not.toBe("2025-02-09");
  expect(await page.getByText(word("home.fewSince")).count()).toBe(0);
  expect(complaints()).toEqual([]);
  await context.close();
});
