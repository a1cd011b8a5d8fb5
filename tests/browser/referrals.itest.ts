import { readFile } from "node:fs/promises";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

/** How long somebody may take until they are bound or converted, on a busy machine. */
const SEEN_WITHIN = { timeout: 60_000 };

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  await terrace.send([
    { type: "track", userId: "ann", event: "Order Completed", messageId: "first", properties: { revenue: 5, currency: "CNY" } },
  ]);
  await arrived(terrace, {}, 1);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

const programs = () => terrace.api<{ readonly items: readonly { readonly id: string; readonly bound: number }[] }>("/referrals/programs");

test("a program is begun, a seed user gets a code, and whom its link brings is seen in the tree once they buy", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("referrals");
  await page.getByText(word("referrals.empty")).waitFor();
  await page.getByRole("button", { name: word("referrals.new") }).click();
  await page.getByRole("textbox", { name: word("referrals.name"), exact: true }).fill("老带新");
  await page.getByRole("textbox", { name: word("referrals.landing"), exact: true }).fill("https://shop.test/new");
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByRole("heading", { name: "老带新", level: 1 }).waitFor();

  await page.getByRole("tab", { name: word("referrals.tab.codes") }).click();
  await page.getByRole("button", { name: word("referrals.give") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: word("referrals.givePeople") }).click();
  await page.locator(".ant-select-item-option", { hasText: "ann" }).click();
  await dialog.getByRole("textbox", { name: word("referrals.vanity") }).fill("Ann-2026");
  await dialog.getByRole("button", { name: word("referrals.give") }).click();
  await page.getByRole("row").filter({ hasText: "ann-2026" }).waitFor();

  const row = page.getByRole("row").filter({ hasText: "ann-2026" });
  await row.getByRole("button", { name: word("referrals.qr") }).click();
  const picture = page.getByRole("dialog", { name: word("referrals.qrOf", { code: "ann-2026" }) });
  const saving = page.waitForEvent("download");
  await picture.getByRole("button", { name: word("referrals.qrSave") }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("ann-2026.svg");
  expect(await readFile(await saved.path(), "utf8")).toMatch(/^<svg[^]*<path/);
  await page.keyboard.press("Escape");
  await picture.waitFor({ state: "hidden" });

  const followed = await fetch(new URL("/r/ANN-2026", terrace.url), {
    redirect: "manual",
    headers: {
      "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    },
  });
  expect([followed.status, followed.headers.get("location")]).toEqual([302, "https://shop.test/new?ref=ann-2026"]);
  const ben = { type: "track", userId: "ben", properties: { revenue: 12, currency: "CNY" } };
  await terrace.send([
    { ...ben, event: "Signed Up", messageId: "came", context: { page: { url: followed.headers.get("location") } } },
    { ...ben, event: "Order Completed", messageId: "bought" },
  ]);
  await page.getByRole("tab", { name: word("referrals.tab.figures") }).click();
  const figure = (name: string) => page.locator(".segment-facts > div").filter({ hasText: name }).locator(".segment-size");
  for (const name of [word("referrals.clicks"), word("referrals.bound"), word("referrals.converted")])
    await expect.poll(() => figure(name).textContent(), SEEN_WITHIN).toBe("1");

  await page.getByRole("tab", { name: word("referrals.tab.tree") }).click();
  await page.getByRole("button", { name: word("referrals.bind") }).click();
  const importing = page.getByRole("dialog", { name: word("referrals.bind") });
  await importing.locator("input[type=file]").setInputFiles({
    name: "pairs.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("被邀请人,邀请人,邀请码,时间\ncat,ann,,2026-03-01 12:00\ndan,,no-such,\neve,ann,,soon\n"),
  });
  await importing.getByText(word("referrals.bindRead", { pairs: "2", refused: "1" })).waitFor();
  await importing.getByRole("button", { name: word("referrals.bind") }).click();
  await importing.getByText(word("referrals.bindDone", { taken: "1", refused: "2" })).waitFor();
  await importing.getByText(word("referrals.bindWhy.code")).waitFor();
  await page.keyboard.press("Escape");
  await importing.waitFor({ state: "hidden" });
  await expect.poll(async () => (await programs()).items.map(({ bound }) => bound), SEEN_WITHIN).toEqual([2]);
  await page.reload();
  await page.getByRole("button", { name: word("referrals.openBranch", { name: "ann" }) }).click();
  await page.getByRole("link", { name: "ben", exact: true }).click();
  await page.getByText(word("referrals.broughtBy")).waitFor();
  await page.getByRole("link", { name: "老带新" }).click();
  await page.getByRole("link", { name: "ann", exact: true }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});

test("imported sign-ups bind as live ones do", async () => {
  const bytes = new TextEncoder().encode("user,at,code\nfay,2026-10-01T08:00:00Z,ANN-2026\ngus,2026-10-01T08:00:00Z,\n");
  const { id: upload } = await terrace.api<{ id: string }>("/imports/uploads", { body: { fileName: "came.csv", bytes: bytes.length } });
  await fetch(new URL(`/api/workspaces/current/imports/uploads/${upload}`, terrace.url), {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${terrace.secretKey}`,
      "content-type": "application/offset+octet-stream",
      "upload-offset": "0",
    },
    body: bytes,
  });
  // Newness of people who came before their code was given is not asked by this program.
  const [program] = (await programs()).items;
  await terrace.api(`/referrals/programs/${program?.id ?? ""}`, { method: "PATCH", body: { newPeopleOnly: false } });
  const mapping = {
    kind: "events",
    ids: [{ kind: "user_id", column: "user" }],
    event: { name: "Signed Up" },
    time: { column: "at", format: "iso", zone: "UTC" },
    properties: { referral_code: { column: "code" } },
  };
  await terrace.api("/imports/jobs", { body: { upload, mapping } });
  await expect.poll(async () => (await programs()).items.map(({ bound }) => bound), SEEN_WITHIN).toEqual([3]);
});

test("on a phone the figures and the tree are read, and the program is deleted", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { language: "en", size: PHONE });
  await go("referrals");
  await page.getByText("老带新").click();
  await page.getByRole("heading", { name: word("referrals.k") }).waitFor();
  await expectNoOverflow(page, "the figures of a program on a phone");
  await page.getByRole("tab", { name: word("referrals.tab.tree") }).click();
  await page.getByRole("button", { name: word("referrals.openBranch", { name: "ann" }) }).click();
  await page.getByRole("link", { name: "ben", exact: true }).waitFor();
  await expectNoOverflow(page, "a tree on a phone");
  await page.getByRole("button", { name: word("common.delete") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.delete") })
    .click();
  await page.waitForURL(/\/referrals$/);
  await page.getByText(word("referrals.empty")).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
