import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hoursPass } from "../experiment-time.ts";
import { arrived } from "../sdk/arrivals.ts";
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

const HOUR_MS = 3_600_000;
const EACH = 60;

/** Twenty hours ago sixty people of each variant, of whom five and forty bought. */
async function exposeEarlier(): Promise<void> {
  const timestamp = new Date(Date.now() - 20 * HOUR_MS).toISOString();
  const batch = (["control", "treatment"] as const).flatMap((variant, arm) =>
    Array.from({ length: EACH }, (_, at) => {
      const userId = `${variant}-${at}`;
      const exposed = { type: "track", event: "$exposure", userId, properties: { experiment: "card", variant } };
      const bought = { type: "track", event: "Order Completed", userId, properties: { revenue: 30, currency: "CNY" } };
      const both = at < (arm === 0 ? 5 : 40) ? [exposed, bought] : [exposed];
      return both.map((event) => ({ ...event, timestamp, messageId: `${event.event} ${userId}` }));
    }).flat(),
  );
  expect((await terrace.send(batch)).rejected).toEqual([]);
  await arrived(terrace, { name: "$exposure" }, 2 * EACH);
  await arrived(terrace, { name: "Order Completed" }, 45);
}

test("a bandit is made in the form, says why nothing is preferred yet, changes its shares when they are due, and hands its report out", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  const share = (name: string) => page.getByRole("row", { name: new RegExp(`^${name}`) });
  await go("experiments/new");
  await page.getByRole("textbox", { name: word("experiments.name"), exact: true }).fill("卡片");
  await page.getByRole("textbox", { name: word("experiments.key"), exact: true }).fill("card");
  await page.getByText(word("experiments.allocation.bandit"), { exact: true }).click();
  await page.getByText(word("experiments.allocationNote.bandit")).waitFor();
  await page.getByText(word("experiments.bandit.followsNone")).waitFor();
  expect(await page.getByRole("spinbutton", { name: word("experiments.weight") }).count()).toBe(0);
  expect(await page.getByRole("combobox", { name: word("experiments.method"), exact: true }).count()).toBe(0);
  await page.getByRole("spinbutton", { name: word("experiments.bandit.exploration") }).fill("20");
  await page.getByText(word("experiments.bandit.explorationNote", { share: "10.0%" })).waitFor();
  await page.getByRole("spinbutton", { name: word("experiments.bandit.unitsMin") }).fill("50");
  await page.getByRole("combobox", { name: `${word("experiments.metric")} 1` }).fill("付费人数");
  await page.getByTitle("付费人数").click();
  await page.getByRole("spinbutton", { name: `${word("experiments.window")} 1` }).fill("");
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("experiments.notStarted", { key: "card" })).waitFor();
  const fact = word("experiments.bandit.fact", { share: "20.0%", hours: 24, people: "50" });
  await page.getByText(`${word("experiments.allocation.bandit")} · ${fact}`).waitFor();
  await page.getByRole("button", { name: word("experiments.start") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("experiments.start") })
    .click();
  await page.getByText(word("experiments.bandit.untold.few", { least: "50", name: "原版", people: "0" })).waitFor();
  await page
    .getByRole("definition")
    .filter({ hasText: word("experiments.bandit.wonUnknown") })
    .waitFor();

  await exposeEarlier();
  await hoursPass(terrace.data, "card", 25);
  await eventually(async () => {
    const { items } = await terrace.api<{ items: { id: string }[] }>("/experiments");
    const report = await terrace.api<{ periods: unknown[] }>(`/experiments/${items[0]?.id}/bandit`, { body: {} });
    expect(report.periods).toHaveLength(2);
  });
  await page.reload();
  const now = page.getByRole("table", { name: word("experiments.bandit.now") });
  await now.getByRole("row", { name: /^新版/ }).getByText("90.0%", { exact: true }).waitFor();
  await now.getByRole("row", { name: /^原版/ }).getByText("10.0%", { exact: true }).waitFor();
  await page.getByText(word("experiments.bandit.turnsTimes", { count: 1 }), { exact: true }).waitFor();
  await page.getByText(word("experiments.bandit.say")).waitFor();
  expect(await share("2").getByText("90.0%").count()).toBe(1);
  await share("1").getByText(word("experiments.bandit.start")).waitFor();
  // What is refused of a bandit is not offered.
  expect(await page.getByText(word("experiments.novelty"), { exact: true }).count()).toBe(0);
  expect(await page.getByText(word("experiments.interaction"), { exact: true }).count()).toBe(0);
  const file = await page.getByRole("link", { name: word("experiments.bandit.download") }).getAttribute("href");
  const lines = (await (await page.request.get(file ?? "")).text()).split("\r\n").map((line) => line.split(","));
  expect(lines.slice(1, 8).map((cells) => [cells[0], cells[1], cells[7], cells[8]])).toEqual([
    ["won", "", "", ""],
    ["variant", "", "control", "0.1"],
    ["variant", "", "treatment", "0.9"],
    ["period", "0", "control", "0.5"],
    ["period", "0", "treatment", "0.5"],
    ["period", "1", "control", "0.1"],
    ["period", "1", "treatment", "0.9"],
  ]);
  await go("experiments");
  await page.getByRole("row", { name: /卡片/ }).getByText(word("experiments.allocation.bandit"), { exact: true }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();

  const hand = await signedIn(browser, terrace, { language: "en", size: PHONE });
  await hand.go("experiments");
  await hand.page.locator(".phone-row").filter({ hasText: "卡片" }).click();
  await hand.page.getByText(hand.word("experiments.bandit.say")).waitFor();
  await expectNoOverflow(hand.page, "a bandit on a phone");
  expect(hand.complaints()).toEqual([]);
  await hand.context.close();
});
