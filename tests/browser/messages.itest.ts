import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";
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

/** A published template of SMS, and a provider that keeps what it is handed. */
async function readyToSend(): Promise<string> {
  await terrace.api("/channels/providers", { body: { channel: "sms", name: "Sandbox", settings: { kind: "sandbox" } } });
  const content = { channel: "sms", text: "Hello", signature: "", providerTemplate: null };
  const made = {
    key: "hello",
    name: "Hello",
    channel: "sms",
    purpose: "service",
    transactional: true,
    defaultLanguage: "en",
    contents: { en: content },
  };
  const { id } = await terrace.api<{ id: string }>("/templates", { body: made });
  await terrace.api(`/templates/${id}/publish`, { body: {} });
  return id;
}

test("messages are listed with where they stand and why, each with its story, on their page and on the person's", async () => {
  await terrace.send([{ type: "identify", userId: "lin-1", traits: { phone: "13800138000" } }]);
  await arrived(terrace, {}, 1);
  const template = await readyToSend();
  const to = (value: string) => ({ key: `k-${value}`, person: { kind: "user_id", value }, template });
  await terrace.api("/messages", { body: { source: "crm", messages: [to("lin-1")] } });
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("touch/messages");
  const table = page.getByRole("table", { name: word("nav.messages") });
  const sent = table.getByRole("row", { name: new RegExp(`lin-1.*${word("messages.stateOf.sent")}`) });
  await sent.waitFor();
  await sent.getByRole("button", { name: word("messages.stateOf.sent") }).click();
  const story = page.getByRole("dialog", { name: word("messages.story") });
  await story.getByText(word("messages.note.send")).waitFor();
  await story.getByText(word("messages.note.accepted")).waitFor();
  await page.keyboard.press("Escape");
  await story.waitFor({ state: "hidden" });

  await page.getByRole("combobox", { name: word("messages.state") }).click();
  await page.getByTitle(word("messages.stateOf.blocked"), { exact: true }).click();
  await page.getByText(word("messages.none")).waitFor();

  const { id } = await person(terrace, "user_id", "lin-1");
  await go(`people/${id}`);
  const card = page.getByRole("region", { name: word("nav.messages") });
  await card.getByText(word("messages.stateOf.sent")).waitFor();
  await card.getByRole("link", { name: word("messages.all") }).click();
  await sent.waitFor();
  await page.setViewportSize(PHONE);
  await expectNoOverflow(page, "touch/messages");
  expect(complaints()).toEqual([]);
  await context.close();
});
