import { BUCKETS, bucketOf } from "@terrace/domain/assignment/bucket";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFlags } from "../../packages/sdk/src/flags/flags.ts";
import { createTerrace } from "../../packages/sdk/src/node/node.ts";
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

const VARIANTS = [
  { key: "control", share: 0.3 },
  { key: "treatment", share: 0.9 },
] as const;
const EACH = 150;

/** The flag whose rule gives the variants of the experiment. */
async function makeFlag(): Promise<void> {
  const arms = VARIANTS.map(({ key }) => ({ key, value: key, weight: BUCKETS / 2 }));
  const rule = { id: "ab", kind: "experiment", experiment: "short-home", coverage: BUCKETS, arms };
  const definition = {
    type: "string",
    defaultValue: "control",
    offValue: "control",
    environments: { production: { on: true, rules: [rule] } },
  };
  await terrace.api("/flags", { body: { key: "short-home", name: "短首页", definition } });
}

/** The first so many people of each variant, by the hash that the client takes. */
function visitors(): readonly string[] {
  const people = Array.from({ length: 1_000 }, (_, at) => `visitor-${at}`);
  const isControl = (id: string): boolean => bucketOf("short-home", id) < BUCKETS / 2;
  return [...people.filter(isControl).slice(0, EACH), ...people.filter((id) => !isControl(id)).slice(0, EACH)];
}

/** A hundred and fifty people of each variant ask the SDK what they get, which tells of it; of the new one three times as many buy. */
async function expose(): Promise<void> {
  const people = visitors();
  const planOf = (id: string): string => (people.indexOf(id) % 2 === 0 ? "free" : "pro");
  const events = createTerrace({ host: terrace.url, writeKey: terrace.writeKey });
  const flags = createFlags({
    host: terrace.url,
    writeKey: terrace.writeKey,
    onExposure: (exposure, { id }) => {
      const context = { traits: { plan: planOf(String(id)) } };
      events.track({ userId: String(id), event: "$exposure", properties: exposure, context });
    },
  });
  try {
    // A moment ago nobody got a variant: the flag hears that its experiment was started.
    await eventually(async () => {
      await flags.refresh();
      expect(flags.details("short-home", "none", { id: people[0] ?? "" }).exposure).toBeDefined();
    });
    const given = Map.groupBy(people, (id) => flags.value("short-home", "none", { id }));
    for (const { key, share } of VARIANTS)
      for (const userId of (given.get(key) ?? []).slice(0, EACH * share))
        events.track({ userId, event: "Order Completed", properties: { revenue: 30, currency: "CNY" } });
    await events.flush();
  } finally {
    flags.close();
    await events.close();
  }
  await eventually(async () => {
    const { items } = await terrace.api<{ items: { name: string; volume: number }[] }>("/event-definitions");
    expect(items.find(({ name }) => name === "$exposure")?.volume).toBe(2 * EACH);
  });
  await arrived(terrace, { name: "Order Completed" }, 180);
}

