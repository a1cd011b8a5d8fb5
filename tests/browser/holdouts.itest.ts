import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

const PEOPLE = Array.from({ length: 60 }, (_, n) => `user-${n}`);

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  await terrace.send(PEOPLE.map((userId) => ({ type: "track", userId, event: "Posted", messageId: `post-${userId}` })));
  await arrived(terrace, {}, PEOPLE.length);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

test("a holdout is begun, people are asked about, its turn says who is held, and it rotates and ends", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("experiments/holdouts");
  await page.getByText(word("holdouts.empty")).waitFor();
  await page.getByRole("button", { name: word("holdouts.new") }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("button", { name: word("holdouts.begin") }).click();
  await form.getByText(word("holdouts.nameNeeded")).waitFor();
  await form.getByLabel(word("holdouts.name"), { exact: true }).fill("全局对照组");
  await form.getByLabel(word("holdouts.key"), { exact: true }).fill("all");
  await form.getByLabel(word("holdouts.share"), { exact: true }).fill("20");
  await form.getByRole("button", { name: word("holdouts.begin") }).click();
  await page.getByRole("heading", { name: "全局对照组" }).waitFor();

  const asked = { program: { kind: "coupon", key: "spring" }, people: PEOPLE.map((value) => ({ kind: "user_id", value })) };
  const { items } = await terrace.api<{ items: { may: boolean }[] }>("/holdouts/ask", { body: asked });
  const held = items.filter(({ may }) => !may).length;
  expect(held).toBeGreaterThan(0);
  await page.reload();
  await page.getByRole("cell", { name: String(PEOPLE.length - held), exact: true }).waitFor();
  await page
    .getByRole("table", { name: word("holdouts.report") })
    .getByText(word("experiments.untold.unknown_metric"))
    .first()
    .waitFor();
  await page.getByRole("button", { name: "1", exact: true }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByRole("link").first().waitFor();
  expect(await drawer.getByRole("link").count()).toBe(held);
  await drawer.getByText(word("holdouts.groupOf", { group: word("holdouts.open"), shown: String(PEOPLE.length - held) })).click();
  await expect.poll(() => drawer.getByRole("link").count()).toBe(Math.min(50, PEOPLE.length - held));
  await drawer.getByRole("link").first().click();
  await page.waitForURL(/\/people\//);
  const card = page.locator(".panel").filter({ has: page.getByRole("link", { name: "全局对照组" }) });
  await card.getByText(word("holdouts.open")).waitFor();

  await go("experiments/holdouts/all");
  await page.getByRole("button", { name: word("holdouts.rotate") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("holdouts.rotate") })
    .click();
  await page.getByRole("button", { name: "2", exact: true }).waitFor();
  await page.setViewportSize(PHONE);
  await expectNoOverflow(page, "a holdout on a phone");
  await page.getByRole("button", { name: word("holdouts.end"), exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("holdouts.end"), exact: true })
    .click();
  await page.getByText(word("holdouts.ended")).first().waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
