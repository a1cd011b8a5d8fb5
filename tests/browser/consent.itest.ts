import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { signedIn, type ConsoleWindow } from "./console-page.ts";

let terrace: TestTerrace;
let browser: Browser;

beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  await terrace.send([{ type: "identify", userId: "u-1", anonymousId: "a-1", traits: { city: "杭州" } }]);
  await arrived(terrace, {}, 1);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

const allowed = async () =>
  (await terrace.api<{ allowed: boolean; reason: string }>("/consents/check?kind=user_id&value=u-1&purpose=marketing")).reason;

/** Opens the question of a button of the consent card, gives a reason and sends it. */
async function answer({ page, word }: ConsoleWindow, state: "given" | "withdrawn", reason: string): Promise<void> {
  const name = `${word(`consent.do.${state}`)} 营销`;
  await page.getByRole("button", { name }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(word("consent.reasonLabel")).fill(reason);
  await dialog.getByRole("button", { name: word(`consent.do.${state}`), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

test("consent is given and withdrawn on a person's page, counts at once, and stands in the ledger and the timeline", async () => {
  const window = await signedIn(browser, terrace);
  const { page, word, go, complaints, context } = window;
  expect(await allowed()).toBe("silent");
  await go(`people/${(await person(terrace, "user_id", "u-1")).id}`);
  await answer(window, "given", "门店填写的会员申请表");
  expect(await allowed()).toBe("given");
  await page
    .getByRole("list", { name: word("consent.history") })
    .getByText("门店填写的会员申请表")
    .waitFor();
  await answer(window, "withdrawn", "7月16日来电要求");
  expect(await allowed()).toBe("withdrawn");
  const lines = page.getByRole("list", { name: word("consent.history") }).getByRole("listitem");
  await eventually(async () => expect(await lines.count()).toBe(2));
  expect(await lines.first().innerText()).toContain(word("consent.state.withdrawn"));
  // Not an empty promise: both words are events that anything can act on.
  await arrived(terrace, {}, 3);
  await page.reload();
  await page.getByText("撤回授权").first().waitFor();
  // The client's own word counts like the operator's, and a later yes opens the purpose again.
  await terrace.send([
    { type: "track", userId: "u-1", event: "Consent Given", properties: { purpose: "marketing", text: "privacy", text_version: 2 } },
  ]);
  await eventually(async () => expect(await allowed()).toBe("given"));
  await go("settings/privacy");
  await page.getByText(word("privacy.purposes")).first().waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
