import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
import { DESKTOP, expectNoOverflow, PHONE } from "./console-page.ts";

let terrace: TestTerrace;
let browser: Browser;
beforeAll(async () => {
  const port = await freePort();
  const started = startTerrace({ args: ["--port", String(port)], env: { TERRACE_PUBLIC_URL: `http://127.0.0.1:${port}` } });
  [terrace, browser] = await Promise.all([started, launchBrowser()]);
  await terrace.send([
    { type: "identify", userId: "u-1", traits: { email: "ann@example.test" } },
    { type: "track", userId: "u-1", event: "Consent Given", properties: { purpose: "marketing", channel: "email" } },
    { type: "track", userId: "u-1", event: "Consent Given", properties: { purpose: "marketing", channel: "sms" } },
  ]);
  await arrived(terrace, {}, 3);
});
afterAll(async () => {
  await browser.close();
  expect(await terrace.stop()).toBe(0);
});

/** Links name the address that people use, which is laid down before the server starts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}

const reason = async (channel: string) =>
  (await terrace.api<{ reason: string }>(`/consents/check?kind=user_id&value=u-1&purpose=marketing&channel=${channel}`)).reason;
const isOn = (page: Page, name: string) => page.getByRole("switch", { name, exact: true }).getAttribute("aria-checked");

test("people choose what they get on a phone, without a script, in either language, and the ledger has their word", async () => {
  const { id } = await person(terrace, "user_id", "u-1");
  const { url } = await terrace.api<{ url: string }>(`/people/${id}/preference-link`, { method: "POST" });
  expect(url).not.toMatch(/ann|u-1|marketing/);
  const context = await browser.newContext({ viewport: PHONE, locale: "zh-CN", javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("heading", { name: "接收设置" }).waitFor();
  await expectNoOverflow(page, "the page of preferences");
  expect([await isOn(page, "营销 · 邮件"), await isOn(page, "营销 · 短信")]).toEqual(["true", "true"]);
  await page.getByRole("switch", { name: "营销 · 邮件", exact: true }).click();
  await page.getByRole("status").getByText("已保存。").waitFor();
  expect([await isOn(page, "营销 · 邮件"), await isOn(page, "营销 · 短信")]).toEqual(["false", "true"]);
  expect([await reason("email"), await reason("sms")]).toEqual(["withdrawn", "given"]);
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("heading", { name: "Message preferences" }).waitFor();
  await expectNoOverflow(page, "the page of preferences");
  await page.getByRole("switch", { name: "Marketing · e-mail", exact: true }).click();
  await page.getByRole("status").getByText("Saved.").waitFor();
  expect(await reason("email")).toBe("given");
  await page.getByRole("button", { name: "Stop all messages" }).click();
  await page.getByRole("button", { name: "Stop all messages" }).waitFor({ state: "detached" });
  expect([await reason("email"), await reason("sms"), await reason("push")]).toEqual(["withdrawn", "withdrawn", "withdrawn"]);
  await page.setViewportSize(DESKTOP);
  await expectNoOverflow(page, "the page of preferences");
  await page.goto(`${terrace.url}/m/p/1-nonsense`);
  await page.getByRole("heading", { name: "链接无效" }).waitFor();
  await context.close();
  const { history } = await terrace.api<{ history: readonly { source: string }[] }>(`/people/${id}/consent`);
  expect(history.filter(({ source }) => source === "preferences").length).toBeGreaterThanOrEqual(3);
});

test("a letter that goes out has links that end it, and what was done with it is counted", async () => {
  await terrace.send([{ type: "track", userId: "u-1", event: "Consent Given", properties: { purpose: "marketing", channel: "email" } }]);
  await eventually(async () => expect(await reason("email")).toBe("given"));
  // At night nothing would go out before the morning.
  const rules = { quietHours: [], caps: [], repeatHours: null, holidays: "weekends" };
  await terrace.api("/governor/rules", { method: "PUT", body: { version: 0, rules, reason: "at any hour" } });
  await terrace.api("/channels/providers", { body: { name: "Sandbox", channel: "email", settings: { kind: "sandbox" } } });
  await terrace.api("/message-business", { method: "PUT", body: { name: "Tea", address: "", website: "https://tea.example.test/" } });
  const { id: template } = await terrace.api<{ id: string }>("/template-gallery/welcome_mail", { body: {} });
  const asked = { key: "k1", person: { kind: "user_id", value: "u-1" }, template };
  await terrace.api("/messages", { body: { messages: [asked] } });
  const kept = await eventually(async () => {
    const [one] = (await terrace.api<{ items: readonly { id: string }[] }>("/channels/sandbox")).items;
    if (one === undefined) throw new Error("nothing was handed over yet");
    return one;
  });
  type Letter = { readonly message: { readonly html: string; readonly unsubscribeUrl: string } };
  const { message } = await terrace.api<Letter>(`/channels/sandbox/${kept.id}`);
  const led = [...message.html.matchAll(/href="([^"]+\/m\/c\/[^"]+)"/g)].map(([, to = ""]) => to);
  const followed = await fetch(led[0] ?? "", { redirect: "manual", headers: { "user-agent": "python-requests/2.32" } });
  expect([led.length, followed.status, followed.headers.get("location")]).toEqual([1, 302, "https://tea.example.test/"]);
  expect(message.html).toMatch(/<img src="[^"]+\/m\/o\/[^"]+\.gif"/);
  const ended = await fetch(message.unsubscribeUrl, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  expect(ended.status).toBe(200);
  expect(await reason("email")).toBe("withdrawn");
  await eventually(async () => {
    const { items } = await terrace.api<{ items: readonly object[] }>("/message-figures?by=template");
    expect(items).toMatchObject([{ key: template, sent: 1, unsubscribed: 1, clicked: 0 }]);
  });
});
