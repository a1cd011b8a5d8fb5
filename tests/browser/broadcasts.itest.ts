import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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

const WHO = ["ada", "bob", "eve"];

/** People with a phone number each who are on a list, a template for them, and a channel that keeps what it would send. */
async function ready(): Promise<void> {
  await terrace.api("/channels/providers", { body: { name: "Sandbox", channel: "sms", settings: { kind: "sandbox" } } });
  const text = { en: { channel: "sms", text: "New tea is here", signature: "", providerTemplate: null } };
  const { id } = await terrace.api<{ id: string }>("/templates", {
    body: { key: "tea", name: "New tea", channel: "sms", purpose: "service", transactional: false, defaultLanguage: "en", contents: text },
  });
  await terrace.api(`/templates/${id}/publish`, { body: {} });
  await terrace.api("/governor/rules", {
    method: "PUT",
    body: { rules: { quietHours: [], caps: [], repeatHours: null, holidays: "weekends" }, version: 0, reason: "test" },
  });
  await terrace.send(WHO.map((userId, n) => ({ type: "identify", userId, messageId: userId, traits: { phone: `1380013800${n}` } })));
  await arrived(terrace, {}, WHO.length);
  await terrace.api("/segments", { body: { name: "Tea lovers", list: { identity: "user_id", values: WHO } } });
}

test("a broadcast is written, approved and sent to everybody in its segment, and its page tells who got it", async () => {
  await ready();
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("touch/broadcasts");
  await page.getByText(word("broadcasts.empty")).waitFor();
  await page.getByRole("button", { name: word("broadcasts.new") }).click();
  const dialog = page.getByRole("dialog");
  const choose = async (field: string, option: string): Promise<void> => {
    await dialog.getByRole("combobox", { name: field, exact: true }).click();
    await page.getByTitle(option, { exact: true }).click();
  };
  await dialog.getByLabel(word("broadcasts.name"), { exact: true }).fill("Spring tea");
  await choose(word("broadcasts.segment"), "Tea lovers");
  await choose(word("templates.channel"), word("templates.channelOf.sms"));
  await choose(word("governor.purpose"), "履约");
  await choose(word("broadcasts.template"), "New tea");
  await dialog.getByRole("button", { name: word("broadcasts.save") }).click();
  await page.getByRole("heading", { name: "Spring tea" }).waitFor();

  await page.getByRole("button", { name: word("broadcasts.act.submit") }).click();
  await dialog.getByRole("button", { name: word("broadcasts.act.submit") }).click();
  await page.getByRole("button", { name: word("broadcasts.act.approve") }).click();
  await dialog.getByText(word("broadcasts.move.approve.body")).waitFor();
  await dialog.getByRole("button", { name: word("broadcasts.act.approve") }).click();
  await page.getByText(word("broadcasts.state.done"), { exact: true }).waitFor();
  await page.getByText(word("broadcasts.askedOf", { asked: "3", audience: "3" })).waitFor();
  const states = page.getByRole("table", { name: word("broadcasts.states") });
  await states.getByRole("row", { name: new RegExp(`A ${word("broadcasts.message.sent")}.*3`) }).waitFor();
  await eventually(async () => expect((await terrace.api<{ items: unknown[] }>("/channels/sandbox")).items).toHaveLength(3));

  await page.setViewportSize(PHONE);
  await go("touch/broadcasts");
  await page.getByText("Spring tea").waitFor();
  await expectNoOverflow(page, "touch/broadcasts");
  expect(complaints()).toEqual([]);
  await context.close();
});
