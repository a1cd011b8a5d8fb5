import * as api from "@terrace/contract/api/classes";
import * as mergeApi from "@terrace/contract/api/merges";
import * as peopleApi from "@terrace/contract/api/people";
import { lookUpPerson } from "@terrace/contract/api/person-lookup";
import * as segmentApi from "@terrace/contract/api/segments";
import * as tagRuleApi from "@terrace/contract/api/tag-rules";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { CLASS_CHANGED } from "@terrace/domain/event/segment-events";
import type { JsonObject } from "@terrace/domain/json";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { device, user } from "@terrace/testkit/people-model";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ch } from "../../../platform/storage/clickhouse.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";

const RUNS = Number(process.env["TERRACE_RUNS"] ?? 4);
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 2, 9);

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(begin);

async function begin(): Promise<void> {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
}

const { segments: call, people, came, originOf, personOf } = actsIn(() => ({ engines, world, workspaceId }));

const bought = (name: string) => came({ ids: [user(name)], name: "Bought" });
const viewed = (name: string) => came({ ids: [user(name)], name: "Viewed" });

const within = (event: string, days: number): PersonCondition => ({ did: { event }, within: { days } });
/** Buyers of three days, who was here in two days, whoever was here at all. */
const STAGES = [
  { value: "buyer", name: "Buyer", rule: within("Bought", 3) },
  { value: "here", name: "Here", rule: { any: [within("Bought", 5), within("Viewed", 2)] } },
  { value: "quiet", name: "Quiet", rule: null },
] as const;
const put = (
  values: CallInput<typeof api.putClass>["body"] extends infer B ? (B extends { values: infer V } ? V : never) : never,
  key = "stage",
) => call(api.putClass, { params: { class: key }, body: { name: "Stage", values } });

/** What each user has as a trait, by both engines. */
async function stages(names: readonly string[], trait = "$stage"): Promise<Readonly<Record<string, unknown>>> {
  const owners = await ownersIn(engines, workspaceId);
  const rows = await engines.db<{ id: string; traits: JsonObject; computed: JsonObject }[]>`
    select person_id as id, traits, computed from person_profile where workspace_id = ${workspaceId} order by person_id`;
  const copy = await engines.warehouse.rows<{ id: string; traits: string }>(
    workspaceId,
    "test",
    ch`select toString(person_id) as id, toJSONString(traits) as traits from person_trait final where workspace_id = ${ch.value("UInt32", workspaceId)}`,
  );
  const copied = new Map(copy.map(({ id, traits }) => [id, JSON.parse(traits) as JsonObject]));
  for (const { id, traits, computed } of rows) {
    expect(copied.get(id)).toEqual(traits);
    expect(traits).toMatchObject(computed);
  }
  const known = new Map(rows.map(({ id, traits }) => [id, traits[trait] ?? null]));
  return Object.fromEntries(names.map((name) => [name, known.get(owners.get(originOf(name)) ?? "") ?? null]));
}

/** What one look at each user tells is what the pages of the person tell one by one. */
async function looksAgree(names: readonly string[]): Promise<void> {
  const owners = await ownersIn(engines, workspaceId);
  for (const name of names.filter((each) => owners.has(originOf(each)))) {
    const now = await people(lookUpPerson, { query: { kind: "user_id", value: name, traits: "$stage" } });
    const person = await people(peopleApi.getPerson, { params: { person: owners.get(originOf(name)) ?? "" } });
    const { items } = await call(segmentApi.listPersonSegments, { params: { person: person.id } });
    expect(now.id).toBe(person.id);
    expect(now.segments).toEqual(items.map((segment) => ({ ...segment, live: true })));
    expect(now.tags).toEqual(person.tags.map(({ tag }) => tag).toSorted());
    const classes = person.traits.flatMap(({ value, computed }) =>
      computed === undefined ? [] : [{ key: computed.class, name: computed.name, value, valueName: computed.valueName }],
    );
    expect(now.classes).toEqual(classes);
    expect(now.traits).toEqual(Object.fromEntries(classes.map(({ key, value }) => [`$${key}`, value])));
  }
}

async function told(): Promise<readonly string[]> {
  const rows = await engines.warehouse.rows<{ text: string }>(
    workspaceId,
    "test",
    ch`select concat(toString(properties.from), '>', toString(properties.to), ' ', toString(properties.why)) as text from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and name = ${ch.value("String", CLASS_CHANGED)} order by time, text`,
  );
  return rows.map(({ text }) => text);
}

