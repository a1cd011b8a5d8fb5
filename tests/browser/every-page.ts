import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { fill } from "./fill-pages.ts";
import { DESKTOP, PHONE, expectNoOverflow, signedIn, type Language } from "./console-page.ts";

/** Pages by what they are about: each group is looked through in a test of its own. */
const PAGES = {
  "home and people": [
    "",
    "start",
    "people",
    "people/:person",
    "people/:person/held",
    "people/:person/merge",
    "merges",
    "conflicts",
    "duplicates",
  ],
  "segments and what is reckoned": [
    "segments",
    "segments/new",
    "segments/overlap",
    "segments/:segment",
    "segments/:segment?tab=sizes",
    "segments/:segment?tab=history",
    "segments/:segment?tab=uses",
    "segments/:segment?tab=rule",
    "lifecycle",
    "lifecycle/new?template=value_layer",
    "lifecycle/stage",
    "lifecycle/stage?tab=sizes",
    "lifecycle/stage?tab=flow",
    "lifecycle/stage?tab=rules",
    "computed-traits",
    "computed-traits/new?template=refund_ratio",
    "computed-traits/total_paid",
    "tag-rules",
    "tag-rules/new",
    "tag-rules/:rule",
  ],
  "pyramids of people": [
    "pyramids",
    "pyramids/new?template=community",
    "pyramids/new?template=empty",
    "pyramids/main",
    "pyramids/main?tab=flow",
    "pyramids/main?tab=close",
    "pyramids/main?tab=rules",
    "pyramids/main?tab=history",
    "pyramids/main/layers/top",
  ],
  "programs of people": [
    "verification",
    "verification?open=:application",
    "verification?tab=kinds",
    "verification/kinds/new",
    "verification/kinds/expert",
    "experiments/flags",
    "experiments/flags?tab=changes",
    "experiments/flags?tab=stale",
    "experiments/flags?tab=environments",
    "experiments/flags/:flag",
    "experiments/flags/:flag?tab=try",
    "experiments/flags/:flag?tab=history",
    "experiments/holdouts",
    "experiments/holdouts/all",
    "referrals",
    "referrals/new",
    "referrals/:program",
    "referrals/:program?tab=tree",
    "referrals/:program?tab=codes",
    "referrals/:program?tab=settings",
  ],
  insight: [
    "insight/analyses",
    "insight/analyses/funnel",
    "insight/analyses/retention",
    "insight/analyses/portrait",
    "insight/analyses/statistics",
    "insight/analyses/correlation",
    "insight/metrics",
    "insight/metrics/repurchase_rate",
    "insight/dashboards",
    "insight/goals",
    "insight/reports",
    "insight/alerts",
    "experiments",
    "experiments/new",
    "experiments/plan",
    "experiments/:experiment",
    "experiments/:experiment/edit",
  ],
  data: [
    "touch/channels",
    "touch/journeys",
    "touch/journeys?tab=gallery",
    "touch/journeys/:journey",
    "touch/journeys/:journey/draft",
    "touch/journeys/:journey?tab=people",
    "touch/journeys/:journey?tab=settings",
    "touch/journeys/:journey?tab=versions",
    "touch/messages",
    "touch/broadcasts",
    "touch/broadcasts/:broadcast",
    "touch/governor",
    "touch/governor?tab=try",
    "touch/governor?tab=decisions",
    "touch/governor?tab=suppressed",
    "touch/governor?tab=history",
    "touch/templates",
    "touch/templates?tab=gallery",
    "touch/templates?tab=snippets",
    "touch/templates?tab=business",
    "touch/templates/:template",
    "touch/templates/:template?tab=versions",
    "data/sources",
    "data/events",
    "data/events/Order%20Completed",
    "data/visual-events",
    "data/quarantine",
    "data/imports",
    "data/receivers",
    "data/receivers/new",
    "data/receivers/:receiver",
    "data/imports/new",
    "data/webhooks",
    "data/webhooks/:webhook",
    "data/pulls",
    "data/exports",
    "data/feed",
  ],
  settings: [
    "settings/workspace",
    "settings/members",
    "settings/roles",
    "settings/security",
    "settings/keys",
    "settings/privacy",
    "settings/privacy?tab=classification",
    "settings/privacy?tab=retention",
    "settings/privacy?tab=reports",
    "settings/backups",
    "settings/doctor",
    "settings/audit",
    "settings/erasures",
    "settings/account",
  ],
} as const;

