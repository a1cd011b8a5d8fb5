import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

const VIEWERS = 7;
const BUYERS = 2;
/** Orders of yesterday, by somebody who viewed nothing. */
const EARLIER = 3;
const DAY_MS = 86_400_000;
/** Where the buyers come from, each from another place. */
const SOURCES = ["douyin", "weixin"] as const;

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  const track = (event: string, person: number) => ({
    type: "track",
    userId: `u-${person}`,
    event,
    properties: { city: person < 3 ? "上海" : "杭州" },
    ...(person < SOURCES.length ? { context: { campaign: { source: SOURCES[person] } } } : {}),
  });
  await terrace.send([
    ...Array.from({ length: VIEWERS }, (_, person) => track("Product Viewed", person)),
    ...Array.from({ length: BUYERS }, (_, person) => ({
      ...track("Order Completed", person),
      timestamp: new Date(Date.now() + 1_000).toISOString(),
    })),
    ...Array.from({ length: EARLIER }, (_, order) => ({
      ...track("Order Completed", VIEWERS),
      messageId: `earlier-${order}`,
      timestamp: new Date(Date.now() - DAY_MS).toISOString(),
    })),
  ]);
  await arrived(terrace, {}, VIEWERS + BUYERS + EARLIER);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

test("a drop-off of a funnel leads to its people, who become a segment; a reload shows the same, and a saved analysis comes back", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  await go("insight/analyses/funnel");
  const lost = VIEWERS - BUYERS;
  const dropped = page.getByRole("button", { name: new RegExp(`${word("insight.funnel.dropped")} ${lost}$`) });
  await dropped.click();
  const pane = page.locator(".people-pane");
  await expect.poll(() => pane.locator(".people-count b").textContent(), { timeout: 30_000 }).toBe(String(lost));
  await expect.poll(() => pane.locator("li").count(), { timeout: 30_000 }).toBe(lost);

  await page.reload();
  await expect.poll(() => pane.locator("li").count(), { timeout: 30_000 }).toBe(lost);
  await pane.getByRole("button", { name: word("insight.saveSegment") }).click();
  await page.getByLabel(word("insight.segmentName")).fill("看了没买");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByText(word("insight.segmentSaved", { name: "看了没买", count: lost })).waitFor();
  const { items } = await terrace.api<{ items: readonly { name: string; size: number }[] }>("/segments");
  expect(items).toMatchObject([{ name: "看了没买", size: lost }]);

  await page
    .locator(".page-header")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByRole("dialog").getByLabel(word("insight.analysisName")).fill("买前流失");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByRole("heading", { name: "买前流失", level: 1 }).waitFor();
  await page.locator(".page-header").getByText(word("insight.saved"), { exact: true }).waitFor();
  await go("insight/analyses");
  await page.getByRole("link", { name: "买前流失" }).click();
  await dropped.waitFor();

  await dropped.click();
  await pane.locator("li a").first().click();
  await page.waitForURL(/\/people\/\d+$/);
  expect(complaints()).toEqual([]);
  await context.close();
});