test("everyone has the first value whose rule they meet, as a trait that conditions and lists know; changes are told once", async () => {
  await world.append([bought("ann"), viewed("ben"), came({ ids: [user("cat")], name: "Joined" })]);
  await world.drain();
  const made = await put([...STAGES]);
  expect(made).toMatchObject({ key: "stage", trait: "$stage", live: false });
  await world.drain();
  expect(await stages(["ann", "ben", "cat"])).toEqual({ ann: "buyer", ben: "here", cat: "quiet" });
  expect(await told()).toEqual([]);
  const shown = await call(api.getClass, { params: { class: "stage" } });
  expect(shown.values.map(({ value, people: count }) => [value, count])).toEqual([
    ["buyer", 1],
    ["here", 1],
    ["quiet", 1],
  ]);
  expect(shown.live).toBe(true);
  const ann = await people(peopleApi.getPerson, { params: { person: await personOf("ann") } });
  expect(ann.traits).toMatchObject([
    {
      key: "$stage",
      value: "buyer",
      updatedAt: new Date(START_MS).toISOString(),
      computed: { class: "stage", name: "Stage", valueName: "Buyer" },
    },
  ]);
  const listed = await people(peopleApi.listPeople, { query: { trait: "$stage:buyer" } });
  expect(listed.items.map(({ id }) => id)).toEqual([await personOf("ann")]);
  expect((await call(segmentApi.listSegments)).items).toEqual([]);

  await call(segmentApi.createSegment, { body: { name: "Quiet ones", rule: { trait: "$stage", is: ["quiet"] } } });
  await world.drain();
  world.nowMs += 3 * DAY_MS;
  await world.append([viewed("cat")]);
  await world.drain();
  expect(await stages(["ann", "ben", "cat"])).toEqual({ ann: "here", ben: "quiet", cat: "here" });
  expect(await told()).toEqual(["buyer>here time", "here>quiet time", "quiet>here event"]);
  const [quiet] = (await call(segmentApi.listSegments)).items;
  expect(quiet?.size).toBe(1);

  const flow = await call(api.getClassFlow, {
    params: { class: "stage" },
    query: { from: "2026-03-04", to: "2026-03-06", interval: "day" },
  });
  const [, step] = flow.steps;
  expect(step?.moves).toEqual([
    { from: "buyer", to: "here", people: 1 },
    { from: "here", to: "quiet", people: 1 },
    { from: "quiet", to: "here", people: 1 },
  ]);
  const moved = await call(api.listClassMoves, {
    params: { class: "stage" },
    query: { fromAt: step?.fromAt ?? "", toAt: step?.toAt ?? "", from: "here", to: "quiet" },
  });
  expect(moved).toEqual({ items: [{ id: await personOf("ben"), displayName: "ben" }], next: null });
});

test("other traits of a person stay beside it, and nobody sets it from outside", async () => {
  await world.append([came({ ids: [user("ann")], name: "Bought", traits: [{ op: "set", key: "level", value: "gold" }] })]);
  await world.drain();
  await put([...STAGES]);
  await world.drain();
  const profile = async () =>
    (await engines.db<{ traits: JsonObject }[]>`select traits from person_profile where workspace_id = ${workspaceId}`)[0]?.traits;
  expect(await profile()).toEqual({ level: "gold", $stage: "buyer" });
  world.nowMs += 1_000;
  await world.append([came({ ids: [user("ann")], name: "Bought", traits: [{ op: "set", key: "level", value: "silver" }] })]);
  await world.drain();
  expect(await profile()).toEqual({ level: "silver", $stage: "buyer" });
  await expect(
    people(peopleApi.changeTraits, { params: { person: await personOf("ann") }, body: { set: { $stage: "here" } } }),
  ).rejects.toMatchObject({ fault: { code: "trait.invalid" } });
  world.nowMs += 1_000;
  await world.append([came({ ids: [user("ann")], name: "Bought", traits: [{ op: "unset", key: "level" }] })]);
  await world.drain();
  expect(await profile()).toEqual({ $stage: "buyer" });
});

test("a class takes other rules, values and an end; a person being changed meanwhile is sorted afterwards", async () => {
  await world.append([bought("ann"), viewed("ben")]);
  await world.drain();
  await put([...STAGES]);
  await world.drain();
  await put([STAGES[0], { value: "rest", name: "Rest", rule: null }]);
  await world.drain();
  expect(await stages(["ann", "ben"])).toEqual({ ann: "buyer", ben: "rest" });
  await put([STAGES[0]]);
  await world.drain();
  expect(await stages(["ann", "ben"])).toEqual({ ann: "buyer", ben: null });
  expect(await told()).toEqual([]);

  world.nowMs += 4 * DAY_MS;
  const ben = await personOf("ben");
  await world.append([bought("ben")]);
  await world.settle();
  await world.store();
  await inTransaction(engines.db, async (tx) => {
    await tx`select from person where workspace_id = ${workspaceId} and person_id = ${ben} for update`;
    while (await world.count());
    await world.step("segments.evaluate");
    const [held] = await engines.db`select computed from person_profile where workspace_id = ${workspaceId} and person_id = ${ben}`;
    expect(held?.["computed"] ?? {}).toEqual({});
  });
  await world.drain();
  expect(await stages(["ann", "ben"])).toEqual({ ann: null, ben: "buyer" });
  expect((await told()).toSorted()).toEqual([">buyer event", "buyer> time"]);

  await call(api.deleteClass, { params: { class: "stage" } });
  // Another one by the name of one that is still being taken away begins with nobody's old value.
  await put([{ value: "buyer", name: "Ever", rule: { did: { event: "Bought" }, count: { op: "gte", value: 3 } } }]);
  while (await world.step("segments.build"));
  while (await world.step("segments.fill"));
  while (await world.step("segments.evaluate"));
  expect((await call(api.getClass, { params: { class: "stage" } })).live).toBe(false);
  await world.drain();
  expect(await stages(["ann", "ben"])).toEqual({ ann: null, ben: null });
  await call(api.deleteClass, { params: { class: "stage" } });
  await world.drain();
  expect((await call(api.listClasses)).items).toEqual([]);
});

