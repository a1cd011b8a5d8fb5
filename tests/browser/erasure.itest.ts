import { mkdir, readFile } from "node:fs/promises";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { verifyCertificate } from "@terrace/server/modules/rights/module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { DESKTOP, expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

const PHONE_NUMBER = "13812345678";
/** Set to look at the pages by eye. */
const SHOTS = process.env["TERRACE_SHOTS"];

let terrace: TestTerrace;
let browser: Browser;

beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  const visit = (user: string, index: number) => ({
    type: "track",
    userId: user,
    anonymousId: `device-of-${user}`,
    event: index === 0 ? "Order Completed" : "Product Viewed",
    timestamp: new Date(Date.now() - index * 3_600_000).toISOString(),
    properties: { revenue: 66 + index, currency: "CNY", name: "青瓷茶杯" },
  });
  await terrace.send([
    { type: "identify", userId: "leaves", traits: { name: "欧阳春晓", phone: PHONE_NUMBER, city: "杭州" } },
    { type: "identify", userId: "also-leaves", traits: { name: "王小明", phone: "13912345678" } },
    ...Array.from({ length: 8 }, (_, index) => visit("leaves", index)),
    ...Array.from({ length: 3 }, (_, index) => visit("also-leaves", index)),
  ]);
  await arrived(terrace, {}, 13);
  if (SHOTS !== undefined) await mkdir(SHOTS, { recursive: true });
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

test("what is held about a person is shown masked, then in clear with a reason, and handed over as a page", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { size: PHONE });
  const { id } = await person(terrace, "user_id", "leaves");
  await go(`people/${id}/held`);
  await page.getByText("138****5678").first().waitFor();
  await expectNoOverflow(page, "held");
  await shot(page, "held-phone");
  expect(await page.locator("body").innerText()).not.toContain(PHONE_NUMBER);
  await page.getByRole("button", { name: word("rights.showClear") }).click();
  await page.getByLabel(word("rights.reason")).fill("本人申请副本");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("rights.showClear") })
    .click();
  await page.getByText(PHONE_NUMBER).first().waitFor();
  await page.getByRole("button", { name: word("rights.download") }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByText(word("rights.downloadHtml")).click()]);
  const html = await readFile(await download.path(), "utf8");
  expect(html).toContain(PHONE_NUMBER);
  expect(html).toContain("Order Completed");
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a person is erased from their page; the certificate verifies and the log says why", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { size: DESKTOP });
  const { id } = await person(terrace, "user_id", "leaves");
  await go(`people/${id}`);
  await shot(page, "person-desk");
  await page.getByRole("button", { name: word("common.more"), exact: true }).click();
  await page.getByRole("menuitem", { name: word("rights.erase") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(word("rights.eraseForGood")).waitFor();
  await dialog.getByRole("button", { name: word("rights.erase") }).click();
  await dialog.getByText(word("rights.eraseConfirmRule")).waitFor();
  await dialog.getByLabel(word("rights.reason")).fill("本人来信要求删除");
  await dialog.getByLabel(word("rights.eraseConfirm")).check();
  await shot(page, "erase-desk");
  await dialog.getByRole("button", { name: word("rights.erase") }).click();
  await page.waitForURL(/settings\/erasures$/);
  await page.getByText("本人来信要求删除").first().waitFor();
  await shot(page, "erasures-running-desk");
  await page.getByText(word("erasures.done"), { exact: true }).waitFor({ timeout: 90_000 });
  await shot(page, "erasures-done-desk");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", { name: word("erasures.certificate") })
      .first()
      .click(),
  ]);
  const certificate = await readFile(await download.path(), "utf8");
  expect(verifyCertificate(certificate)).toMatchObject({ state: "valid", statement: { people: 1 } });
  await page.getByText("本人来信要求删除").first().click();
  await page.getByRole("heading", { name: word("erasures.removed") }).waitFor();
  await shot(page, "erasure-drawer-desk");
  await go(`people/${id}`);
  await page.getByText(word("person.notFound")).waitFor();
  await go("settings/audit");
  await page.getByText(word("audit.erasure.finish"), { exact: true }).first().waitFor();
  await shot(page, "audit-desk");
  expect(complaints()).toEqual([]);
  await context.close();
}, 150_000);

test("people are erased by a list, on a phone and in English", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { size: PHONE, language: "en" });
  await go("settings/erasures");
  await page.getByRole("button", { name: word("rights.eraseListTitle") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(word("rights.list")).fill("user_id,also-leaves\nphone,10000000000\nnickname,x");
  await dialog.getByRole("button", { name: word("rights.check") }).click();
  await dialog.getByText(word("rights.listBadKind", { line: 3, kind: "nickname" })).waitFor();
  await dialog.getByLabel(word("rights.list")).fill("also-leaves\nphone,10000000000");
  await dialog.getByRole("button", { name: word("rights.check") }).click();
  await dialog.getByText(word("rights.eraseForGood")).waitFor();
  await dialog.getByLabel(word("rights.reason")).fill("list of July");
  await dialog.getByLabel(word("rights.eraseConfirm")).check();
  await shot(page, "erase-list-phone");
  await dialog.getByRole("button", { name: word("rights.erase"), exact: true }).click();
  await page.getByText("list of July").first().waitFor();
  await expectNoOverflow(page, "erasures");
  await shot(page, "erasures-phone");
  expect(complaints()).toEqual([]);
  await context.close();
}, 60_000);
