import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn, type ConsoleWindow } from "./console-page.ts";

const DAY_MS = 86_400_000;
/** How long a segment may take until it is live, and until somebody who came is seen, on a busy machine. */
const SEEN_WITHIN = { timeout: 60_000 };

type Sent = { readonly who: string; readonly city?: string; readonly country?: string; readonly daysAgo?: number };

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  const orders = [
    // Two orders in 上海: in from the beginning.
    ...twice({ who: "shanghai", city: "上海" }),
    // One order in 杭州: in with the next.
    order({ who: "hangzhou", city: "杭州" }),
    // Two orders, but from elsewhere.
    ...twice({ who: "beijing", city: "北京" }),
    // Regulars who have not been here for long, and one who was here today.
    ...thrice({ who: "quiet", country: "United Kingdom", daysAgo: 90 }),
    ...thrice({ who: "elsewhere", country: "France", daysAgo: 90 }),
    ...thrice({ who: "awake", country: "United Kingdom", daysAgo: 90 }),
    order({ who: "awake", country: "United Kingdom" }),
  ];
  await terrace.send(orders);
  await arrived(terrace, {}, orders.length);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

/** Enough people with a value for it to be told, and one with another. */
const CLUB = [
  ...Array.from({ length: 6 }, (_, at) => [`gold-${at}`, "gold"] as const),
  ...Array.from({ length: 5 }, (_, at) => [`silver-${at}`, "silver"] as const),
  ["tin-0", "tin"] as const,
];

let sent = 0;
function order({ who, city, country, daysAgo = 0 }: Sent) {
  sent += 1;
  return {
    type: "track",
    userId: who,
    event: "Order Completed",
    messageId: `order-${sent}`,
    properties: { order_id: `o-${sent}`, revenue: 10, currency: "GBP" },
    context: { traits: { ...(city === undefined ? {} : { city }), ...(country === undefined ? {} : { country }) } },
    timestamp: new Date(Date.now() - daysAgo * DAY_MS - sent * 1_000).toISOString(),
  };
}

function twice(one: Sent) {
  return [order(one), order(one)];
}

function thrice(one: Sent) {
  return [...twice(one), order(one)];
}

/** Chooses what fits the words in the nth list of a name. */
async function choose(page: Page, name: string, at: number, words: string): Promise<void> {
  await page.getByRole("combobox", { name }).nth(at).fill(words);
  await page.locator(".ant-select-item-option:visible").first().click();
}

/** Chooses from a list in which nothing is typed. */
async function pick(page: Page, name: string, words: string): Promise<void> {
  await page.getByRole("combobox", { name, exact: true }).click();
  await page.locator(".ant-select-item-option:visible").filter({ hasText: words }).click();
}

function estimate({ page }: ConsoleWindow): Promise<string | null> {
  return page.locator(".estimate-figure b").textContent();
}