test("times of a funnel go between chosen steps in chosen brackets, which a reload, a saved analysis and a phone show too", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  await go("insight/analyses/funnel?view=time");
  await page.getByRole("button", { name: word("insight.funnel.addStep") }).click();
  await page.getByRole("combobox", { name: word("insight.funnel.timeTo") }).click();
  await page
    .locator(".ant-select-item-option:visible")
    .filter({ hasText: `${word("insight.funnel.timeTo")} 2` })
    .click();
  const brackets = page.getByRole("textbox", { name: word("insight.funnel.brackets") });
  await brackets.fill("5, 2");
  await page.getByText(word("insight.brackets.fromZero", { most: 16_666_666, max: 60 })).waitFor();
  await brackets.fill("0, 2, 5");
  await brackets.press("Enter");
  const drawn = { people: BUYERS, from: 1, to: 2 };
  const chart = page.getByRole("img", { name: word("insight.funnel.timePeople", drawn) });
  // The answer to the first question may come in between: only the one that asks for these brackets counts.
  const answered = page.waitForResponse((answer) => answer.request().postData()?.includes('"bracketsSeconds":[0,120,300]') === true);
  await page.getByRole("button", { name: word("insight.run") }).click();
  expect(await (await answered).json()).toMatchObject({
    histogram: [
      { fromSeconds: 0, toSeconds: 120, people: BUYERS },
      { fromSeconds: 120, toSeconds: 300, people: 0 },
      { fromSeconds: 300, toSeconds: null, people: 0 },
    ],
  });
  await chart.waitFor();
  const address = page.url();

  await page.reload();
  await chart.waitFor();
  expect(await brackets.inputValue()).toBe("0, 2, 5");
  await page
    .locator(".page-header")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByRole("dialog").getByLabel(word("insight.analysisName")).fill("多久下单");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.getByRole("heading", { name: "多久下单", level: 1 }).waitFor();
  await go("insight/analyses");
  await page.getByRole("link", { name: "多久下单" }).click();
  await chart.waitFor();
  expect(await brackets.inputValue()).toBe("0, 2, 5");
  expect(complaints()).toEqual([]);
  await context.close();

  const phone = await signedIn(browser, terrace, { size: PHONE, language: "en" });
  await phone.page.goto(address);
  await phone.page.getByRole("img", { name: phone.word("insight.funnel.timePeople", drawn) }).waitFor();
  await phone.page.getByRole("button", { name: phone.word("insight.builder") }).click();
  await expectNoOverflow(phone.page, "the question of a funnel");
  const typed = phone.page.getByRole("textbox", { name: phone.word("insight.funnel.brackets") });
  await expect.poll(() => typed.inputValue(), { timeout: 30_000 }).toBe("0, 2, 5");
  expect(phone.complaints()).toEqual([]);
  await phone.context.close();
});

