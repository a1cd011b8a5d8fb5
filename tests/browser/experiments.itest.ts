import { BUCKETS, bucketOf } from "@terrace/domain/assignment/bucket";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFlags } from "../../packages/sdk/src/flags/flags.ts";
import { createTerrace } from "../../packages/sdk/src/node/node.ts";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn, type ConsoleWindow } from "./console-page.ts";

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
  await stopping.waitFor({ state: "detached" });
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

/** Fills in what the form of an experiment asks at least; it tells whether more people buy. */
async function fillForm({ page, word }: ConsoleWindow, name: string, key: string): Promise<void> {
  await page.getByRole("textbox", { name: word("experiments.name"), exact: true }).fill(name);
  await page.getByRole("textbox", { name: word("experiments.key"), exact: true }).fill(key);
  await page.getByRole("combobox", { name: `${word("experiments.metric")} 1` }).fill("付费人数");
  await page.getByTitle("付费人数").click();
  await page.getByRole("spinbutton", { name: `${word("experiments.window")} 1` }).fill("");
}

async function saveAndStart({ page, word }: ConsoleWindow, key: string): Promise<string> {
  await page.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("experiments.notStarted", { key })).waitFor();
  await page.getByRole("button", { name: word("experiments.start") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("experiments.start") })
    .click();
  await page.getByText(word("experiments.verdict.no_data")).waitFor();
  return page.url();
}

/** A guest has one variant and a member the other, by the hash, and then they turn out to be one person. */
async function mergeArms(experiment: string): Promise<void> {
  const ids = Array.from({ length: 50 }, (_, at) => `visitor-of-two-${at}`);
  const [guest = "", member = ""] = [true, false].map((isControl) =>
    ids.find((id) => bucketOf(experiment, id) < BUCKETS / 2 === isControl),
  );
  for (const [targetingKey, more] of [
    [guest, { anonymousId: guest }],
    [member, { userId: member }],
  ] as const)
    await eventually(async () => {
      const answer = await fetch(new URL(`/ofrep/v1/evaluate/flags/${experiment}`, terrace.url), {
        method: "POST",
        headers: { authorization: `Bearer ${terrace.writeKey}`, "content-type": "application/json" },
        body: JSON.stringify({ context: { targetingKey, ...more } }),
      });
      expect(await answer.json()).toMatchObject({ metadata: { experiment } });
    });
  await terrace.send([{ type: "identify", userId: member, anonymousId: guest, messageId: `merge-${member}` }]);
  await eventually(async () => {
    expect(await terrace.api(`/assignments/${experiment}/conflicts`)).toMatchObject({ people: 1, conflicts: 1 });
  });
}

/** As many people see each variant of some experiments, and as many of them buy. */
async function buyAlike(experiments: readonly string[]): Promise<void> {
  const volume = async (event: string) => {
    const { items } = await terrace.api<{ items: { name: string; volume: number }[] }>("/event-definitions");
    return items.find(({ name }) => name === event)?.volume ?? 0;
  };
  const people = Array.from({ length: 100 }, (_, at) => `alike-${at}`);
  const before = await volume("$exposure");
  for (const experiment of experiments)
    await terrace.send(
      people.map((userId, at) => ({
        type: "track",
        userId,
        event: "$exposure",
        messageId: `${experiment}-${userId}`,
        properties: { experiment, variant: at % 2 === 0 ? "control" : "treatment", unit: "person" },
      })),
    );
  await eventually(async () => expect(await volume("$exposure")).toBe(before + experiments.length * people.length));
  const ordered = await volume("Order Completed");
  const buyers = people.filter((_, at) => at % 4 < 2);
  await terrace.send(
    buyers.map((userId) => ({
      type: "track",
      userId,
      event: "Order Completed",
      messageId: `order-${userId}`,
      properties: { revenue: 30, currency: "CNY" },
    })),
  );
  await eventually(async () => expect(await volume("Order Completed")).toBe(ordered + buyers.length));
}

test("an A/A is told as one and names who is remembered with both variants, a Bayesian experiment says its prior and the chance to be better", async () => {
  const arms = ["control", "treatment"].map((key) => ({ key, value: key, weight: BUCKETS / 2 }));
  const rule = { id: "aa", kind: "experiment", experiment: "same-home", coverage: BUCKETS, arms };
  const environments = { production: { on: true, rules: [rule] } };
  await terrace.api("/flags", {
    body: { key: "same-home", name: "同样的首页", definition: { type: "string", defaultValue: "none", offValue: "none", environments } },
  });
  const own = await signedIn(browser, terrace);
  const { page, word, go, complaints, context } = own;
  await go("experiments/new");
  await page.getByText(word("experiments.kind.aa"), { exact: true }).click();
  await page.getByText(word("experiments.kindNote.aa")).waitFor();
  await fillForm(own, "同样的首页", "same-home");
  const same = await saveAndStart(own, "same-home");
  await page.getByText(word("experiments.kindTag.aa"), { exact: true }).waitFor();

  await go("experiments/new");
  await fillForm(own, "先验", "prior-home");
  await page.getByRole("combobox", { name: word("experiments.method"), exact: true }).click();
  await page.getByTitle(word("experiments.method.bayesian"), { exact: true }).click();
  await page.getByRole("checkbox", { name: word("experiments.prior"), exact: true }).check();
  await page.getByRole("spinbutton", { name: word("experiments.priorMean"), exact: true }).fill("5");
  const prior = await saveAndStart(own, "prior-home");
  await page.getByText(word("experiments.priorFact", { mean: "5.0%", deviation: "10.0%" })).waitFor();

  await mergeArms("same-home");
  await buyAlike(["same-home", "prior-home"]);
  await page.goto(prior);
  await page.getByText(word("experiments.verdict.no_difference")).waitFor();
  await page.getByRole("columnheader", { name: word("experiments.chance") }).waitFor();
  await page.goto(same);
  await page.getByText(word("experiments.verdict.aa_even")).waitFor();
  await page.getByRole("button", { name: word("experiments.remembered.of", { people: "1" }) }).click();
  const [control, treatment] = [word("experiments.control"), word("experiments.treatment")];
  await page.getByText(word("experiments.remembered.arms", { arms: `${control} / ${treatment}`, holds: control })).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
