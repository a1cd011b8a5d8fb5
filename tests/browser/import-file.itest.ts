import { encodeGbk } from "@terrace/testkit/make-files";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { DESKTOP, PHONE, expectNoOverflow, signedIn, type Language } from "./console-page.ts";

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

const HEADER = "订单编号,买家会员名,买家实际支付金额,订单状态,联系手机,订单付款时间,宝贝标题,宝贝总数量,退款金额";
const ORDERS = [
  HEADER,
  '="2026070100000000001",tb_王,128.50,交易成功,\'13800000001,2026/7/1 8:05:00,面霜,2,0.00',
  '="2026070100000000002",tb_李,￥60.00,交易关闭,\'138****0002,2026/7/1 9:00:00,口红,1,60.00',
  '="2026070100000000003",tb_张,免费,交易成功,\'13800000003,2026/7/1 10:00:00,面膜,1,0.00',
  '="2026070100000000004",tb_赵,20.00,等待买家付款,\'13800000004,,眼霜,1,',
  "",
].join("\r\n");

test.each<[string, { width: number; height: number }, Language]>([
  ["a desk in Chinese", DESKTOP, "zh-CN"],
  ["a phone in English", PHONE, "en"],
])(
  "on %s a GBK order file with bad rows is recognised, tried, imported, and its rejected rows come back with reasons",
  async (where, size, language) => {
    const { page, go, word, complaints, context } = await signedIn(browser, terrace, { size, language });
    await go("data/imports");
    await page.getByRole("button", { name: word("imports.new") }).click();
    // Each run brings a file of its own: one that is in already would change nothing.
    const text = ORDERS.replaceAll("20260701000", size === PHONE ? "20260702000" : "20260701000");
    await page.locator("input[type=file]").setInputFiles({ name: `${where}.csv`, mimeType: "text/csv", buffer: encodeGbk(text) });
    await page.getByText("CSV · GB18030").waitFor();
    await page.getByText("面霜").first().waitFor();
    await expectNoOverflow(page, "the columns of a new import");

    await page.getByRole("button", { name: word("imports.try") }).click();
    await page
      .getByText(word("imports.found", { rows: 4, events: 3, rejected: 2 }))
      .first()
      .waitFor();
    await expectNoOverflow(page, "a dry run");
    await page.getByRole("button", { name: word("imports.run"), exact: true }).click();
    await page.waitForURL(/data\/imports\/\d+$/);
    await page.getByText(word("imports.state.done"), { exact: true }).waitFor({ timeout: 30_000 });
    await expectNoOverflow(page, "an import");

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: word("imports.download") }).click(),
    ]);
    const lines = (await readFile(await download.path(), "utf8")).replace("\ufeff", "").trim().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(`row,reason,field,detail,${HEADER}`);
    expect(lines[1]).toContain("买家实际支付金额,The value is not an amount");
    expect(lines[1]).toContain("tb_张");
    expect(complaints()).toEqual([]);
    await context.close();
  },
);

test("an old Excel file says what to do, and a file goes on where its upload broke off", async () => {
  const { page, go, word, context } = await signedIn(browser, terrace);
  await go("data/imports/new");
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "old.xls", mimeType: "application/vnd.ms-excel", buffer: Buffer.from("d0cf11e0a1b11ae10000", "hex") });
  await page.getByText(word("imports.unreadable.old_excel")).waitFor();
  await page.getByRole("button", { name: word("imports.again") }).click();
  let cuts = 0;
  await page.route("**/imports/uploads/*", async (route) => {
    if (route.request().method() === "PATCH" && cuts < 2) {
      cuts += 1;
      await route.abort();
    } else await route.continue();
  });
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "p.csv", mimeType: "text/csv", buffer: Buffer.from("user_id,city\nu1,Paris\n") });
  await eventually(async () => expect(await page.getByText("Paris").count()).toBeGreaterThan(0));
  expect(cuts).toBe(2);
  await context.close();
});
