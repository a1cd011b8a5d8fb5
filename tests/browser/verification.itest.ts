import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  await terrace.send([{ type: "track", userId: "ann", event: "Posted", messageId: "post-1" }]);
  await arrived(terrace, {}, 1);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

test("a kind is made, somebody applies, the application is approved with a note, and the badge stands on the person's page until it is revoked", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  const named = (label: string, language: "inChinese" | "inEnglish", at = "") =>
    page.getByRole("textbox", { name: `${word(label)} ${word(`verification.${language}`)}${at}`, exact: true });
  await go("verification?tab=kinds");
  await page.getByText(word("verification.noKinds")).waitFor();
  await page.getByRole("button", { name: word("verification.newKind") }).click();
  await page.getByRole("textbox", { name: word("verification.key"), exact: true }).fill("expert");
  await named("verification.kindName", "inChinese").fill("专家认证");
  await named("verification.kindName", "inEnglish").fill("Expert");
  await named("verification.badge", "inChinese").fill("专家");
  await named("verification.badge", "inEnglish").fill("Pro");
  await page.getByRole("textbox", { name: word("insight.tag"), exact: true }).fill("认证专家");
  await named("verification.fieldName", "inChinese", " 1").fill("单位");
  await named("verification.fieldName", "inEnglish", " 1").fill("Employer");
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByRole("link", { name: "专家认证" }).waitFor();

  const ann = (await person(terrace, "user_id", "ann")).id;
  await go(`people/${ann}`);
  await page.getByRole("button", { name: word("verification.applyShort") }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("combobox").click();
  await page.getByTitle("专家认证").click();
  await form.getByRole("textbox").fill("茶叶研究所 13800138000");
  await form.getByRole("button", { name: word("verification.submit") }).click();
  await page.getByText(word("verification.applied")).waitFor();

  await go("verification");
  await page.getByRole("button", { name: word("verification.openOf", { name: "ann" }) }).click();
  await page.getByText("茶叶研究所 138****8000").waitFor();
  await page.getByRole("button", { name: word("verification.act.approve") }).click();
  const decision = page.getByRole("dialog").last();
  await decision.getByRole("textbox").fill("证书核对过");
  await decision.getByRole("button", { name: word("verification.act.approve") }).click();
  await page.getByText(word("verification.done.approve", { name: "ann" })).waitFor();
  await page.getByText("证书核对过").waitFor();

  await go(`people/${ann}`);
  await page.locator(".page-header .tone-badge").getByText("专家").waitFor();
  await page.locator(".tags").getByText("认证专家").waitFor();
  expect(complaints()).toEqual([]);
  await context.close();

  const hand = await signedIn(browser, terrace, { language: "en", size: PHONE });
  await hand.go("verification?state=approved");
  await hand.page.locator(".phone-row").filter({ hasText: "ann" }).click();
  await hand.page.getByRole("button", { name: hand.word("verification.act.revoke") }).click();
  const revoking = hand.page.getByRole("dialog").last();
  await revoking.getByRole("textbox").fill("Licence withdrawn");
  await expectNoOverflow(hand.page, "revoking on a phone");
  await revoking.getByRole("button", { name: hand.word("verification.act.revoke") }).click();
  await hand.page.getByText("Licence withdrawn").waitFor();
  await hand.go(`people/${ann}`);
  await hand.page.getByText(hand.word("verification.state.revoked"), { exact: true }).waitFor();
  expect(await hand.page.locator(".page-header .tone-badge").count()).toBe(0);
  expect(hand.complaints()).toEqual([]);
  await hand.context.close();
});
