import * as mergeApi from "@terrace/contract/api/merges";
import * as peopleApi from "@terrace/contract/api/people";
import * as remarkApi from "@terrace/contract/api/person-remarks";
import * as segmentApi from "@terrace/contract/api/segments";
import * as api from "@terrace/contract/api/verifications";
import type { RouteContract } from "@terrace/contract/route";
import { fieldView, watchedView } from "@terrace/domain/access/field-view";
import type { VerificationState } from "@terrace/domain/verification/verification-states";
import { segmentsIn } from "@terrace/domain/segments/rule-order";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, membersIn, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ch } from "../../platform/storage/clickhouse.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { createVerification, kindsNaming, type VerificationModule } from "./module.ts";

const RUNS = Number(process.env["TERRACE_RUNS"] ?? 3);
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 28, 9);

let engines: TestEngines;
let world: LiveWorld;
let verification: VerificationModule;
let workspaceId = 0;
let audited: Pick<Parameters<VerificationDeps["audit"]>[1], "action" | "target" | "detail">[] = [];
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(begin);

async function begin(): Promise<void> {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  audited = [];
  verification = createVerification({
    db: engines.db,
    privacy: world.privacy,
    audit: (_tx, { action, target, detail }) => Promise.resolve(void audited.push({ action, target, detail })),
    people: world.people,
    meets: world.segments.meets,
    requireSegments: world.segments.requireSegments,
    nowMs: () => world.nowMs,
  });
}

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(verification.routes, workspaceId, of, input);
const { people, came, originOf, personOf } = actsIn(() => ({ engines, world, workspaceId }));

async function come(...names: readonly string[]): Promise<void> {
  await world.append(names.map((name) => came({ ids: [user(name)], name: "Posted" })));
  await world.drain();
}

type Definition = NonNullable<CallInput<typeof api.putVerificationKind>["body"]>;
const EXPERT: Definition = {
  name: { zh: "专家认证", en: "Expert" },
  badge: { label: { zh: "专家", en: "Expert" }, tone: "ochre" },
  tag: "认证专家",
  fields: [
    { key: "employer", name: { zh: "单位", en: "Employer" }, type: "text", required: true },
    { key: "licence", name: { zh: "证书", en: "Licence" }, type: "link", required: false },
    { key: "level", name: { zh: "级别", en: "Level" }, type: "choice", required: false, choices: ["初级", "高级"] },
  ],
  eligibility: null,
  validDays: 30,
  open: true,
};
const makeKind = async (change: Partial<Definition> = {}, key = "expert") =>
  call(api.putVerificationKind, { params: { kind: key }, body: { ...EXPERT, ...change } });
const apply = async (name: string, evidence: Record<string, string> = { employer: "茶叶研究所" }, kind = "expert"): Promise<string> =>
  (await call(api.applyForVerification, { params: { person: await personOf(name) }, body: { kind, evidence } })).id;
const approve = (id: string, note = "") => call(api.approveVerification, { params: { verification: id }, body: { note } });

