import { groupByHash } from "@terrace/domain/holdouts/generation";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { DESKTOP, expectNoOverflow, PHONE, signedIn } from "./console-page.ts";

const VISITORS = Array.from({ length: 180 }, (_, n) => `user-${n}`);
/** Twelve whom the holdout of all will hold and forty-eight others: the split is then as planned, whatever ids people have. */
let PEOPLE: readonly string[] = [];

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  for (let at = 0; at < VISITORS.length; at += 60)
    await terrace.send(
      VISITORS.slice(at, at + 60).map((userId) => ({ type: "track", userId, event: "Posted", messageId: `post-${userId}` })),
    );
  const posted = await arrived(terrace, {}, VISITORS.length);
  const personOf = new Map(posted.map(({ messageId, personId }) => [messageId.replace("post-", ""), personId]));
  const groupOf = (user: string) => groupByHash("all", { number: 1, share: 2_000 }, personOf.get(user) ?? "");
  PEOPLE = [
    ...VISITORS.filter((user) => groupOf(user) === "held").slice(0, 12),
    ...VISITORS.filter((user) => groupOf(user) === "open").slice(0, 48),
  ];
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

type Told = {
  readonly metrics: readonly {
    readonly held: { readonly value: number };
    readonly open: { readonly value: number };
    readonly returnOnCost: { readonly estimate: number } | null;
  }[];
};

/** Half of those who are held and three of four others buy something. */
async function buy(may: readonly boolean[]): Promise<void> {
  const [held, open] = [false, true].map((is) => PEOPLE.filter((_, at) => may[at] === is));
  const buyers = [...(held ?? []).filter((_, at) => at % 2 === 0), ...(open ?? []).filter((_, at) => at % 4 !== 0)];
  const order = { type: "track", event: "Order Completed", properties: { revenue: 30, currency: "CNY" } };
  await terrace.send(buyers.map((userId) => ({ ...order, userId, messageId: `order-${userId}` })));
  await arrived(terrace, { name: "Order Completed" }, buyers.length);
}

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
  expect(held).toBe(12);
  await page.reload();
  await page.getByRole("cell", { name: String(PEOPLE.length - held), exact: true }).waitFor();
  await page
    .getByRole("table", { name: word("holdouts.report") })
    .getByText(word("experiments.untold.unknown_metric"))
    .first()
    .waitFor();
  await page.getByRole("button", { name: word("holdouts.book") }).click();
  const booking = page.getByRole("dialog", { name: word("holdouts.book") });
  await booking.getByRole("button", { name: word("holdouts.bookIt"), exact: true }).click();
  await booking.getByText(word("holdouts.amountNeeded")).waitFor();
  await booking.getByLabel(word("holdouts.programKey"), { exact: true }).fill("spring");
  await booking.getByLabel(word("holdouts.amountIn", { currency: "CNY" }), { exact: true }).fill("200.5");
  await booking.getByRole("button", { name: word("holdouts.bookIt"), exact: true }).click();
  const costs = page.getByRole("table", { name: word("holdouts.costs") });
  await costs.getByRole("cell", { name: "¥200.50", exact: true }).waitFor();
  await buy(items.map(({ may }) => may));
  const { metrics } = await terrace.api<Told>("/holdouts/all/report", { body: { generation: 1 } });
  const [buyers, revenue] = metrics;
  const back = revenue?.returnOnCost?.estimate ?? Number.NaN;
  await page.reload();
  const report = page.getByRole("table", { name: word("holdouts.report") });
  const row = report.getByRole("row", { name: /^付费人数/ });
  for (const { value } of [buyers?.held, buyers?.open].flatMap((group) => group ?? []))
    await row.getByRole("cell", { name: `${(value * 100).toFixed(1)}%`, exact: true }).waitFor();
  await report.getByRole("row", { name: /^净收入.*[+−]¥\d/ }).waitFor();
  await page.getByText(`${back < 0 ? "−" : "+"}${Math.abs(back * 100).toFixed(0)}%`, { exact: true }).waitFor();
  await costs.getByRole("button", { name: word("holdouts.unbook") }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("holdouts.unbook"), exact: true })
    .click();
  await page.getByText(word("holdouts.noCosts")).waitFor();
  await page.getByRole("combobox", { name: word("holdouts.pick") }).fill(PEOPLE[20] ?? "");
  await page.getByRole("option", { name: PEOPLE[20] ?? "", exact: true }).waitFor({ state: "attached" });
  await page.keyboard.press("Enter");
  const lookedUp = page.locator(".panel").filter({ has: page.getByText(word("holdouts.lookUp"), { exact: true }) });
  await lookedUp.getByText(word(items[20]?.may === true ? "holdouts.open" : "holdouts.held"), { exact: true }).waitFor();
  await page.getByRole("button", { name: "1", exact: true }).click();
  const drawer = page.getByRole("dialog", { name: word("holdouts.turnOf", { number: "1" }) });
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

  await page.setViewportSize(DESKTOP);
  await go("experiments/holdouts");
  await page.getByRole("button", { name: word("holdouts.new") }).click();
  const single = page.getByRole("dialog", { name: word("holdouts.new") });
  await single.getByLabel(word("holdouts.name"), { exact: true }).fill("欢迎旅程");
  await single.getByLabel(word("holdouts.key"), { exact: true }).fill("welcome");
  await single.getByText(word("holdouts.what.some"), { exact: true }).click();
  await single.getByRole("combobox", { name: word("holdouts.kinds") }).click();
  await page.getByTitle(word("holdouts.kind.journey"), { exact: true }).click();
  const keys = single.getByLabel(word("holdouts.keysOf", { kind: word("holdouts.kind.journey") }), { exact: true });
  await keys.fill("welcome-7");
  await keys.press("Enter");
  await single.getByRole("button", { name: word("holdouts.begin") }).click();
  await page.getByText(word("holdouts.one", { kind: word("holdouts.kind.journey"), key: "welcome-7" }), { exact: true }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
