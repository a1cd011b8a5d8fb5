import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser, BrowserContext, Page, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveShop } from "../../examples/shop/serve.mjs";
import { buildSdk } from "../../scripts/bootstrap.mjs";
import { arrived, arrivedOne, identitiesOf, person, storedEvents, traitsOf } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { DESKTOP, signedIn } from "./console-page.ts";

let terrace: TestTerrace;
let browser: Browser;
let shop: { readonly url: string; readonly close: () => void };

beforeAll(async () => {
  expect(buildSdk(process.execPath)).toBe(true);
  [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
  shop = await serveShop({ terrace: terrace.url, key: terrace.writeKey, port: 0 });
});
afterAll(async () => {
  await browser.close();
  shop.close();
  expect(await terrace.stop()).toBe(0);
});

type Visit = { readonly context: BrowserContext; readonly page: Page; readonly sent: Request[]; readonly complaints: string[] };

/** A visitor of the shop: a browser of their own. `sent` are the requests that carried events. */
async function visitor(): Promise<Visit> {
  const context = await browser.newContext({ baseURL: shop.url, viewport: DESKTOP, locale: "zh-CN" });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const sent: Request[] = [];
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  context.on("request", (request) => {
    if (request.url() === `${terrace.url}/v1/batch`) sent.push(request);
  });
  return { context, page, sent, complaints };
}

/** Opens a page of the shop and waits until the client runs. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.waitForFunction("typeof window.terrace.flush === 'function'");
}

describe("a visit to the shop", () => {
  test("gives the right events, and one person from the first page to the order", async () => {
    const { context, page, complaints } = await visitor();
    await open(page, "/?utm_source=weixin&utm_medium=social");
    await page.waitForTimeout(800);
    await page.getByRole("link", { name: "乌龙", exact: true }).click();
    await page.getByRole("searchbox").fill("龙井");
    await page.getByRole("button", { name: "搜索" }).click();
    await page.getByRole("link", { name: "明前西湖龙井" }).click();
    await page.getByRole("button", { name: "加入购物车" }).click();
    await page.getByRole("link", { name: "去购物车" }).click();
    await page.getByRole("link", { name: "去结算" }).click();
    await page.getByLabel("账号").fill("shop-1");
    await page.getByLabel("密码").fill("geheim-4711");
    await page.locator("#login button").click();
    await page.getByLabel("收货人").fill("林晓");
    await page.getByLabel("手机号").fill("13800138000");
    await page.getByLabel("地址").fill("杭州市西湖区龙井路 1 号");
    await page.getByRole("button", { name: "提交订单" }).click();
    await page.getByText("已提交").waitFor();
    // Back to the shop: what the last page had to say goes with it.
    await open(page, "/");
    await page.evaluate("terrace.flush()");
    await context.close();

    const order = await arrivedOne(terrace, "Order Completed");
    expect(order.properties).toMatchObject({ revenue: 268, currency: "CNY" });
    const found = await person(terrace, "user_id", "shop-1", (candidate) => expect(traitsOf(candidate)).toMatchObject({ member: true }));
    expect(identitiesOf(found).filter((identity) => identity.startsWith("anonymous_id:"))).toHaveLength(1);
    const events = await storedEvents(terrace);
    const names = (name: string): number => events.filter((event) => event.name === name).length;
    expect(names("Products Searched")).toBe(1);
    expect(events.find(({ name }) => name === "Products Searched")?.properties).toEqual({ query: "龙井" });
    // Home, a category without loading a page, search, product, cart, checkout turned away, sign-in, checkout.
    expect(names("$pageview")).toBeGreaterThanOrEqual(7);
    for (const once of ["Product Viewed", "Product Added", "Cart Viewed", "Signed In", "Checkout Started"])
      expect([once, names(once)]).toEqual([once, 1]);
    expect(new Set(events.map(({ personId }) => personId))).toEqual(new Set([found.id]));

    const first = events.filter(({ name }) => name === "$pageview").at(-1);
    expect(first?.context).toMatchObject({ utm_source: "weixin", page_path: "/", library: "terrace-browser 0.1.0" });
    const clicks = events.filter(({ name }) => name === "Element Clicked");
    expect(clicks.map(({ properties }) => properties["text"])).toEqual(
      expect.arrayContaining(["乌龙", "加入购物车", "去结算", "提交订单"]),
    );
    expect(clicks.find(({ properties }) => properties["text"] === "加入购物车")?.properties).toMatchObject({
      selector: "#detail > div:nth-of-type(2) > button.buy.primary",
      tag: "button",
    });
    // What was typed is nobody's business, and a password nobody's at all.
    expect(JSON.stringify(events)).not.toMatch(/geheim|龙井路|13800138000/);
    const seen = events.filter(({ name }) => name === "Element Viewed").map(({ properties }) => properties["item_id"]);
    expect(seen).toContain("lj-01");
    const speed = events.filter(({ name }) => name === "Page Performance");
    expect(speed.length).toBeGreaterThan(2);
    expect(speed[0]?.properties).toMatchObject({ ttfb_ms: expect.any(Number) as number, cls: expect.any(Number) as number });
    expect(complaints).toEqual([]);
  });

  test("counts an element as seen only after half a second in view, and once", async () => {
    const { context, page } = await visitor();
    await open(page, "/cart.html");
    await page.evaluate("terrace.flush()");
    await page.evaluate(
      `document.querySelector("main").innerHTML = '<p data-terrace-exposure="banner">在看</p><p style="height:3000px"></p><p data-terrace-exposure="below">看不到</p>'`,
    );
    await page.waitForTimeout(300);
    await page.evaluate("document.querySelector('[data-terrace-exposure=banner]').style.display = 'none'");
    await page.waitForTimeout(600);
    expect(await page.evaluate("terrace.waiting()")).toBe(0);
    for (const shown of ["block", "none", "block"]) {
      await page.evaluate(`document.querySelector('[data-terrace-exposure=banner]').style.display = '${shown}'`);
      await page.waitForTimeout(700);
    }
    await page.evaluate("terrace.flush()");
    await context.close();
    const seen = (await arrived(terrace, { name: "Element Viewed" }, 1 + (await cards()))).filter(
      ({ properties }) => properties["element"] !== "product-card",
    );
    expect(seen.map(({ properties }) => properties["element"])).toEqual(["banner"]);
  });

  test("goes on offline: what happened is kept over pages and sent once", async () => {
    const { context, page, sent } = await visitor();
    await open(page, "/product.html?id=gb-07");
    await page.evaluate("terrace.flush()");
    await context.setOffline(true);
    await page.evaluate(`for (let n = 0; n < 5; n += 1) terrace.track("Offline Event", { n })`);
    await page.waitForTimeout(2_600);
    expect(await page.evaluate("terrace.waiting()")).toBeGreaterThanOrEqual(5);
    await page.close({ runBeforeUnload: false });
    await context.setOffline(false);
    const next = await context.newPage();
    await open(next, "/cart.html");
    await arrived(terrace, { name: "Offline Event" }, 5);
    await next.evaluate(`terrace.track("After Offline"), terrace.flush()`);
    await arrivedOne(terrace, "After Offline");
    expect(await arrived(terrace, { name: "Offline Event" }, 5)).toHaveLength(5);
    expect(sent.length).toBeGreaterThan(1);
    expect(await next.evaluate("Object.keys(localStorage).filter((key) => key.includes('.q.')).length")).toBeLessThanOrEqual(1);
    await context.close();
  });

  test("leaves nothing behind when a page is left at once: a beacon takes it", async () => {
    const { context, page, sent } = await visitor();
    await context.addInitScript(`{
      const send = navigator.sendBeacon.bind(navigator);
      navigator.sendBeacon = (url, body) => {
        localStorage.setItem("beacon", body);
        return send(url, body);
      };
    }`);
    await open(page, "/product.html?id=gd-08");
    await page.evaluate("terrace.flush()");
    const before = sent.length;
    await page.evaluate(`terrace.track("Left At Once"), location.assign("/cart.html")`);
    await arrivedOne(terrace, "Left At Once");
    expect(await page.evaluate("localStorage.getItem('beacon')")).toContain("Left At Once");
    // Kept until an answer was seen: the next page sends it again, and it counts once.
    await page.waitForFunction("typeof window.terrace.flush === 'function'");
    await page.evaluate(`terrace.track("After Beacon"), terrace.flush()`);
    await arrivedOne(terrace, "After Beacon");
    expect(sent.slice(before).some((request) => request.postData()?.includes("Left At Once"))).toBe(true);
    await arrived(terrace, { name: "Left At Once" }, 1);
    await context.close();
  });

  test("without consent stores and sends nothing", async () => {
    const { context, page, sent } = await visitor();
    await open(page, "/");
    await page.evaluate("terrace.consent(false)");
    const before = sent.length;
    await page.evaluate(`terrace.track("Never Sent")`);
    await page.getByRole("button", { name: "加入购物车" }).first().click();
    await page.waitForTimeout(2_600);
    expect(await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('terrace.'))")).toEqual([]);
    await page.goto("about:blank");
    expect(sent.length).toBe(before);
    await context.close();
  });
});

/** Cards of products seen so far in all visits. */
async function cards(): Promise<number> {
  return (await storedEvents(terrace, { name: "Element Viewed" })).filter(({ properties }) => properties["element"] === "product-card")
    .length;
}

describe("an operator", () => {
  test("defines an event by clicking on the shop and sees its count from history", async () => {
    const visit = await visitor();
    for (const id of ["tg-04", "zs-06"]) {
      await open(visit.page, `/product.html?id=${id}`);
      await visit.page.getByRole("button", { name: "加入购物车" }).click();
      await visit.page.evaluate("terrace.flush()");
    }
    await visit.context.close();
    const history = await eventually(async () => {
      const clicks = await storedEvents(terrace, { name: "Element Clicked" });
      const found = clicks.filter(({ properties }) => properties["text"] === "加入购物车").length;
      expect(found).toBeGreaterThanOrEqual(3);
      return found;
    });

    const { page, context, go, word, complaints } = await signedIn(browser, terrace);
    await go("data/visual-events");
    await page.getByText(word("visual.empty")).waitFor();
    await page.getByLabel(word("visual.url")).fill(`${shop.url}/product.html?id=bl-02`);
    const opening = context.waitForEvent("page");
    await page.getByRole("button", { name: word("visual.openPage") }).click();
    const site = await opening;
    await site.getByText("点击页面上的元素").waitFor();
    expect(site.url()).toBe(`${shop.url}/product.html?id=bl-02`);

    // The page does not act on the click: it is an answer.
    await site.locator("#detail button.buy").click();
    expect(await site.evaluate("localStorage.getItem('shop.cart')")).toBeNull();
    await site.getByText(`近 30 天 ${history} 次`).first().waitFor();
    await site.getByLabel("事件名").fill("点击加购");
    await site.getByRole("button", { name: "保存事件" }).click();
    await site.getByText("已保存「点击加购」").waitFor();

    await page.bringToFront();
    await page.reload();
    const row = page.getByRole("row").filter({ hasText: "点击加购" });
    await row.getByText(String(history), { exact: true }).first().waitFor();
    await go("data/events");
    await page.getByRole("row").filter({ hasText: "点击加购" }).getByText(word("visual.tag")).waitFor();
    await page.getByRole("link", { name: "点击加购" }).click();
    await page.getByText(word("events.volume30")).first().waitFor();
    // What the operator did on the page is no visit.
    await site.getByRole("button", { name: "结束" }).click();
    expect(await storedEvents(terrace, { name: "Product Viewed" })).not.toContainEqual(
      expect.objectContaining({ properties: expect.objectContaining({ product_id: "bl-02" }) as object }),
    );
    expect(complaints()).toEqual([]);
    await context.close();
  });
});