/** Chinese that stands in English pages too: values that were sent, the initial of a name, the product's and the languages' own names. */
const SENDERS_OWN = /欧阳春晓|欧[阳*]*|青瓷茶杯|杭州|专家认证|梯田|简?体?中文/g;

type Size = { readonly name: string; readonly size: { readonly width: number; readonly height: number } };
export const DESK: Size = { name: "a desk", size: DESKTOP };
export const HAND: Size = { name: "a phone", size: PHONE };

/**
 * Looks through every page in a language, at the first size and then drawn again at the other. Each is opened by its address, which loads the
 * whole console anew, or (all but the first of a group) as links open it, which takes a fifth of the time.
 */
export function lookThroughPages(language: Language, sizes: readonly [Size, Size], by: "addresses" | "links"): void {
  let terrace: TestTerrace;
  let browser: Browser;
  let ids: Readonly<Record<string, string>> = {};
  beforeAll(async () => {
    [terrace, browser] = await Promise.all([startTerrace(), launchBrowser()]);
    ids = await fill(terrace);
  });
  afterAll(async () => {
    await browser.close();
    expect(await terrace.stop()).toBe(0);
  });

  test.each(Object.entries(PAGES))(
    `every page of %s opens on ${sizes[0].name}, fits it and ${sizes[1].name}, and says nothing untranslated`,
    async (_, paths) => {
      const { page, go, complaints, context } = await signedIn(browser, terrace, { size: sizes[0].size, language });
      const findings: string[] = [];
      for (const [at, named] of paths.entries()) {
        const path = named.replace(/:\w+/, (name) => ids[name] ?? name);
        await page.setViewportSize(sizes[0].size);
        await (by === "links" && at > 0 ? follow(page, path) : go(path));
        for (const { name, size } of sizes) {
          await page.setViewportSize(size);
          findings.push(...(await settled(page)).map((problem) => `${path} on ${name}: ${problem}`));
          await expectNoOverflow(page, `${path} on ${name}`);
          findings.push(
            ...wordProblems(await page.locator("body").innerText(), language).map((problem) => `${path} on ${name}: ${problem}`),
          );
        }
      }
      await context.close();
      expect(findings).toEqual([]);
      expect(complaints()).toEqual([]);
    },
    120_000,
  );
}

/** Where no page is: between two views of one page, so that the second starts as anew as it does from elsewhere. */
const NOWHERE = "nowhere";

/** Opens a page as a link to it does, and waits until nothing of the page before is left. */
async function follow(page: Page, path: string): Promise<void> {
  for (const to of [NOWHERE, path]) {
    await page.evaluate(
      (address) => {
        for (const part of document.querySelectorAll("main > *")) part.setAttribute("data-left", "");
        history.pushState(null, "", address);
        dispatchEvent(new PopStateEvent("popstate"));
      },
      `${/^\/w\/[^/]+/.exec(new URL(page.url()).pathname)?.[0] ?? "/w/1"}/${to}`,
    );
    await page.waitForFunction(
      () => document.querySelector("main > [data-left]") === null && document.querySelector("main > :not([data-left])") !== null,
    );
  }
}

/** Waits until a page stands; answers what kept it from standing. */
async function settled(page: Page): Promise<readonly string[]> {
  const problems: string[] = [];
  await page
    .locator("main h1, main h2")
    .first()
    .waitFor()
    .catch(() => problems.push("no heading"));
  await page.waitForLoadState("load");
  await page
    .locator(".ant-skeleton-active")
    .first()
    .waitFor({ state: "detached" })
    .catch(() => problems.push("still loading"));
  return problems;
}

function wordProblems(shown: string, language: Language): readonly string[] {
  const untranslated = [
    ...shown.matchAll(
      /(?<![\w@/.-])(?:nav|home|insight|condition|live|people|person|merges|conflicts|events?|quarantine|visual|keys|members|settings|common|fault|reason|consent|privacy|audit|imports|feed|start|backups|rights|erasures|auditCheck|goals|reports|decisions|alerts|dashboards|metrics|sharing|segments|uses|classes|tagRules|verification|tone|pyramids|referrals|experiments|flags|holdouts|journeys|broadcasts|governor|messages)\.[a-z]\w+(?![\w@/.-])/g,
    ),
  ].map(([key]) => `untranslated ${key}`);
  const foreign = language === "en" ? /.{0,12}[\u4e00-\u9fff]+.{0,12}/.exec(shown.replaceAll(SENDERS_OWN, "")) : null;
  return foreign === null ? untranslated : [...untranslated, `Chinese in English: ${foreign[0]}`];
}
