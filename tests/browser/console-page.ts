import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestTerrace } from "@terrace/testkit/terrace";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { localeTexts, type Texts } from "../locale-texts.ts";
import { ROOT } from "../style/source-files.ts";

const BUILT_PAGE = join(ROOT, "packages/console/dist/index.html");

export type Language = "zh-CN" | "en";
/** Characters of the server's output that stand beside a complaint. */
const OUTPUT_SHOWN = 4_000;
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** The console in a browser window of its own, with the words it should show. */
export type ConsoleWindow = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The word of a key in the window's language; values are filled in. */
  readonly word: (key: string, values?: Readonly<Record<string, string | number>>) => string;
  /** What the browser complained about: errors in the console of the page, and answers of 500 and more. */
  readonly complaints: () => readonly string[];
  /** Goes to a page of the first workspace by its path, e.g. `data/quarantine`. */
  readonly go: (path: string) => Promise<void>;
};

export type WindowOptions = { readonly size?: { readonly width: number; readonly height: number }; readonly language?: Language };

/** Opens the console without signing in. Throws at once when there is no built console: every element of it would be waited for in vain. */
export async function openWindow(browser: Browser, terrace: TestTerrace, options: WindowOptions = {}): Promise<ConsoleWindow> {
  if (!existsSync(BUILT_PAGE))
    throw new Error("The console is not built: npm start and npm test build it, or npm run build -w @terrace/console");
  const language = options.language ?? "zh-CN";
  const texts: Texts = await localeTexts(language === "en" ? "en" : "zh-cn");
  const context = await browser.newContext({
    baseURL: terrace.url,
    viewport: options.size ?? DESKTOP,
    locale: language,
    timezoneId: "Asia/Shanghai",
    // Menus then open where they stay: on a busy machine one that still slides in can move away from under a click.
    reducedMotion: "reduce",
  });
  // Frames of shown messages keep nothing.
  if (language === "en")
    await context.addInitScript(`if (self === top) localStorage.setItem("terrace.preferences", JSON.stringify({ language: "en" }))`);
  const page = await context.newPage();
  // On a busy machine the first dry run waits some seconds for its thread; a wait that is answered costs nothing.
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  // A refused sign-in or an id that is not there is part of the play; the browser reports those answers too.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("Failed to load resource")) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", (answer) => {
    if (answer.status() >= 500) complaints.push(`${answer.status()} ${answer.url()}`);
  });
  return {
    context,
    page,
    // The server's log tells why it answered as it did.
    complaints: () => (complaints.length === 0 ? complaints : [...complaints, terrace.output().slice(-OUTPUT_SHOWN)]),
    word: (key, values = {}) =>
      Object.entries(values).reduce(
        (text, [name, value]) => text.replaceAll(`{{${name}}}`, String(value)),
        texts[key] ?? texts[`${key}_other`] ?? `(${key} is missing)`,
      ),
    go: async (path) => {
      await page.goto(`${/^\/w\/[^/]+/.exec(new URL(page.url()).pathname)?.[0] ?? "/w/1"}/${path}`);
    },
  };
}

/** Opens the console with the owner signed in already; the form itself is tested where signing in is what is tested. */
export async function signedIn(browser: Browser, terrace: TestTerrace, options: WindowOptions = {}): Promise<ConsoleWindow> {
  const opened = await openWindow(browser, terrace, options);
  const [name = "", value = ""] = (await ownersCookie(terrace)).split("=", 2);
  await opened.context.addCookies([{ name, value, url: terrace.url, httpOnly: true, sameSite: "Lax" }]);
  await opened.page.goto("/");
  await opened.page.waitForURL(/\/w\/\d+/);
  return opened;
}

/** Opens the console as somebody else, who is added to the workspace and comes in by their link. */
export async function signedInAsOther(
  browser: Browser,
  terrace: TestTerrace,
  { email, ...options }: WindowOptions & { readonly email: string },
): Promise<ConsoleWindow> {
  const { signInPath } = await terrace.api<{ signInPath: string }>("/members", { body: { email, role: "admin" } });
  const opened = await openWindow(browser, terrace, options);
  await opened.page.goto(signInPath);
  await opened.page.waitForURL(/\/w\/\d+/);
  return opened;
}

async function ownersCookie(terrace: TestTerrace): Promise<string> {
  const answer = await fetch(new URL("/api/session", terrace.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(terrace.owner),
  });
  expect(answer.status).toBe(200);
  return answer.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
}

/** Fills the sign-in form in and sends it. */
export async function fillSignIn(
  { page, word }: ConsoleWindow,
  owner: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.getByLabel(word("signIn.email")).fill(owner.email);
  await page.getByLabel(word("signIn.password")).fill(owner.password);
  await page.locator("button[type=submit]").click();
}

/** Nothing on the page is wider than the window once it has been drawn for its size: after a change of size the console lays out anew. */
export async function expectNoOverflow(page: Page, what: string): Promise<void> {
  await expect.poll(() => tooWide(page), { message: what, timeout: DRAWN_WITHIN_MS }).toEqual([]);
}

const DRAWN_WITHIN_MS = 30_000;

/** What makes a page wider than its window. */
function tooWide(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= limit) return [];
    const scrolls = (element: Element): boolean =>
      element.parentElement !== null &&
      (/(auto|scroll|hidden|clip)/.test(getComputedStyle(element.parentElement).overflowX) || scrolls(element.parentElement));
    const over = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > limit + 1 && !scrolls(element),
    );
    return ["the page", ...over.slice(0, 5).map((element) => `${element.tagName}.${element.className}`)];
  });
}
