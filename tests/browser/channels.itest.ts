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

test("a provider is added, a test message goes through it, what the sandbox kept is looked at, and it is turned off and deleted", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("touch/channels");
  await page.getByText(word("channels.empty")).waitFor();
  await page
    .getByRole("table", { name: word("channels.allowed") })
    .getByText(word("channels.why.jpush"))
    .waitFor();
  await terrace.api("/channels/providers", { body: { channel: "sms", name: "沙箱短信", settings: { kind: "sandbox" } } });
  await page.reload();
  const row = page.getByRole("table", { name: word("nav.channels") }).getByRole("row", { name: /沙箱短信/ });
  await row.getByText(word("channels.default")).waitFor();

  await row.getByRole("button", { name: word("channels.test"), exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(word("channels.to.sms"), { exact: true }).fill("+8613800138000");
  await dialog.getByRole("button", { name: word("channels.sendTest") }).click();
  await dialog.getByText(word("channels.outcome.accepted")).waitFor();
  await dialog.getByRole("button", { name: word("common.cancel") }).click();
  await page.reload();
  const kept = page.getByRole("table", { name: word("channels.sandbox") }).getByRole("row", { name: /\+86\*{4}000/ });
  await kept.getByRole("button", { name: word("channels.look") }).click();
  await page.getByLabel(word("channels.keptMessage")).getByText(word("channels.testText")).waitFor();
  await page.keyboard.press("Escape");

  await row.getByRole("button", { name: word("channels.more", { name: "沙箱短信" }) }).click();
  await page.getByRole("menuitem", { name: word("channels.turnOff") }).click();
  await row.getByText(word("channels.off"), { exact: true }).waitFor();
  await row.getByRole("button", { name: word("channels.more", { name: "沙箱短信" }) }).click();
  await page.getByRole("menuitem", { name: word("common.delete") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.delete") })
    .click();
  await page.getByText(word("channels.empty")).waitFor();

  await page.setViewportSize(PHONE);
  await page.reload();
  await page.getByText(word("channels.empty")).waitFor();
  await expectNoOverflow(page, "touch/channels");
  expect(complaints()).toEqual([]);
  await context.close();
});