test("attribution is broken down by where people first came from: each group stands beside the whole, and one of them has its own people", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  await go("insight/analyses/attribution");
  await page.getByRole("combobox", { name: word("insight.breakdown") }).fill(word("condition.column.utmSource"));
  await page.locator(".ant-select-item-option:visible").first().click();
  await page.getByText(word("insight.touch.first"), { exact: true }).last().waitFor();
  await page.getByRole("button", { name: word("insight.run") }).click();
  const groups = page.getByRole("region", { name: word("insight.groupsTable") });
  const first = groups.getByRole("row").filter({ hasText: SOURCES[0] });
  await first.waitFor();
  expect(await first.getByRole("cell").first().textContent()).toBe("1");

  await page.getByRole("combobox", { name: word("insight.whose") }).click();
  await page.locator(".ant-select-item-option:visible").filter({ hasText: SOURCES[1] }).click();
  // The tables of all groups stand above that of the chosen one, who came in one way only.
  const chosen = page.locator(".analysis-table").last();
  await expect
    .poll(
      () =>
        chosen
          .getByRole("row")
          .filter({ has: page.getByRole("button") })
          .count(),
      { timeout: 30_000 },
    )
    .toBe(1);
  await chosen.getByRole("button").first().click();
  const pane = page.locator(".people-pane");
  await pane.getByText(SOURCES[1], { exact: false }).waitFor();
  await expect.poll(() => pane.locator("li").count(), { timeout: 30_000 }).toBe(1);
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a dashboard is made with a tile, a period for all its tiles, and shared", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  await go("insight/dashboards");
  await page
    .getByRole("button", { name: word("dashboards.new") })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(word("dashboards.blank"), { exact: true }).click();
  await dialog.getByLabel(word("dashboards.name")).fill("晨会");
  await dialog.getByRole("button", { name: word("dashboards.create") }).click();
  await page.getByRole("heading", { name: "晨会", level: 1 }).waitFor();

  await page.getByRole("button", { name: word("dashboards.edit"), exact: true }).click();
  await page
    .getByRole("button", { name: word("dashboards.addTile") })
    .first()
    .click();
  await dialog.getByText(word("dashboards.kind.metric"), { exact: true }).first().click();
  await dialog.getByRole("combobox").click();
  await page.locator(".ant-select-item-option").first().click();
  await dialog.getByRole("button", { name: word("dashboards.add"), exact: true }).click();
  await page.getByRole("button", { name: word("dashboards.done"), exact: true }).click();
  await page.getByRole("button", { name: word("dashboards.edit"), exact: true }).waitFor();

  await page.getByRole("button", { name: word("dashboards.ownPeriods") }).click();
  await page.locator(".period-button").click();
  await page.getByRole("button", { name: word("insight.period.days7"), exact: true }).click();
  await page.locator(".period-button").getByText(word("insight.period.days7")).waitFor();
  await page.reload();
  await page.locator(".period-button").getByText(word("insight.period.days7")).waitFor();

  await page.getByRole("button", { name: word("common.more") }).click();
  await page.getByRole("menuitem", { name: word("sharing.title") }).click();
  await dialog.getByText(word("sharing.who.everyone"), { exact: true }).click();
  await dialog.getByRole("button", { name: word("common.save") }).click();
  await dialog.waitFor({ state: "detached" });
  const { items } = await terrace.api<{ items: readonly object[] }>("/dashboards");
  expect(items).toMatchObject([{ name: "晨会", tileCount: 1, sharing: { with: "everyone" } }]);
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a tile tells of the groups of its question as the page does: as lines beside the whole, or one of them with all side by side", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  const period = { last: 7, unit: "day" };
  const breakdown = { by: { touch: "first", column: "utmSource" } };
  const place = (y: number) => ({ x: 0, y, w: 12, h: 8 });
  const { id } = await terrace.api<{ id: string }>("/dashboards", {
    method: "POST",
    body: {
      name: "分组",
      tiles: [
        {
          id: "lines",
          place: place(0),
          title: "会话",
          content: { kind: "question", ask: { kind: "sessions", query: { period, interval: "day", breakdown, compareWith: "previous" } } },
        },
        {
          id: "grid",
          place: place(8),
          title: "分布",
          content: { kind: "question", ask: { kind: "distribution", query: { period, event: { event: null }, breakdown } } },
        },
      ],
    },
  });
  await go(`insight/dashboards/${id}`);
  const lines = page.getByRole("region", { name: "会话" });
  for (const source of SOURCES) await lines.locator(".chart-legend").getByText(source, { exact: true }).waitFor();
  const apart = page.getByRole("region", { name: "分布" });
  const side = apart.getByRole("region", { name: word("insight.groupsTable") });
  for (const source of SOURCES)
    expect(
      await side
        .getByRole("row")
        .filter({ has: page.getByRole("rowheader", { name: source }) })
        .getByRole("cell")
        .first()
        .textContent(),
    ).toBe("1");
  await apart.getByRole("combobox", { name: word("insight.whose") }).click();
  await page.locator(".ant-select-item-option:visible").filter({ hasText: SOURCES[1] }).click();
  await apart.locator(".ant-select").getByText(SOURCES[1], { exact: true }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});

test("an alert says how often it would have been raised before it is saved", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  await go("insight/alerts");
  await page
    .getByRole("button", { name: word("alerts.new") })
    .first()
    .click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel(word("alerts.name"), { exact: true }).fill("订单太多");
  await drawer.getByText(word("alerts.rule.threshold"), { exact: true }).click();
  await drawer.getByLabel(word("alerts.value"), { exact: true }).fill(String(EARLIER - 1));
  await drawer.getByText(word("alerts.previewCount", { count: 1 })).waitFor();
  await drawer.getByRole("button", { name: word("common.save") }).click();
  await page.getByText("订单太多").first().waitFor();
  const { items } = await terrace.api<{ items: readonly object[] }>("/alerts");
  expect(items).toMatchObject([{ name: "订单太多", interval: "day", rule: { kind: "threshold", value: EARLIER - 1 } }]);
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a report is made and opened, and what was decided from it is kept", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  await go("insight/reports");
  await page
    .getByRole("button", { name: word("reports.make") })
    .first()
    .click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("reports.make") })
    .click();
  await page.waitForURL(/insight\/reports\/\d+$/);
  await page.getByRole("button", { name: word("decisions.record") }).click({ timeout: 120_000 });
  await page.getByRole("dialog").getByLabel(word("decisions.decided")).fill("下周给看过没买的人发券");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("common.save") })
    .click();
  await page.locator(".decision-text").getByText("下周给看过没买的人发券").waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
