import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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

type Enrolment = { readonly id: string; readonly node: string; readonly person: { readonly id: string; readonly displayName: string } };

test("a ready journey is taken, approved and started; whoever registers is in it, and it says where they are and why", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  const click = async (name: string) => page.getByRole("button", { name, exact: true }).click();
  const move = async (name: string) => {
    await click(word(`journeys.move.${name}`));
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: word(`journeys.move.${name}`), exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
  };
  await go("touch/journeys");
  await page.getByText(word("journeys.empty")).waitFor();
  await click(word("journeys.fromGallery"));
  await click(word("journeys.takeNamed", { name: "新客欢迎" }));
  await page.getByRole("heading", { name: "新客欢迎", level: 1 }).waitFor();
  const journey = /journeys\/(\d+)/.exec(page.url())?.[1] ?? "";
  await move("submit");
  await move("approve");
  await move("start");
  await page.getByText(word("journeys.state.live"), { exact: true }).waitFor();

  await terrace.send(
    Array.from({ length: 12 }, (_, n) => ({ type: "track", userId: `new-${n}`, event: "Signed Up", messageId: `su-${n}` })),
  );
  const settled = await eventually(async () => {
    const { items } = await terrace.api<{ items: readonly Enrolment[] }>(`/journeys/${journey}/enrolments?state=in`);
    const found = items.find(({ node }) => node === "settle");
    if (found === undefined) throw new Error("nobody waits yet");
    return found;
  });
  await page.getByRole("tab", { name: word("journeys.tab.people") }).click();
  await page.getByRole("button", { name: settled.person.displayName, exact: true }).click();
  const way = page.getByRole("list", { name: word("journeys.way") });
  await way.getByText(word("journeys.why.done.message")).waitFor();
  await way
    .getByText(word("journeys.now.at", { node: word("journeys.does.wait", { length: word("journeys.length.day", { count: 3 }) }) }))
    .waitFor();
  await page.getByRole("link", { name: word("journeys.seePerson") }).click();
  await page.waitForURL(new RegExp(`people/${settled.person.id}`));
  await page.getByRole("link", { name: "新客欢迎", exact: true }).click();

  await page.getByRole("heading", { name: "新客欢迎", level: 1 }).waitFor();
  await move("pause");
  await page.getByText(word("journeys.state.paused"), { exact: true }).waitFor();
  await move("resume");
  await page.getByText(word("journeys.state.live"), { exact: true }).waitFor();
  await page.getByRole("tab", { name: word("journeys.tab.settings") }).click();
  await click(word("journeys.changeSettings"));
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(word("journeys.name"), { exact: true }).fill("新客欢迎二");
  await dialog.getByRole("button", { name: word("common.save"), exact: true }).click();
  await page.getByRole("heading", { name: "新客欢迎二", level: 1 }).waitFor();
  await page.getByText(word("journeys.next.draft", { version: 2 }), { exact: true }).waitFor();
  await page.setViewportSize(PHONE);
  await expectNoOverflow(page, "touch/journeys/:journey");
  expect(complaints()).toEqual([]);
  await context.close();
});
