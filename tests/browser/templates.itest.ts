import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
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

test("a template is begun, mended where the check says, seen as a made-up person, published, and one that is ready is taken", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  await go("touch/templates");
  await page.getByText(word("templates.empty")).waitFor();
  await page.getByRole("button", { name: word("templates.new") }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(word("templates.name"), { exact: true }).fill("欢迎");
  await dialog.getByLabel(word("templates.key"), { exact: true }).fill("hello");
  await dialog.getByRole("button", { name: word("templates.begin") }).click();

  await page.getByRole("heading", { name: "欢迎", level: 1 }).waitFor();
  const findings = page.getByRole("region", { name: word("templates.check") });
  await findings.getByText(word("templates.finding.blank")).waitFor();
  await page.getByLabel(word("templates.field.subject"), { exact: true }).fill("{{ person.name | default: '朋友' }}，欢迎");
  const body =
    "<mjml><mj-body><mj-section><mj-column><mj-text>茶在等你 <a href='{{ links.unsubscribe }}'>退订</a></mj-text></mj-column></mj-section></mj-body></mjml>";
  await page.getByLabel(word("templates.field.body"), { exact: true }).fill(body);
  await findings.getByText(word("templates.finding.blank")).waitFor({ state: "detached" });

  const preview = page.getByRole("region", { name: word("templates.preview") });
  await preview.getByText("朋友，欢迎", { exact: true }).waitFor();
  await preview.getByLabel(word("templates.madeUpName")).fill("小竹");
  await preview.getByText("小竹，欢迎", { exact: true }).waitFor();
  await page.getByRole("button", { name: word("common.save"), exact: true }).click();
  await page.getByRole("button", { name: word("templates.publish"), exact: true }).click();
  await page.getByText(word("templates.versionOf", { version: 1 }), { exact: true }).waitFor();
  await page.getByRole("tab", { name: word("templates.tab.versions") }).click();
  await page
    .getByRole("table", { name: word("templates.tab.versions") })
    .getByRole("button", { name: word("templates.versionOf", { version: 1 }) })
    .waitFor();

  await go("touch/templates?tab=snippets");
  await page.getByRole("button", { name: word("templates.newSnippet") }).click();
  await dialog.getByLabel(word("templates.name"), { exact: true }).fill("页脚");
  await dialog.getByLabel(word("templates.key"), { exact: true }).fill("footer");
  await dialog.getByLabel("简体中文").fill("叠翠茶铺");
  await dialog.getByRole("button", { name: word("common.save") }).click();
  await page
    .getByRole("table", { name: word("templates.tab.snippets") })
    .getByText('{% render "footer" %}')
    .waitFor();

  await go("touch/templates?tab=gallery");
  await page
    .getByRole("button", { name: /^取用「/ })
    .nth(0)
    .click();
  await page.waitForURL(/touch\/templates\/\d+/);
  await page.getByRole("tab", { name: word("templates.tab.versions") }).waitFor();
  await page.setViewportSize(PHONE);
  await expectNoOverflow(page, "touch/templates/:template");
  expect(complaints()).toEqual([]);
  await context.close();
});

test("a template is renamed and copied; the copy is deleted, and what was published is put away and brought back", async () => {
  const { page, word, go, complaints, context } = await signedIn(browser, terrace);
  const { id } = await terrace.api<{ id: string }>("/template-gallery/birthday_sms", { method: "POST", body: {} });
  await go(`touch/templates/${id}`);
  const more = page.locator(".page-header").getByRole("button", { name: word("common.more") });
  const choose = async (label: string): Promise<void> => {
    await more.click();
    await page.getByRole("menuitem", { name: label, exact: true }).click();
  };
  const dialog = page.getByRole("dialog");
  const title = (name: string) => page.getByRole("heading", { name, level: 1, exact: true });

  await choose(word("templates.rename"));
  await dialog.getByLabel(word("templates.name"), { exact: true }).fill("入会第一封");
  await dialog.getByRole("button", { name: word("common.save") }).click();
  await title("入会第一封").waitFor();

  await choose(word("templates.copy"));
  await dialog.getByLabel(word("templates.key"), { exact: true }).fill("welcome_again");
  await dialog.getByRole("button", { name: word("templates.copy"), exact: true }).click();
  await title(word("templates.copyName", { name: "入会第一封" })).waitFor();
  await dialog.waitFor({ state: "detached" });
  await choose(word("common.delete"));
  await dialog.getByRole("button", { name: word("common.delete") }).click();
  await page.waitForURL(/touch\/templates$/);
  await page.getByRole("link", { name: "入会第一封" }).click();

  await title("入会第一封").waitFor();
  await choose(word("templates.archive"));
  await dialog.getByRole("button", { name: word("templates.archive") }).click();
  await page.getByRole("button", { name: word("templates.bringBack") }).click();
  await page.getByRole("button", { name: word("templates.publish"), exact: true }).waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
});
