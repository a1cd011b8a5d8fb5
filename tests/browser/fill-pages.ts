import type { TestTerrace } from "@terrace/testkit/terrace";
import { arrived, person } from "../sdk/arrivals.ts";

/** Something to see on every page; answers the ids that paths name. */
export async function fill(terrace: TestTerrace): Promise<Readonly<Record<string, string>>> {
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
  const template = (
    await terrace.api<{ id: string }>("/template-gallery/welcome_mail", {
      method: "POST",
      body: { defaultLanguage: "en" },
    })
  ).id;
  return {
    ":journey": await makeJourney(terrace),
    ":broadcast": await makeBroadcast(terrace),
    ":template": template,
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

/** A journey with nobody in it yet. */
async function makeJourney(terrace: TestTerrace): Promise<string> {
  const wait = { kind: "wait", until: { kind: "duration", length: { amount: 1, unit: "day" } } };
  const definition = {
    entry: { kind: "event", on: { event: "Order Completed", where: { property: "revenue", gt: 100 } }, times: "every" },
    start: "pause",
    nodes: [
      { ...wait, id: "pause", outs: { next: "exit" } },
      { kind: "exit", id: "exit" },
    ],
    goal: { on: { event: "Product Viewed" }, withinDays: 7 },
    purpose: "marketing",
  };
  return (await terrace.api<{ id: string }>("/journeys", { method: "POST", body: { name: "Welcome", definition } })).id;
}

/** A draft with two variants and everything that can be set. */
async function makeBroadcast(terrace: TestTerrace): Promise<string> {
  const definition = {
    segment: "1",
    without: "2",
    channel: "email",
    purpose: "marketing",
    variants: ["a", "b"].map((key) => ({ key, template: "1" })),
    test: { share: 2_000, by: "opened", afterMinutes: 240 },
    begins: "2031-07-01T09:00",
    window: { from: "10:00", to: "19:30", weekdays: [1, 5] },
    perMinute: 600,
  };
  return (await terrace.api<{ id: string }>("/broadcasts", { method: "POST", body: { name: "Spring", definition } })).id;
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
    {
      id: "ab",
      kind: "experiment",
      experiment: "checkout",
      coverage: 1_000,
      ramp: [{ at: "2099-12-01T00:00:00Z", coverage: 10_000 }],
      arms,
    },
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
