import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrived, arrivedOne, identitiesOf, person, sensorsUrl, traitsOf } from "../sdk/arrivals.ts";
import { ROOT } from "../style/source-files.ts";
import { launchBrowser } from "./browser.ts";

const SDK = readFileSync(join(ROOT, "node_modules/sa-sdk-javascript/sensorsdata.min.js"));

let terrace: TestTerrace;
let browser: Browser;
let shop: { readonly server: Server; readonly url: string };

beforeAll(async () => {
  [terrace, browser, shop] = await Promise.all([startTerrace(), launchBrowser(), openShop()]);
});
afterAll(async () => {
  await browser.close();
  shop.server.close();
  expect(await terrace.stop()).toBe(0);
});

/** A shop's page on an origin of its own, which loads the client as it comes. */
async function openShop(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const isScript = request.url === "/sensorsdata.min.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    response.end(isScript ? SDK : `<!doctype html><title>青瓷商城</title><h1>店铺</h1>`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the shop's page has no port");
  return { server, url: `http://127.0.0.1:${address.port}` };
}

/** Runs a script in the shop's page with the client started as given; answers what the browser complained about. */
async function visit(options: Readonly<Record<string, unknown>>, script: string, query = ""): Promise<readonly string[]> {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("favicon")) complaints.push(message.text());
  });
  page.on("requestfailed", (request) => {
    if (request.url().startsWith(terrace.url)) complaints.push(`${request.url().slice(0, 120)} ${request.failure()?.errorText ?? ""}`);
  });
  await page.goto(`${shop.url}/${query}`);
  await page.addScriptTag({ url: "/sensorsdata.min.js" });
  const init = JSON.stringify({ is_track_single_page: false, heatmap: false, show_log: false, ...options });
  await page.evaluate(`{ const sensors = window.sensorsDataAnalytic201505; sensors.init(${init}); ${script} }`);
  // The clients send in the background; what they sent is awaited where it arrives, before the page goes away.
  await page.waitForTimeout(1_500);
  await context.close();
  return complaints;
}

describe("the unchanged Sensors Data browser client", () => {
  test.each(["image", "ajax", "beacon"])("delivers by %s from another origin", async (sendType) => {
    const name = `Web_${sendType}`;
    const complaints = await visit(
      { server_url: sensorsUrl(terrace, "/sa.gif"), send_type: sendType },
      `sensors.track("${name}", { 商品: "青瓷茶杯", price: 168 });`,
    );
    const event = await arrivedOne(terrace, name);
    expect(event).toMatchObject({ source: "sensors", properties: { price: 168 } });
    expect(event.context["browser"]).toMatch(/chrom/i);
    expect(complaints).toEqual([]);
  });

  test("delivers batches", async () => {
    const complaints = await visit(
      { server_url: sensorsUrl(terrace), send_type: "ajax", batch_send: { send_interval: 300, datasend_timeout: 2000 } },
      `for (let i = 0; i < 5; i += 1) sensors.track("Web_batch", { i });`,
    );
    await arrived(terrace, { name: "Web_batch" }, 5);
    expect(complaints).toEqual([]);
  });

  test("joins the visitor with the account at login and keeps the profile", async () => {
    const script = `sensors.quick("autoTrack"); sensors.track("Web_before"); sensors.login("web-1"); sensors.setProfile({ city: "杭州" }); sensors.incrementProfile({ visits: 2 }); sensors.track("Web_after");`;
    const complaints = await visit({ server_url: sensorsUrl(terrace), send_type: "ajax" }, script, "?utm_source=weixin&utm_medium=social");
    const after = await arrivedOne(terrace, "Web_after");
    const view = await arrivedOne(terrace, "$pageview");
    expect(view.context).toMatchObject({ utm_source: "weixin", page_title: "青瓷商城" });
    const found = await person(terrace, "user_id", "web-1", (candidate) =>
      expect(traitsOf(candidate)).toMatchObject({ city: "杭州", visits: 2 }),
    );
    expect(found.id).toBe(after.personId);
    expect(identitiesOf(found).some((identity) => identity.startsWith("anonymous_id:"))).toBe(true);
    expect(complaints).toEqual([]);
  });
});
