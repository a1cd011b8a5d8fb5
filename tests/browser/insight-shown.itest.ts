import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { DESKTOP, signedIn } from "./console-page.ts";

const BUYERS = 3;
const ORDERS = 6;

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  await terrace.send(
    Array.from({ length: ORDERS }, (_, order) => ({
      type: "track",
      userId: `u-${order % BUYERS}`,
      event: "Paid",
      properties: { order_id: `o-${order}`, revenue: 20_000 + order, currency: "CNY" },
      context: { traits: { city: order % BUYERS === 0 ? "上海" : "杭州" } },
    })),
  );
  await arrived(terrace, {}, ORDERS);
  const { events } = await terrace.api<{ events: object }>("/business-events");
  await terrace.api("/business-events", { method: "PUT", body: { events: { ...events, order: [{ event: "Paid" }] } } });
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

test.each(["rfm", "ltv", "products", "attribution"])(
  "%s says which of the workspace's events it counted, and goes by another one only when it is chosen",
  async (kind) => {
    const { page, word, complaints, context, go } = await signedIn(browser, terrace);
    await go(`insight/analyses/${kind}`);
    const section = page.getByRole("region", {
      name: word(kind === "attribution" ? "insight.attribution.conversions" : "insight.rfm.orderEvent"),
    });
    await section.getByText("Paid", { exact: true }).waitFor();
    await section.getByText(word("insight.used.business")).waitFor();
    expect(await section.getByRole("button", { name: word("insight.used.reset") }).count()).toBe(0);
    expect(complaints()).toEqual([]);
    await context.close();
  },
);

test("groups stand beside the whole in figures of one precision", async () => {
  const { page, word, complaints, context, go } = await signedIn(browser, terrace);
  await go("insight/analyses/rfm");
  await page.getByRole("combobox", { name: word("insight.breakdown") }).fill("city");
  await page.locator(".ant-select-item-option:visible").first().click();
  await page.getByRole("button", { name: word("insight.run") }).click();
  const groups = page.getByRole("region", { name: word("insight.groupsTable") });
  await groups.getByRole("row").filter({ hasText: "上海" }).waitFor();
  const net = await groups.getByRole("row").evaluateAll((rows) => rows.slice(1).map((row) => row.querySelectorAll("td")[2]?.textContent));
  expect(net).toContain("¥120,015.00");
  expect(net.filter((text) => !/^¥[\d,]+\.\d\d$/.test(text ?? ""))).toEqual([]);
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a goal is told with its days where it stands, on its tile too, and what uses a metric is a list with ways to it", async () => {
  const goal = { metric: "total_paid", unit: "day", target: 20_000_000 };
  const { page, word, complaints, context, go } = await signedIn(browser, terrace, { size: DESKTOP });
  const { to: today } = await terrace.api<{ to: string }>("/overview?days=1");
  await terrace.api("/goals", { method: "POST", body: { ...goal, startsOn: today } });
  const content = (as: "figure" | "line") => ({ kind: "metric", metric: goal.metric, as });
  const board = await terrace.api<{ id: string }>("/dashboards", {
    method: "POST",
    body: {
      name: "收入",
      tiles: [
        { id: "a", place: { x: 0, y: 0, w: 3, h: 3 }, content: content("figure") },
        { id: "b", place: { x: 3, y: 0, w: 6, h: 8 }, content: content("line") },
      ],
    },
  });

  await go("insight/goals");
  await page.locator(".goal-bar").waitFor();
  await go(`insight/dashboards/${board.id}`);
  const words = page.locator(".goal-bar-words");
  await words.waitFor();
  expect(await words.textContent()).toContain(word("goals.target", { target: "¥20.00 万" }));
  const body = page.locator(".board-tile-body").first();
  expect(await body.evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0);
  await page
    .locator(".board-unit")
    .getByText(word("chart.unit", { unit: "万元" }))
    .waitFor();

  await go(`insight/metrics/${goal.metric}`);
  const uses = page.locator(".segment-uses");
  await uses.getByRole("link", { name: "收入" }).waitFor();
  expect(await uses.evaluate((list) => getComputedStyle(list).listStyleType)).toBe("none");
  expect(complaints()).toEqual([]);
  await context.close();
});
