import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person } from "../sdk/arrivals.ts";
import { launchBrowser } from "./browser.ts";
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

/** Looks through every page in a language: it is opened anew at the first size and then drawn again at the other. */
export function lookThroughPages(language: Language, sizes: readonly [Size, Size]): void {
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
      for (const path of paths) {
        await page.setViewportSize(sizes[0].size);
        await go(path.replace(/:\w+/, (name) => ids[name] ?? name));
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

/** Something to see on every page; answers the ids that paths name. */
async function fill(terrace: TestTerrace): Promise<Readonly<Record<string, string>>> {
  const batch = Array.from({ length: 60 }, (_, index) => ({
    type: "track",
    userId: `u-${index % 7}`,
    event: index % 3 === 0 ? "Order Completed" : "Product Viewed",
    properties: {
      order_id: `o-${index}`,
      revenue: 100 + index,
      currency: "CNY",
      name: "青瓷茶杯 · a rather long name of a product that has to be cut somewhere",
    },
    context: { traits: { name: "欧阳春晓", phone: `1380013${8000 + index}`, city: "杭州" } },
  }));
  await terrace.send([...batch, { type: "track", event: "Nobody" }]);
  await arrived(terrace, {}, 60);
  const who = (await person(terrace, "user_id", "u-1")).id;
  // An address of nobody's concern, for an event that does not happen.
  const toWebhook = { name: "ERP", address: "https://8.8.8.8/orders?token=secret", events: ["Never Happens"] };
  const webhook = (await terrace.api<{ webhook: { id: string } }>("/webhooks", { method: "POST", body: toWebhook })).webhook.id;
  const fromReceiver = { name: "POS", expression: "body.orders", signature: { kind: "standard" }, secret: "whsec_AAAA" };
  const receiver = (await terrace.api<{ id: string }>("/receivers", { method: "POST", body: fromReceiver })).id;
  const experiment = await startExperiment(terrace);
  return {
    ":experiment": experiment,
    ":flag": await makeFlag(terrace),
    ":person": who,
    ":webhook": webhook,
    ":receiver": receiver,
    ...(await fillUsers(terrace, who)),
  };
}

/** An experiment that runs, with nobody in it yet. */
async function startExperiment(terrace: TestTerrace): Promise<string> {
  const variants = [
    { key: "old", name: "Old", weight: 1 },
    { key: "new", name: "New", weight: 1 },
  ];
  const metrics = [
    { of: { metric: "buyers" }, role: "primary" },
    { of: { metric: "average_order_value" }, role: "guardrail", winsorise: 0.99 },
  ];
  const body = { key: "home", name: "Home", hypothesis: "More people buy", definition: { variants, metrics } };
  const { id } = await terrace.api<{ id: string }>("/experiments", { method: "POST", body });
  await terrace.api(`/experiments/${id}/move`, { method: "POST", body: { action: "start" } });
  return id;
}

/** A flag with a rule of each kind. */
async function makeFlag(terrace: TestTerrace): Promise<string> {
  const arms = [
    { key: "control", value: false, weight: 5_000 },
    { key: "new", value: true, weight: 5_000 },
  ];
  const rules = [
    { id: "staff", kind: "force", value: true, condition: { plan: "pro", "app.version": { $vgte: "2.0" } } },
    { id: "grow", kind: "rollout", value: true, coverage: 500, ramp: [{ at: "2099-12-01T00:00:00Z", coverage: 5_000 }] },
    { id: "ab", kind: "experiment", experiment: "checkout", coverage: 10_000, arms },
  ];
  const environments = { production: { on: true, rules } };
  const definition = { type: "boolean", defaultValue: false, offValue: false, environments };
  await terrace.api("/flags", { method: "POST", body: { key: "checkout", name: "Checkout", definition } });
  return "checkout";
}

/** What the pages of users show, with somebody in it. */
async function fillUsers(terrace: TestTerrace, who: string): Promise<Readonly<Record<string, string>>> {
  const rule = { did: { event: "Order Completed" }, count: { op: "gte", value: 2 } };
  const segment = (await terrace.api<{ id: string }>("/segments", { method: "POST", body: { name: "Regulars", rule } })).id;
  const tagRule = { name: "Regulars", tag: "regular", rule, keep: { days: 30 } };
  await switchOnTotalPaid(terrace);
  const regular = (await terrace.api<{ id: string }>("/tag-rules", { method: "POST", body: tagRule })).id;
  const stages = {
    name: "Stage",
    values: [
      { value: "buyer", name: "Buyer", rule },
      { value: "rest", name: "Others", rule: null },
    ],
  };
  await terrace.api("/classes/stage", { method: "PUT", body: stages });
  const layer = (key: string, name: string, part: object) => ({
    key,
    name: { zh: name, en: name },
    role: "Leads",
    playbook: "Call once a month",
    owners: [],
    benefits: ["Tea"],
    badge: { label: { zh: name, en: name }, tone: "ochre", icon: null },
    promotion: "at_once",
    ...part,
  });
  const pyramid = {
    name: { zh: "Pyramid", en: "Pyramid" },
    reviewDay: 1,
    contribution: { unit: { zh: "points", en: "points" }, items: [{ event: { event: "Order Completed" }, property: null, weight: 2 }] },
    layers: [
      layer("top", "Top", { rule, demotion: { lapse: { graceDays: 14 }, minimum: { atLeast: 100, months: 1, graceDays: 7 } } }),
      layer("base", "Base", { rule: null, demotion: { lapse: null, minimum: null } }),
    ],
  };
  await terrace.api("/pyramids/main", { method: "PUT", body: pyramid });
  const expert = {
    name: { zh: "专家认证", en: "Expert" },
    badge: { label: { zh: "专家", en: "Pro" }, tone: "ochre" },
    tag: "expert",
    fields: [{ key: "employer", name: { zh: "单位", en: "Employer" }, type: "text", required: true }],
    eligibility: rule,
    validDays: 365,
    open: true,
  };
  await terrace.api("/verification-kinds/expert", { method: "PUT", body: expert });
  const applied = { kind: "expert", evidence: { employer: "ACME" } };
  const application = (await terrace.api<{ id: string }>(`/people/${who}/verifications`, { method: "POST", body: applied })).id;
  const friends = { name: "Friends", landing: "https://example.com/", conversion: { event: "Order Completed" } };
  const program = (await terrace.api<{ id: string }>("/referrals/programs", { method: "POST", body: friends })).id;
  await terrace.api(`/referrals/programs/${program}/codes`, { method: "POST", body: { people: [who] } });
  await terrace.api("/holdouts", { method: "POST", body: { key: "all", name: "Everybody", scope: "everything" } });
  const pair = { inviter: { value: "u-1" }, invitee: { value: "u-2" } };
  await terrace.api(`/referrals/programs/${program}/bindings`, { method: "POST", body: { pairs: [pair], trusted: true } });
  return { ":application": application, ":program": program, ":rule": regular, ":segment": segment };
}

/** A computed trait of the first template. */
async function switchOnTotalPaid(terrace: TestTerrace): Promise<void> {
  const [total] = (await terrace.api<{ items: { key: string }[] }>("/computed-trait-templates")).items;
  if (total === undefined) throw new Error("there are templates of computed traits");
  const { key, ...computed } = total;
  await terrace.api(`/computed-traits/${key}`, { method: "PUT", body: computed });
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
      /(?<![\w@/.-])(?:nav|home|insight|condition|live|people|person|merges|conflicts|events?|quarantine|visual|keys|members|settings|common|fault|reason|consent|privacy|audit|imports|feed|start|backups|rights|erasures|auditCheck|goals|reports|decisions|alerts|dashboards|metrics|sharing|segments|uses|classes|tagRules|verification|tone|pyramids|referrals|experiments|flags|holdouts)\.[a-z]\w+(?![\w@/.-])/g,
    ),
  ].map(([key]) => `untranslated ${key}`);
  const foreign = language === "en" ? /.{0,12}[\u4e00-\u9fff]+.{0,12}/.exec(shown.replaceAll(SENDERS_OWN, "")) : null;
  return foreign === null ? untranslated : [...untranslated, `Chinese in English: ${foreign[0]}`];
}