test("a class that asks for its own trait, an unknown class, and a value that something asks about are refused", async () => {
  await expect(put([{ value: "odd", name: "Odd", rule: { not: { trait: "$stage", isSet: true } } }])).rejects.toMatchObject({
    fault: { code: "segment.circular" },
  });
  await expect(call(api.getClass, { params: { class: "class_none" } })).rejects.toMatchObject({ fault: { code: "class.not_found" } });
  const { values } = await put([...STAGES]);
  await call(segmentApi.createSegment, { body: { name: "Uses", rule: { segment: values[2]?.segment ?? "", in: true } } });
  await expect(put([STAGES[0]])).rejects.toMatchObject({ fault: { code: "segment.in_use" } });
  await expect(call(api.deleteClass, { params: { class: "stage" } })).rejects.toMatchObject({ fault: { code: "segment.in_use" } });
});

test("templates are made of the workspace's business events, and sort everyone who did something into one stage", async () => {
  await world.append([came({ ids: [user("ann")], name: "Order Completed" }), came({ ids: [user("ben")], name: "Signed In" })]);
  await world.drain();
  for (const kind of ["shop", "community"] as const) {
    const { items } = await call(api.listClassTemplates, { query: { kind, language: "en" } });
    for (const { key, name, values } of items) await call(api.putClass, { params: { class: key }, body: { name, values } });
    await world.drain();
    expect(await stages(["ann", "ben"])).toEqual({ ann: kind === "shop" ? "active" : "activated", ben: "new" });
  }
});

test("whatever happens to people, each has exactly the value that the whole history gives", async () => {
  const who = fc.integer({ min: 0, max: 3 });
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ what: fc.constant("act" as const), name: fc.constantFrom("Bought", "Viewed"), who }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("login" as const), who, device: fc.integer({ min: 0, max: 1 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("merge" as const), who, other: who }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("unmerge" as const) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("wait" as const), days: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("drain" as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), fc.integer({ min: 0, max: 10 }), async (acts, madeAt) => {
      await begin();
      await call(segmentApi.createSegment, { body: { name: "Buyers", rule: within("Bought", 3) } });
      await call(tagRuleApi.createTagRule, { body: { name: "Seen", tag: "seen", rule: within("Viewed", 2), keep: "while" } });
      const merges: string[] = [];
      const history: { readonly origin: string; readonly name: string; readonly day: number }[] = [];
      for (const [index, one] of acts.entries()) {
        if (index === madeAt) await put([...STAGES]);
        if (one.what === "act") {
          history.push({ origin: originOf(`u${one.who}`), name: one.name, day: dayOf(world.nowMs) });
          await world.append([came({ ids: [user(`u${one.who}`)], name: one.name })]);
        } else if (one.what === "login")
          await world.append([came({ ids: [user(`u${one.who}`), device(`d${one.device}`)], name: "Login" })]);
        else if (one.what === "wait") world.nowMs += one.days * DAY_MS;
        else if (one.what === "drain") await world.drain();
        else if (one.what === "unmerge") {
          const merge = merges.pop();
          if (merge !== undefined) await people(mergeApi.takeBackMerge, { params: { merge } });
        } else {
          const [a, b] = [await personOf(`u${one.who}`), await personOf(`u${one.other}`)];
          if (a !== "" && b !== "" && a !== b)
            merges.push((await people(mergeApi.createMerge, { body: { people: [a, b], confirmConflicts: true } })).id);
        }
      }
      if (acts.length <= madeAt) await put([...STAGES]);
      await world.drain();
      const owners = await ownersIn(engines, workspaceId);
      const profiles = await engines.db<{ id: string; value: string }[]>`
        select person_id as id, traits ->> '$stage' as value from person_profile where workspace_id = ${workspaceId}`;
      const today = dayOf(world.nowMs);
      const didSince = (person: string, name: string, days: number): boolean =>
        history.some((each) => owners.get(each.origin) === person && each.name === name && each.day > today - days);
      const meant = [...new Set(owners.values())].map((id) => ({
        id,
        value: didSince(id, "Bought", 3) ? "buyer" : didSince(id, "Bought", 5) || didSince(id, "Viewed", 2) ? "here" : "quiet",
      }));
      const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);
      expect([...profiles].toSorted(byId)).toEqual(meant.toSorted(byId));
      await stages([]);
      await looksAgree(["u0", "u1", "u2", "u3"]);
    }),
    { numRuns: RUNS },
  );
});

/** Days of the world's zone, none of which has another length here. */
function dayOf(ms: number): number {
  return Math.floor((ms + 3_600_000) / DAY_MS);
}