test("an experiment is made and started, the SDK gives and tells its variants, it is read, stopped with a decision, and found by what was learnt", async () => {
  await makeFlag();
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("experiments");
  await page.getByText(word("experiments.empty")).waitFor();
  await page
    .getByRole("button", { name: word("experiments.new") })
    .first()
    .click();
  await page.getByRole("textbox", { name: word("experiments.name"), exact: true }).fill("短首页");
  await page.getByRole("textbox", { name: word("experiments.key"), exact: true }).fill("short-home");
  await page.getByRole("textbox", { name: word("experiments.hypothesis") }).fill("首页更短，更多人下单");
  await page.getByRole("combobox", { name: `${word("experiments.metric")} 1` }).fill("付费人数");
  await page.getByTitle("付费人数").click();
  await page.getByRole("spinbutton", { name: `${word("experiments.window")} 1` }).fill("");
  await page.getByRole("combobox", { name: word("experiments.exposure"), exact: true }).click();
  await page.getByTitle(word("experiments.exposure.given"), { exact: true }).click();
  await page.getByText(word("experiments.exposureNote.given")).waitFor();
  await page.getByRole("button", { name: word("experiments.plan.open") }).click();
  const plan = page.getByRole("dialog", { name: word("experiments.plan.title") });
  await plan.getByText(word("experiments.plan.empty")).waitFor();
  // Nobody came yet: that is said, and what is known elsewhere is written.
  await plan.getByRole("button", { name: word("experiments.plan.fill_other", { count: 28 }) }).click();
  await plan.getByRole("status").getByText(word("experiments.plan.unread.unknown_metric")).waitFor();
  await plan.getByRole("spinbutton", { name: word("experiments.plan.share") }).fill("12");
  await plan.getByRole("spinbutton", { name: word("experiments.plan.perDay") }).fill("20");
  // Narrowest at a size like the one that comes, or it would take more people to tell.
  await plan.getByRole("spinbutton", { name: word("experiments.plan.effect") }).fill("100");
  await plan.getByRole("button", { name: word("experiments.plan.takeBoth_other", { count: 56, people: "1,004" }) }).click();
  await plan.waitFor({ state: "detached" });
  expect(await page.getByRole("spinbutton", { name: word("experiments.plannedDays") }).inputValue()).toBe("56");
  expect(await page.getByRole("spinbutton", { name: word("experiments.plannedPeople") }).inputValue()).toBe("1004");
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("experiments.notStarted", { key: "short-home" })).waitFor();
  await page.getByText(word("experiments.exposure.given"), { exact: true }).waitFor();
  await page.getByRole("button", { name: word("experiments.start") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("experiments.start") })
    .click();
  await page.getByText(word("experiments.verdict.no_data")).waitFor();

  await expose();
  await page.reload();
  await page.getByText(word("experiments.verdict.wins", { name: "新版" })).waitFor();
  await page.getByRole("row", { name: /新版/ }).getByText(word("experiments.call.better")).waitFor();
  await page.getByRole("row", { name: /新版/ }).getByRole("button", { name: "150" }).click();
  await page.getByRole("complementary", { name: "新版" }).getByRole("link").first().waitFor();
  await page.getByRole("button", { name: word("common.close") }).click();

  await page.getByRole("combobox", { name: word("experiments.groups.by") }).fill(word("trait.plan"));
  await page.getByTitle(word("trait.plan"), { exact: true }).click();
  const groups = page.getByRole("table", { name: word("experiments.groups") });
  const payers = groups.getByRole("rowgroup").filter({ has: page.getByRole("rowheader", { name: "pro" }) });
  await payers.getByRole("row", { name: /新版/ }).getByRole("button", { name: "75" }).click();
  await page.getByRole("complementary", { name: "新版" }).getByText("pro").waitFor();
  await page.getByRole("button", { name: word("common.close") }).click();
  const file = await page.getByRole("link", { name: word("experiments.download") }).getAttribute("href");
  expect(await (await page.request.get(file ?? "")).text()).toContain("pro");

  await page.getByRole("button", { name: word("experiments.stop") }).click();
  const stopping = page.getByRole("dialog");
  await stopping.getByRole("combobox", { name: word("experiments.decision") }).click();
  await page.getByTitle(word("experiments.decision.take")).click();
  await stopping.getByRole("combobox", { name: word("experiments.variant") }).click();
  await page.locator(".ant-select-item-option").filter({ hasText: "新版" }).click();
  await stopping.getByRole("textbox").fill("首屏放购买按钮有用");
  await stopping.getByRole("button", { name: word("experiments.stop") }).click();
  await page.getByText("首屏放购买按钮有用").waitFor();
  await go("experiments?search=购买按钮");
  await page.getByRole("link", { name: "短首页" }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();

  const hand = await signedIn(browser, terrace, { language: "en", size: PHONE });
  await hand.go("experiments");
  await hand.page.locator(".phone-row").filter({ hasText: "短首页" }).click();
  await hand.page.getByText(hand.word("experiments.verdict.wins", { name: "新版" })).waitFor();
  await expectNoOverflow(hand.page, "an experiment on a phone");
  expect(hand.complaints()).toEqual([]);
  await hand.context.close();
});
