import * as api from "@terrace/contract/api/governor";
import * as suppressions from "@terrace/contract/api/suppressions";
import type { RouteContract } from "@terrace/contract/route";
import { DEFAULT_RULES, type GovernorRules } from "@terrace/domain/governor/rules";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { askedMessage, makeKnown, messageParts, type MessageParts } from "@terrace/testkit/message-parts";
import { sinkCarrier, startMessageSink, type MessageSink } from "@terrace/testkit/message-sink";
import { phone, user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { inTransaction } from "../../platform/storage/postgres.ts";

const NOON = Date.parse("2026-03-10T04:00:00Z"); // in Shanghai
const HOUR_MS = 3_600_000;
const EVERYTHING = { channel: null, tag: null, purpose: null } as const;
const PHONE = "13810000000";

let engine: TestStateEngine;
let sink: MessageSink;
let parts: MessageParts;
let workspaceId = 0;
let nowMs = NOON;
let ann = "";
beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  nowMs = NOON;
  sink = await startMessageSink();
  await engine.db`/* all workspaces: a fresh start */ delete from message`;
  workspaceId = await makeWorkspace(engine.db);
  const provider = { repeating: "neither", repeatableForMs: null, ratePerSecond: null } as const;
  parts = messageParts({ db: engine.db, carrier: sinkCarrier(sink.url, provider), nowMs: () => nowMs });
  [ann = ""] = await makeKnown({ db: engine.db, privacy: parts.privacy }, workspaceId, [{ ids: [user("u0"), phone(PHONE)] }]);
});
afterEach(async () => {
  await parts.messages.stop();
  await sink.close();
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(parts.routes, workspaceId, of, input);
const save = (version: number, rules: GovernorRules) =>
  call(api.saveGovernorRules, { body: { version, rules: api.governorRulesSchema.parse(rules), reason: "Fewer of them" } });
const run = async (): Promise<void> => {
  const [loop] = parts.messages.loops;
  const { signal } = new AbortController();
  while ((await loop?.step(signal)) === 0) await parts.messages.stop();
  await parts.messages.stop();
};
const ask = (key: string, part: Partial<Parameters<typeof askedMessage>[0]> = {}) =>
  inTransaction(engine.db, (tx) => parts.messages.ask(tx, workspaceId, [askedMessage({ key, originId: ann, ...part })]));
const trial = (body: Partial<CallInput<typeof api.tryGovernor>["body"]> = {}) =>
  call(api.tryGovernor, { body: { person: ann, channel: "sms", purpose: "service", ...body } });
const answerOf = (tried: api.GovernorTrial, check: string, rule: string | null = null) =>
  tried.checks.find((one) => one.check === check && one.rule === rule)?.answer;

test("rules begin with those of a new workspace, each change is a version with its reason, and who was slower is told", async () => {
  const begun = await call(api.getGovernorRules);
  expect(begun).toMatchObject({ version: 0, rules: DEFAULT_RULES, changedAt: null });
  expect(begun.platformCaps.map(({ id }) => id)).toEqual(["wecom_day", "wecom_month"]);
  const first = { ...DEFAULT_RULES, repeatHours: null };
  expect(await save(0, first)).toMatchObject({ version: 1, rules: first, reason: "Fewer of them", changedBy: "ann@example.test" });
  await expect(save(0, DEFAULT_RULES)).rejects.toMatchObject({ code: "governor.rules_changed", fault: { field: "version" } });
  // Of two who save at once one is told.
  const both = await Promise.allSettled([save(1, DEFAULT_RULES), save(1, { ...first, caps: [] })]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(parts.audited.filter((one) => one.startsWith("governor.rules"))).toEqual([
    "governor.rules governor:1",
    "governor.rules governor:2",
  ]);
  const page = await call(api.listGovernorRules, { query: { limit: 1 } });
  expect(page.items.map(({ version }) => version)).toEqual([2]);
  const next = await call(api.listGovernorRules, { query: { limit: 1, cursor: page.nextCursor } });
  expect(next).toMatchObject({ items: [{ version: 1, rules: first }] });
  expect(next.nextCursor).toBeUndefined();
});

test("rules that cannot hold are refused by their field", async () => {
  const cap = { id: "c", scope: EVERYTHING, most: 1, period: { kind: "rolling", count: 32, unit: "day" }, action: "defer" } as const;
  await expect(save(0, { ...DEFAULT_RULES, caps: [cap] })).rejects.toMatchObject({
    code: "governor.period_too_long",
    fault: { field: "rules.caps.0.period.count" },
  });
  await expect(
    save(0, { ...DEFAULT_RULES, caps: [{ ...cap, id: "night", period: { kind: "calendar", unit: "day" } }] }),
  ).rejects.toMatchObject({
    code: "governor.rule_id_taken",
  });
  expect((await call(api.getGovernorRules)).version).toBe(0);
});

test("a message is tried on somebody: every rule answers, the same as happens, and nothing comes of trying", async () => {
  await save(0, {
    ...DEFAULT_RULES,
    caps: [{ id: "one", scope: EVERYTHING, most: 1, period: { kind: "calendar", unit: "day" }, action: "defer" }],
  });
  await engine.db`
    insert into holdout (workspace_id, key, name, scope, rotation, rotates_at, ended_at, created_at, created_by)
    values (${workspaceId}, 'all', 'All', '"everything"', null, null, null, now(), 'ann')`;
  await engine.db`
    insert into holdout_generation (workspace_id, holdout_id, number, share, from_at)
    select ${workspaceId}, holdout_id, 1, 1, ${new Date(NOON - HOUR_MS)} from holdout where workspace_id = ${workspaceId}`;
  const free = await trial();
  expect(free).toMatchObject({
    verdict: { verdict: "send", reason: "allowed", until: null },
    zone: "Asia/Shanghai",
    rulesVersion: 1,
    sent: 0,
  });
  expect(answerOf(free, "address")).toBe("passes");
  expect(answerOf(free, "cap", "one")).toBe("passes");
  expect(answerOf(free, "grant")).toBe("not_asked");
  // Nobody was put into a group of a holdout, or logged.
  expect(await engine.db`select 1 from holdout_group where workspace_id = ${workspaceId}`).toHaveLength(0);

  await ask("k1");
  await run();
  expect(sink.received).toHaveLength(1);
  const again = await trial({ template: "k1" });
  expect(again).toMatchObject({ verdict: { verdict: "block", reason: "repeat" }, sent: 1 });
  const other = await trial();
  expect(other).toMatchObject({ verdict: { verdict: "defer", reason: "cap", rule: "one", details: { count: 1, most: 1 } } });
  // The day ends at midnight, and the night after it at eight.
  expect(other.verdict.details["freeAt"]).toBe("2026-03-10T16:00:00.000Z");
  expect(other.verdict.until).toBe("2026-03-11T00:00:00.000Z");
  expect(answerOf(other, "cap", "one")).toBe("defers");
  expect(await trial({ transactional: true })).toMatchObject({ verdict: { verdict: "send", reason: "transactional" } });
  expect(await trial({ channel: "email" })).toMatchObject({ verdict: { verdict: "block", reason: "no_address" } });
  const night = await trial({ at: new Date(NOON + 24 * HOUR_MS + 11 * HOUR_MS).toISOString() });
  expect(night).toMatchObject({ verdict: { verdict: "defer", reason: "quiet_hours", rule: "sms_night" } });
  await expect(trial({ at: new Date(NOON - HOUR_MS).toISOString() })).rejects.toMatchObject({ code: "governor.time_out_of_range" });
  await expect(trial({ person: "12345" })).rejects.toMatchObject({ code: "person.not_found", fault: { field: "person" } });
});

test("an address is suppressed by hand and lifted again; it is shown masked, and what its owner asked for needs approval", async () => {
  const body = { channel: "sms", address: "+86 138 1000 0000", detail: "Asked by letter, 13810000000" } as const;
  const added = await call(suppressions.addSuppression, { body });
  expect(added).toMatchObject({
    channel: "sms",
    address: "138****0000",
    reason: "manual",
    detail: "Asked by letter, 138****0000",
    person: { displayName: "u0" },
  });
  expect(await trial()).toMatchObject({ verdict: { reason: "suppressed", details: { because: "manual" } } });
  expect((await call(suppressions.findSuppression, { body: { channel: "sms", address: PHONE } })).item?.id).toBe(added.id);
  expect((await call(suppressions.findSuppression, { body: { channel: "email", address: "a@b.test" } })).item).toBeNull();
  await expect(call(suppressions.findSuppression, { body: { channel: "push", address: "t" } })).rejects.toMatchObject({
    code: "suppression.channel_has_none",
    fault: { field: "channel" },
  });
  await expect(call(suppressions.addSuppression, { body: { ...body, address: "12" } })).rejects.toMatchObject({
    code: "suppression.address_invalid",
    fault: { field: "address" },
  });
  await call(suppressions.liftSuppression, { params: { suppression: added.id }, body: { reason: "A mistake" } });
  await expect(call(suppressions.liftSuppression, { params: { suppression: added.id }, body: { reason: "x" } })).rejects.toMatchObject({
    code: "suppression.not_found",
  });
  expect(parts.audited.filter((one) => one.startsWith("suppression"))).toEqual([
    `suppression.add suppression:${added.id}`,
    `suppression.lift suppression:${added.id}`,
  ]);

  await complained();
  const [asked] = (await call(suppressions.listSuppressions, { query: { reason: "complained" } })).items;
  expect(asked).toMatchObject({ address: "138****0000", person: { displayName: "u0" } });
  const lift = { params: { suppression: asked?.id ?? "" }, body: { reason: "They wrote" } };
  await expect(call(suppressions.liftSuppression, { ...lift, as: { may: () => false } })).rejects.toMatchObject({
    code: "suppression.needs_approval",
  });
  await call(suppressions.liftSuppression, lift);
  expect((await call(suppressions.listSuppressions)).items).toEqual([]);
});

/** Somebody complains of a message they got. */
async function complained(): Promise<void> {
  await ask("bad");
  await run();
  const [reference = ""] = sink.received.map((one) => one.reference);
  const receipt = { reference, what: "complained", atMs: nowMs, detail: "fbl" } as const;
  expect(await parts.messages.takeReceipts(workspaceId, { providerId: "sink-sms", kind: "http_sms" }, [receipt])).toBe(1);
}

test("of whom is erased nobody knows any more whose address it was; the address stays suppressed", async () => {
  await complained();
  const one = { personId: ann, originIds: [ann] };
  const asked = askedAbout(workspaceId, one);
  expect(await parts.governor.holder.describe(asked)).toMatchObject([{ key: "suppressions", total: 1, items: [{ what: "sms" }] }]);
  await eraseFrom(engine.db, parts.governor.holder, erasureOf(workspaceId, [one]));
  expect(await parts.governor.holder.describe(asked)).toEqual([]);
  expect((await call(suppressions.listSuppressions)).items).toMatchObject([{ address: null, person: null, reason: "complained" }]);
  expect(await trial()).toMatchObject({ verdict: { reason: "suppressed" } });
});

test("decisions are counted by day of the workspace and reason, and can be looked at one by one; people by how many they got", async () => {
  await ask("k1");
  await run();
  nowMs = NOON + 11 * HOUR_MS;
  await ask("k2");
  await ask("k3", { channel: "sms", purpose: "marketing" });
  await run();
  const days = { from: "2026-03-10", to: "2026-03-11" };
  const report = await call(api.reportGovernorDecisions, { query: days });
  expect(report).toEqual({
    zone: "Asia/Shanghai",
    rows: [
      { day: "2026-03-10", what: "block", reason: "no_consent", rule: null, decisions: 1 },
      { day: "2026-03-10", what: "defer", reason: "quiet_hours", rule: "sms_night", decisions: 1 },
      { day: "2026-03-10", what: "send", reason: "allowed", rule: null, decisions: 1 },
    ],
  });
  const first = await call(api.listGovernorDecisions, { query: { ...days, limit: 2 } });
  expect(first.items.map(({ what, reason }) => `${what} ${reason}`).toSorted()).toEqual(["block no_consent", "defer quiet_hours"]);
  const rest = await call(api.listGovernorDecisions, { query: { ...days, limit: 2, cursor: first.nextCursor } });
  expect(rest.items).toMatchObject([{ what: "send", template: "k1", channel: "sms", person: { displayName: "u0" } }]);
  const held = await call(api.listGovernorDecisions, { query: { ...days, what: "defer", rule: "sms_night" } });
  expect(held.items).toMatchObject([{ template: "k2", details: { zone: "Asia/Shanghai", freeAt: "2026-03-11T00:00:00.000Z" } }]);
  for (const wrong of [
    { from: "2026-03-10", to: "2026-03-10" },
    { from: "2026-03-10", to: "2026-07-10" },
  ])
    await expect(call(api.reportGovernorDecisions, { query: wrong })).rejects.toMatchObject({
      code: "governor.days_out_of_range",
      fault: { field: "to" },
    });
  const load = (query: typeof days) => call(api.reportGovernorLoad, { query });
  expect(await load(days)).toEqual({ people: 1, messages: 1, histogram: [{ messages: 1, people: 1 }] });
  expect(await load({ from: "2026-03-11", to: "2026-03-12" })).toEqual({ people: 0, messages: 0, histogram: [] });
});