test("a nested rule is put together, estimated and saved; once it is live, somebody who acts is seen to come in, with why", async () => {
  const opened = await signedIn(browser, terrace);
  const { page, word, go, complaints, context } = opened;
  const button = (key: string) => page.getByRole("button").filter({ hasText: new RegExp(`^${word(key)}$`) });
  await go("segments");
  await button("segments.new").click();
  await page.getByLabel(word("segments.name"), { exact: true }).fill("江浙沪常客");

  await button("insight.addDid").click();
  await choose(page, word("insight.event"), 0, "Order Completed");
  await page.getByRole("spinbutton", { name: word("insight.times") }).fill("2");
  await button("insight.addGroup").click();
  for (const [at, city] of ["上海", "杭州"].entries()) {
    await choose(page, word("insight.field"), at, "city");
    const values = page.getByRole("combobox", { name: word("insight.value") }).nth(at);
    await values.fill(city);
    await values.press("Enter");
    await values.press("Escape");
  }
  await expect.poll(() => estimate(opened), SEEN_WITHIN).toBe("1");
  const words = page.getByRole("region", { name: word("segments.inWords") });
  await words.getByText(word("condition.any")).waitFor();
  await button("common.save").click();

  await page.waitForURL(/\/segments\/\d+$/);
  const head = page.locator(".page-header");
  await head.getByText(word("segments.stageName.live"), { exact: true }).waitFor(SEEN_WITHIN);
  const size = page.locator(".segment-size");
  await expect.poll(() => size.textContent(), SEEN_WITHIN).toBe("1");
  const member = (who: string) => page.getByRole("table").getByRole("link", { name: who, exact: true });
  await member("shanghai").waitFor();

  await terrace.send([order({ who: "hangzhou", city: "杭州" })]);
  await member("hangzhou").waitFor(SEEN_WITHIN);
  await expect.poll(() => size.textContent(), SEEN_WITHIN).toBe("2");

  await page.getByRole("tab", { name: word("segments.tab.history") }).click();
  const stay = page.locator(".stays li").filter({ hasText: "hangzhou" });
  await stay.getByText(word("segments.why.event")).waitFor();
  await stay.getByRole("link").click();
  await page.waitForURL(/\/people\/\d+$/);
  await page.getByRole("link", { name: "江浙沪常客" }).first().waitFor();

  // Segments are looked for on the server, however many there are.
  await go("segments/new");
  await button("insight.addSegment").click();
  const chosen = page.getByRole("combobox", { name: word("insight.segment"), exact: true });
  await chosen.fill("没有这样的");
  await page.getByText(word("segments.noMatch"), { exact: true }).waitFor();
  await chosen.fill("沪常客");
  await page.getByTitle("江浙沪常客", { exact: true }).click();
  await page
    .getByRole("region", { name: word("segments.inWords") })
    .getByText("江浙沪常客")
    .waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a new operator takes the ready rule for regular buyers in the UK who went quiet", async () => {
  const opened = await signedIn(browser, terrace, { language: "en", size: PHONE });
  const { page, word, go, complaints, context } = opened;
  await go("segments/new");
  await page.getByRole("button", { name: word("segments.templates") }).click();
  const name = word("segments.template.quietRegulars");
  await page.getByRole("button", { name: `${word("segments.useTemplate")} ${name}` }).click();
  await expect.poll(() => estimate(opened), SEEN_WITHIN).toBe("1");
  await page.getByRole("link", { name: "quiet", exact: true }).waitFor();
  await expectNoOverflow(page, "a new segment on a phone");
  await page.getByRole("button", { name: word("common.save"), exact: true }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a rule is saved as a template; others begin with it wherever rules are made, its JSON can be taken along, and it is changed and deleted", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { language: "en", size: PHONE });
  const button = (key: string) => page.getByRole("button").filter({ hasText: new RegExp(`^${word(key)}$`) });
  await go("segments/new");
  await button("insight.addDid").click();
  await choose(page, word("insight.event"), 0, "Order Completed");
  const times = page.getByRole("spinbutton", { name: word("insight.times") });
  await times.fill("2");
  await button("segments.saveTemplate").click();
  const asked = page.getByRole("dialog");
  await asked.getByLabel(word("segments.templateName")).fill("Came back");
  await asked.getByLabel(word("segments.templateNote")).fill("Two orders or more");
  await asked.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("segments.templateSaved", { name: "Came back" })).waitFor();

  await times.fill("7");
  await button("segments.templates").click();
  const template = page.getByRole("listitem").filter({ hasText: "Came back" });
  await template.getByText("Two orders or more").waitFor();
  await template.getByRole("button", { name: word("segments.templateCopy", { name: "Came back" }) }).waitFor();
  await expectNoOverflow(page, "templates on a phone");
  await template.getByRole("button", { name: `${word("segments.useTemplate")} Came back` }).click();
  await expect.poll(() => times.inputValue()).toBe("2");
  expect(await page.getByLabel(word("segments.name"), { exact: true }).inputValue()).toBe("Came back");

  await times.fill("4");
  await button("segments.templates").click();
  await template.getByRole("button", { name: word("segments.templateChange", { name: "Came back" }) }).click();
  const change = page.getByRole("dialog").filter({ hasText: word("segments.templateReplace") });
  await change.getByLabel(word("segments.templateName")).fill("Came back often");
  await change.getByRole("checkbox").check();
  await change.getByRole("button", { name: word("common.save") }).click();
  await page.getByText(word("segments.templateChanged", { name: "Came back often" })).waitFor();

  await go("verification/kinds/new");
  await page.getByText(word("verification.who.condition"), { exact: true }).click();
  await button("segments.templates").click();
  await template.getByRole("button", { name: `${word("segments.useTemplate")} Came back often` }).click();
  await expect.poll(() => times.inputValue()).toBe("4");
  await button("segments.templates").click();
  await template.getByRole("button", { name: word("segments.templateDelete", { name: "Came back often" }) }).click();
  await button("segments.delete").click();
  await page.getByText(word("segments.noOwnTemplates")).waitFor();
  const { items } = await terrace.api<{ items: { action: string }[] }>("/audit");
  const told = items.map(({ action }) => action).filter((action) => action.startsWith("condition_template."));
  expect(told).toEqual(["condition_template.delete", "condition_template.update", "condition_template.create"]);
  expect(complaints()).toEqual([]);
  await context.close();
});