/** Ids with the tag in both engines, which agree. */
async function tagged(tag: string): Promise<readonly string[]> {
  const rows = await engines.db<{ id: string }[]>`
    select origin_id as id from person_tag where workspace_id = ${workspaceId} and tag = ${tag} and (expires_at is null or expires_at > ${new Date(world.nowMs)})`;
  const copy = await engines.warehouse.rows<{ id: string }>(
    workspaceId,
    "test",
    ch`select toString(origin_id) as id from person_tag final where workspace_id = ${ch.value("UInt32", workspaceId)} and tag = ${ch.value("String", tag)}
      and (until = 0 or until > ${ch.value("Int64", world.nowMs)})`,
  );
  expect(copy.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  return rows.map(({ id }) => id).toSorted();
}

/** Names and applications of the events that told of verifications. */
async function told(): Promise<readonly string[]> {
  const rows = await engines.warehouse.rows<{ what: string }>(
    workspaceId,
    "test",
    ch`select concat(name, ' ', toString(properties.verification)) as what from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and startsWith(name, '$verification') order by what`,
  );
  return rows.map(({ what }) => what);
}

test("who is approved has the tag, the badge and an event; what is revoked is taken away again", async () => {
  await come("ann", "ben");
  const kind = await makeKind();
  expect(kind).toMatchObject({ key: "expert", waiting: 0, verified: 0, validDays: 30 });
  const { id: segment } = await callRoute(world.segments.routes, workspaceId, segmentApi.createSegment, {
    body: { name: "Experts", rule: { tag: "认证专家", has: true } },
  });
  await world.drain();
  const id = await apply("ann", { employer: " 茶叶研究所，电话 13800138000 ", licence: "https://example.com/l", level: "" });
  const waiting = await call(api.getVerification, { params: { verification: id } });
  expect(waiting).toMatchObject({ state: "submitted", counts: false, decidedAt: null, submittedBy: "ann@example.test" });
  expect(waiting.evidence).toEqual([
    {
      key: "employer",
      name: { zh: "单位", en: "Employer" },
      type: "text",
      value: expect.stringContaining("138****8000") as string,
      personal: true,
    },
    { key: "licence", name: { zh: "证书", en: "Licence" }, type: "link", value: "https://example.com/l", personal: false },
  ]);
  expect((await call(api.unmaskVerification, { params: { verification: id }, body: { reason: "call back" } })).evidence).toEqual({
    employer: "茶叶研究所，电话 13800138000",
    licence: "https://example.com/l",
  });
  expect((await call(api.listVerificationKinds)).items).toMatchObject([{ waiting: 1, verified: 0 }]);

  const approved = await call(api.approveVerification, { params: { verification: id }, body: { note: "证书核对过" } });
  expect(approved).toMatchObject({ state: "approved", counts: true, validUntil: new Date(START_MS + 30 * DAY_MS).toISOString() });
  expect(approved.history.map(({ state, reason }) => [state, reason])).toEqual([
    ["submitted", ""],
    ["approved", "证书核对过"],
  ]);
  await world.drain();
  expect([await tagged("认证专家"), await told()]).toEqual([[originOf("ann")], [`$verification_approved ${id}`]]);
  expect((await membersIn(engines, workspaceId, segment)).state).toEqual([await personOf("ann")]);
  const ann = await people(peopleApi.getPerson, { params: { person: await personOf("ann") } });
  expect(ann.tags).toMatchObject([
    { tag: "认证专家", rule: null, verification: { key: "expert", name: { zh: "专家认证", en: "Expert" } } },
  ]);
  await expect(people(remarkApi.removeTag, { params: { person: ann.id, tag: "认证专家" } })).rejects.toMatchObject({
    fault: { code: "tag.by_verification" },
  });

  await call(api.revokeVerification, { params: { verification: id }, body: { reason: "证书失效" } });
  await world.drain();
  expect([await tagged("认证专家"), (await told()).length]).toEqual([[], 2]);
  expect((await membersIn(engines, workspaceId, segment)).state).toEqual([]);
  expect(audited.map(({ action }) => action)).toEqual([
    "verification_kind.create",
    "verification.submit",
    "verification.unmask",
    "verification.approve",
    "verification.revoke",
  ]);
});

test("a field that is said to be personal is masked as such, and what is not asked for any more as a whole; the log keeps no reason", async () => {
  await come("ann");
  const named = (key: string, personal: "name" | "marked" | null) =>
    ({ key, name: { zh: key, en: key }, type: "text", required: false, personal }) as const;
  const fields = [named("holder", "name"), named("school", "marked"), named("about", null)];
  await makeKind({ fields: [...fields, named("old", null)] });
  const id = await apply("ann", { holder: "王小明", school: "武夷学院", about: "电话 13800138000", old: "旧证" });
  await makeKind({ fields });
  const shown = async (as: CallInput<typeof api.getVerification>["as"] = {}) =>
    (await call(api.getVerification, { params: { verification: id }, as })).evidence.map(({ key, value }) => [key, value]);
  const masked = [
    ["holder", "王**"],
    ["school", "***"],
    ["about", "电话 138****8000"],
    ["old", "***"],
  ];
  expect(await shown()).toEqual(masked);
  const hidden = fieldView({ classes: { name: "hidden" }, traits: {}, properties: {} }, true);
  expect(await shown({ fields: hidden })).toContainEqual(["holder", "***"]);
  const told = new Set<string>();
  const names = watchedView(fieldView({ classes: { name: "clear" }, traits: {}, properties: {} }, true), (where) => told.add(where));
  expect([(await shown({ fields: names }))[0], told.has("name")]).toEqual([["holder", "王小明"], true]);
  const clear = await call(api.unmaskVerification, { params: { verification: id }, body: { reason: "call back" } });
  expect(clear.evidence).toEqual({ holder: "王小明", school: "武夷学院", about: "电话 13800138000", old: "旧证" });
  // Whoever makes kinds cannot lay open what was given: neither by saying that a field holds nothing personal, nor by taking it away and back.
  await makeKind({ fields: [named("holder", null), named("about", null), named("old", null)] });
  await makeKind({ fields: [named("holder", null), named("school", null), named("about", null), named("old", null)] });
  expect(await shown()).toEqual(masked);
  const reason = "证书是王小明的，不是本人的";
  await call(api.rejectVerification, { params: { verification: id }, body: { reason } });
  expect(audited.at(-1)).toEqual({
    action: "verification.reject",
    target: `verification:${id}`,
    detail: { kind: "expert", person: await personOf("ann") },
  });
});

test("an application that is not as it must be, a second one, and a decision that was made are refused with the field", async () => {
  await come("ann", "ben");
  await makeKind();
  const refused = (evidence: Record<string, string>) => expect(apply("ann", evidence)).rejects;
  await refused({}).toMatchObject({ fault: { code: "verification.evidence_invalid", field: "evidence.employer" } });
  await refused({ employer: "x", licence: "javascript:alert(1)" }).toMatchObject({ fault: { field: "evidence.licence" } });
  await refused({ employer: "x", level: "大师" }).toMatchObject({ fault: { field: "evidence.level" } });
  await refused({ employer: "x", other: "y" }).toMatchObject({ fault: { field: "evidence.other" } });
  await expect(apply("ann", {}, "nobody")).rejects.toMatchObject({ fault: { code: "verification_kind.not_found" } });
  const id = await apply("ann");
  await refused({ employer: "x" }).toMatchObject({ fault: { code: "verification.already_open", details: { verification: id } } });
  await call(api.withdrawVerification, { params: { verification: id }, body: {} });
  await expect(approve(id)).rejects.toMatchObject({ fault: { code: "verification.state_changed", details: { state: "withdrawn" } } });
  await expect(approve("77")).rejects.toMatchObject({ fault: { code: "verification.not_found" } });
  const again = await apply("ann");
  const rejected = await call(api.rejectVerification, { params: { verification: again }, body: { reason: "看不清" } });
  expect(rejected.history.at(-1)).toMatchObject({ state: "rejected", reason: "看不清", by: "ann@example.test" });
  await makeKind({ open: false });
  await refused({ employer: "x" }).toMatchObject({ fault: { code: "verification_kind.closed" } });
  await makeKind({ validDays: null });
  await approve(await apply("ann"));
  await refused({ employer: "x" }).toMatchObject({ fault: { code: "verification.already_verified" } });
  expect((await call(api.listVerifications, { query: { state: "rejected" } })).items.map((one) => one.id)).toEqual([again]);
  const byId = await call(api.submitVerification, {
    body: { kind: "expert", evidence: { employer: "y" }, identity: { kind: "user_id", value: "ben" } },
  });
  expect(byId.person.id).toBe(await personOf("ben"));
});

test("only whoever meets the condition of a kind can apply, and its segments are in use", async () => {
  await come("ann", "ben", "ben");
  const { id: segment } = await callRoute(world.segments.routes, workspaceId, segmentApi.createSegment, {
    body: { name: "Writers", rule: { did: { event: "Posted" }, count: { op: "gte", value: 2 } } },
  });
  await world.drain();
  await makeKind({ eligibility: { all: [{ segment, in: true }, { did: { event: "Posted" } }] } });
  await expect(apply("ann")).rejects.toMatchObject({ fault: { code: "verification.not_eligible" } });
  await apply("ben");
  expect(
    await kindsNaming({ db: engines.db, privacy: world.privacy }, workspaceId, (condition) => segmentsIn(condition).has(segment)),
  ).toEqual([{ kind: "verification", id: "expert", name: "专家认证" }]);
  await expect(makeKind({ eligibility: { segment: "999999", in: true } })).rejects.toMatchObject({
    fault: { code: "condition.no_such_segment", field: "eligibility" },
  });
});

test("a kind's other tag is taken, and a kind that is deleted takes its tag along", async () => {
  await come("ann");
  await makeKind();
  await approve(await apply("ann"));
  await makeKind({ tag: "大V" });
  await world.drain();
  expect([await tagged("认证专家"), await tagged("大V")]).toEqual([[], [originOf("ann")]]);
  await call(api.deleteVerificationKind, { params: { kind: "expert" } });
  await world.drain();
  expect([await tagged("大V"), (await call(api.listVerifications)).items]).toEqual([[], []]);
});

test("an approval ends by itself and is told once; a renewal replaces it without a gap", async () => {
  await come("ann", "ben");
  await makeKind();
  const first = await apply("ann");
  await approve(first);
  const other = await apply("ben");
  await approve(other);
  world.nowMs += 29 * DAY_MS;
  const renewal = await apply("ann");
  await approve(renewal);
  world.nowMs += DAY_MS;
  await runJob();
  await runJob();
  await world.drain();
  const { items } = await call(api.listVerifications);
  expect(items.map(({ id, state, counts }) => [id, state, counts])).toEqual([
    [renewal, "approved", true],
    [other, "expired", false],
    [first, "replaced", false],
  ]);
  expect(await tagged("认证专家")).toEqual([originOf("ann")]);
  expect((await told()).filter((what) => what.startsWith("$verification_expired"))).toEqual([`$verification_expired ${other}`]);
});

test("what was filled in is in the report to the person, and is gone with them", async () => {
  await come("ann");
  await makeKind();
  await approve(await apply("ann"), "证书 13800138000 核对过");
  const person = { personId: await personOf("ann"), originIds: [originOf("ann")] };
  expect(await verification.holder.describe(askedAbout(workspaceId, person))).toMatchObject([
    {
      key: "verifications",
      total: 1,
      items: [
        {
          what: "专家认证 · Expert",
          value: {
            state: "approved",
            "evidence.employer": "茶叶研究所",
            history: [{ state: "submitted" }, { state: "approved", reason: "证书 13800138000 核对过" }],
          },
        },
      ],
    },
  ]);
  const erased = await eraseFrom(engines.db, verification.holder, erasureOf(workspaceId, [person]));
  expect(erased).toMatchObject({ done: true, removed: { rows: 1 } });
  expect(await engines.db`select from verification_step where workspace_id = ${workspaceId}`).toHaveLength(0);
});

async function runJob(): Promise<void> {
  for (const job of verification.jobs) await job.run();
}

/** What an application is, by the rules as they read. */
type Meant = { readonly id: string; readonly origin: string; state: VerificationState; until: number };
type Decision = "approve" | "reject" | "withdraw" | "revoke";

const DECISIONS = {
  approve: (verification: string) => approve(verification),
  reject: (verification: string) => call(api.rejectVerification, { params: { verification }, body: { reason: "so" } }),
  withdraw: (verification: string) => call(api.withdrawVerification, { params: { verification }, body: {} }),
  revoke: (verification: string) => call(api.revokeVerification, { params: { verification }, body: { reason: "so" } }),
} as const;

/** The rules, slowly: all applications in a list, and what was told of them. */
class Model {
  readonly all: Meant[] = [];
  readonly told: string[] = [];

  async ofSame({ origin }: { readonly origin: string }): Promise<readonly Meant[]> {
    const owners = await ownersIn(engines, workspaceId);
    return this.all.filter((one) => owners.get(one.origin) === owners.get(origin));
  }

  /** In the order in which they end; the last one of a person is told. */
  async expire(): Promise<void> {
    const ending = this.all.filter(({ state, until }) => state === "approved" && until <= world.nowMs);
    for (const end of ending.toSorted((a, b) => a.until - b.until || Number(BigInt(a.id) - BigInt(b.id)))) {
      end.state = "expired";
      if (!(await this.ofSame(end)).some(({ state }) => state === "approved")) this.told.push(`$verification_expired ${end.id}`);
    }
  }

  async decide(target: Meant, decision: Decision): Promise<void> {
    const own = await this.ofSame(target);
    if (decision === "approve") {
      for (const one of own) one.state = one.state === "approved" ? "replaced" : one.state === "submitted" ? "withdrawn" : one.state;
      Object.assign(target, { state: "approved", until: world.nowMs + 30 * DAY_MS });
      this.told.push(`$verification_approved ${target.id}`);
    } else if (decision === "revoke") {
      for (const one of own) one.state = one.state === "approved" ? "revoked" : one.state;
      this.told.push(`$verification_revoked ${target.id}`);
    } else target.state = decision === "reject" ? "rejected" : "withdrawn";
  }
}

async function tryToApply(model: Model, name: string): Promise<void> {
  const origin = await personOf(name);
  const may = !(await model.ofSame({ origin })).some(({ state }) => state === "submitted");
  const id = await apply(name).catch(() => "");
  expect(id !== "").toBe(may);
  if (id !== "") model.all.push({ id, origin, state: "submitted", until: 0 });
}

async function tryToDecide(model: Model, which: number, decision: Decision): Promise<void> {
  const target = model.all[which];
  if (target === undefined) return;
  const may = target.state === (decision === "revoke" ? "approved" : "submitted");
  const done = await DECISIONS[decision](target.id).then(
    () => true,
    () => false,
  );
  expect(done).toBe(may);
  if (may) await model.decide(target, decision);
}

async function expectAsMeant(model: Model): Promise<void> {
  await world.drain();
  const { items } = await call(api.listVerifications, { query: { limit: 200 } });
  const owners = await ownersIn(engines, workspaceId);
  const holding = model.all.filter(({ state, until }) => state === "approved" && until > world.nowMs);
  expect(items.map(({ id, state }) => [id, state]).toSorted()).toEqual(model.all.map(({ id, state }) => [id, state]).toSorted());
  expect(await tagged("认证专家")).toEqual([...new Set(holding.map(({ origin }) => origin))].toSorted());
  const counting = items.filter(({ counts }) => counts).map(({ person }) => person.id);
  expect(counting.toSorted()).toEqual([...new Set(holding.map(({ origin }) => owners.get(origin)))].toSorted());
  expect(await told()).toEqual(model.told.toSorted());
}

test("whatever happens to people and applications, one verification counts, the tag is where one holds, and each change is told once", async () => {
  const who = fc.integer({ min: 0, max: 3 });
  const decision = fc.constantFrom<Decision>("approve", "approve", "reject", "withdraw", "revoke");
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.record({ what: fc.constant("apply" as const), who }) },
    { weight: 5, arbitrary: fc.record({ what: fc.constant("decide" as const), which: fc.integer({ min: 0, max: 9 }), decision }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("merge" as const), who, other: who }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant("unmerge" as const) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("wait" as const), days: fc.integer({ min: 1, max: 20 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("job" as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 6, maxLength: 30 }), async (acts) => {
      await begin();
      await come("u0", "u1", "u2", "u3");
      await makeKind();
      const model = new Model();
      const merges: string[] = [];
      for (const one of acts) {
        if (one.what === "wait") world.nowMs += one.days * DAY_MS;
        else if (one.what === "apply") await tryToApply(model, `u${one.who}`);
        else if (one.what === "decide") await tryToDecide(model, one.which, one.decision);
        else if (one.what === "job") {
          await runJob();
          await model.expire();
        } else if (one.what === "unmerge") {
          const merge = merges.pop();
          if (merge !== undefined) await people(mergeApi.takeBackMerge, { params: { merge } });
        } else {
          const [a, b] = [await personOf(`u${one.who}`), await personOf(`u${one.other}`)];
          if (a !== b) merges.push((await people(mergeApi.createMerge, { body: { people: [a, b], confirmConflicts: true } })).id);
        }
      }
      await expectAsMeant(model);
    }),
    { numRuns: RUNS },
  );
});
