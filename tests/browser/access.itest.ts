import { startOidcProvider, type TestProvider } from "@terrace/testkit/oidc-provider";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { TOTP, URI } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { DESKTOP, PHONE, expectNoOverflow, openWindow, signedIn } from "./console-page.ts";

const accounts = { li: { email: "li@example.com", email_verified: true, name: "李雷" } };
let terrace: TestTerrace;
let provider: TestProvider;
let browser: Browser;

beforeAll(async () => {
  [terrace, browser] = await Promise.all([startTerrace({ env: { TERRACE_OUTBOUND_ALLOW: "127.0.0.1" } }), launchBrowser()]);
  provider = await startOidcProvider(accounts, `${terrace.url}/sign-in/oidc`);
});
afterAll(async () => {
  await browser.close();
  await provider.close();
  expect(await terrace.stop()).toBe(0);
});

test("sign in by OIDC: an owner sets it up, a colleague comes in through the provider", async () => {
  const { page, go, context } = await signedIn(browser, terrace, { size: DESKTOP, language: "en" });
  await go("settings/security");
  const form = page.locator("form", { has: page.getByLabel("Issuer") });
  await form.getByRole("switch", { name: "On", exact: true }).click();
  await form.getByLabel("Issuer").fill(provider.issuer);
  await form.getByLabel("Client ID").fill(provider.clientId);
  await form.getByLabel("Client secret").fill(provider.clientSecret);
  await form.getByLabel("Words on the button").fill("Company account");
  await form.getByLabel("Allowed e-mail domains").fill("example.com");
  await form.getByRole("switch", { name: "Make accounts" }).click();
  await form.getByLabel("Workspace").first().click();
  await page.locator(".ant-select-dropdown:visible .ant-select-item-option").nth(1).click();
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").first().waitFor();
  await context.close();

  const stranger = await browser.newContext({ locale: "en-US" });
  const visit = await stranger.newPage();
  await visit.goto(`${terrace.url}/sign-in?next=/start`);
  await visit.getByRole("button", { name: "Company account" }).click();
  await visit.getByPlaceholder("Enter any login").fill("li");
  await visit.getByPlaceholder("and password").fill("any");
  await visit.getByRole("button", { name: "Sign-in" }).click();
  await visit.waitForURL(/\/w\/\d+/);
  const session = await visit.evaluate(async () => (await fetch("/api/session")).json() as Promise<unknown>);
  expect(session).toMatchObject({ operator: { email: "li@example.com", name: "李雷" }, workspaces: [{ role: "analyst" }] });
  await stranger.close();
});

test("a second factor is set up on the account page and asked for at the next sign-in", async () => {
  const { page, go, context } = await signedIn(browser, terrace, { size: DESKTOP, language: "en" });
  await go("settings/account");
  const recovery = await setUpFactor(page, terrace.owner.password);
  await context.close();

  const later = await browser.newContext({ locale: "en-US" });
  const visit = await later.newPage();
  await visit.goto(`${terrace.url}/sign-in`);
  await visit.locator("input[type=email]").fill(terrace.owner.email);
  await visit.locator("input[type=password]").fill(terrace.owner.password);
  await visit.locator("button[type=submit]").click();
  await visit.locator("input[autocomplete=one-time-code]").fill(recovery);
  await visit.locator("button[type=submit]").click();
  await visit.waitForURL(/\/w\/\d+/);
  await later.close();
});

test("a member without the second factor that the workspace asks for is led to its set-up, and then in", async () => {
  const { signInPath } = await terrace.api<{ signInPath: string }>("/members", { body: { email: "mei@example.com", role: "analyst" } });
  await terrace.api("/security", { method: "PUT", body: { ipRanges: [], secondFactorRequired: true } });
  const { page, word, complaints, context } = await openWindow(browser, terrace, { size: PHONE, language: "en" });
  await page.goto(signInPath);
  await page.getByRole("heading", { name: /asks for a second factor/ }).waitFor();
  await expectNoOverflow(page, "the set-up");
  await setUpFactor(page, "");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: word("keys.shownDone") })
    .click();
  await page.locator("main#content").waitFor();
  expect(complaints()).toEqual([]);
  await context.close();
  await terrace.api("/security", { method: "PUT", body: { ipRanges: [], secondFactorRequired: false } });
});

/** Goes through the set-up on a page that offers it; answers a recovery code. */
async function setUpFactor(page: Page, password: string): Promise<string> {
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  if (password !== "") await dialog.getByLabel("Current password").fill(password);
  await page.getByRole("button", { name: "Next" }).click();
  const secret = (await dialog.getByLabel("Secret").textContent()) ?? "";
  const totp = URI.parse(`otpauth://totp/Terrace:x?issuer=Terrace&secret=${secret.trim()}`);
  if (!(totp instanceof TOTP)) throw new Error("not a TOTP");
  await page.getByLabel("Verification code").fill(totp.generate());
  await page.getByRole("button", { name: "Turn on" }).click();
  const codes = (await dialog.getByLabel("Recovery codes").textContent()) ?? "";
  return /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3,}/.exec(codes)?.[0] ?? "";
}