test("values that many people have are offered for a trait, personal ones and those of few are not", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace, { language: "en" });
  await terrace.send(CLUB.map(([userId, club]) => ({ type: "identify", userId, traits: { club } })));
  const asked = { group: { people: { trait: "club", isSet: true } }, by: [{ trait: "club" }] };
  await eventually(async () =>
    expect((await terrace.api<{ group: number }>("/insight/portrait", { body: asked })).group).toBe(CLUB.length),
  );
  const offered = async (trait: string) => {
    await go("segments/new");
    await page
      .getByRole("button")
      .filter({ hasText: new RegExp(`^${word("insight.addCondition")}$`) })
      .click();
    await choose(page, word("insight.field"), 0, trait);
    await page.getByRole("combobox", { name: word("insight.value") }).click();
    // The list says so while it has nothing, or has its values.
    const list = page.locator(".ant-select-dropdown:visible").last();
    await list.getByText(word("common.loading")).waitFor({ state: "detached" });
    return list.locator(".ant-select-item-option").allTextContents();
  };
  expect(await offered("club")).toEqual(["gold", "silver"]);
  expect(await offered("city")).toEqual([]);
  expect(complaints()).toEqual([]);
  await context.close();
});

test("people are compared with everyone on a schedule that is chosen, and the page says as of when", async () => {
  const opened = await signedIn(browser, terrace, { language: "en" });
  const { page, word, go, complaints, context } = opened;
  const button = (key: string) => page.getByRole("button").filter({ hasText: new RegExp(`^${word(key)}$`) });
  await go("segments/new");
  await page.getByLabel(word("segments.name"), { exact: true }).fill("Most orders");
  await button("insight.addPopulation").click();
  await choose(page, word("insight.event"), 0, "Order Completed");
  await pick(page, word("insight.when"), word("insight.within.ever"));
  await pick(page, word("insight.stands"), word("insight.stands.top.people"));
  await page.getByRole("spinbutton", { name: word("insight.standsAmount") }).fill("1");
  // Who ordered most did so four times.
  await expect.poll(() => estimate(opened), SEEN_WITHIN).toBe("1");
  await page.locator(".estimate").getByText(word("segments.class.population"), { exact: true }).waitFor();
  await page
    .getByRole("region", { name: word("segments.inWords") })
    .getByText("Among the highest one")
    .waitFor();
  await pick(page, word("segments.schedule"), "Every 6 hours");
  await button("common.save").click();

  await page.getByRole("heading", { name: "Most orders", level: 1 }).waitFor();
  const head = page.locator(".page-header");
  await head.getByText(word("segments.scheduled"), { exact: true }).waitFor(SEEN_WITHIN);
  await page.getByRole("table").getByRole("link", { name: "awake", exact: true }).waitFor(SEEN_WITHIN);
  const facts = page.locator(".segment-facts");
  await facts.getByText(word("segments.comparedAt")).waitFor();
  await facts.getByText("Every 6 hours").waitFor();
  await expectNoOverflow(page, "a segment on a schedule");
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a rule typed as JSON says which part is wrong, and is taken over once it is right", async () => {
  const opened = await signedIn(browser, terrace);
  const { page, word, go, context } = opened;
  await go("segments/new");
  await page.getByText(word("segments.ruleView.json"), { exact: true }).click();
  const json = page.getByRole("textbox", { name: word("segments.ruleView.json") });
  await json.fill('{ "did": { "event": "Order Completed" }, "count": { "op": "least", "value": 2 } }');
  await page.getByRole("alert").getByText("rule.count.op").waitFor();
  expect(await page.getByRole("button", { name: word("common.save") }).isDisabled()).toBe(true);
  await json.fill('{ "did": { "event": "Order Completed" }, "count": { "op": "gte", "value": 3 } }');
  await expect.poll(() => estimate(opened), SEEN_WITHIN).toBe("3");
  await context.close();
});

test("segments are laid over each other: a bar opens exactly the people it stands for, who become a segment", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  const make = async (name: string, rule: object) =>
    (await terrace.api<{ id: string }>("/segments", { method: "POST", body: { name, rule } })).id;
  const bought = { did: { event: "Order Completed" } };
  const all = await make("买过的", bought);
  const british = await make("英国", { all: [bought, { trait: "country", is: ["United Kingdom"] }] });
  await expect
    .poll(
      async () => (await terrace.api<{ items: { id: string; size: number }[] }>("/segments")).items.find(({ id }) => id === british)?.size,
      SEEN_WITHIN,
    )
    .toBe(2);
  await go(`segments/overlap?of=${all},${british}`);
  await page.getByRole("button", { name: /买过的.*英国.*2/ }).click(SEEN_WITHIN);
  const pane = page.locator(".people-pane");
  await pane.getByRole("link", { name: "quiet", exact: true }).waitFor();
  await pane.getByRole("link", { name: "awake", exact: true }).waitFor();
  await pane.getByRole("button", { name: word("insight.saveSegment") }).click();
  await page.getByLabel(word("insight.segmentName")).fill("英国买家");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByText(word("insight.segmentSaved", { name: "英国买家", count: 2 })).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
