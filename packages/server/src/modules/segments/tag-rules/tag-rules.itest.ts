import * as classApi from "@terrace/contract/api/classes";
import * as computedApi from "@terrace/contract/api/computed-traits";
import * as mergeApi from "@terrace/contract/api/merges";
import * as peopleApi from "@terrace/contract/api/people";
import * as remarkApi from "@terrace/contract/api/person-remarks";
import * as segmentApi from "@terrace/contract/api/segments";
import * as api from "@terrace/contract/api/tag-rules";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { device, user } from "@terrace/testkit/people-model";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ch } from "../../../platform/storage/clickhouse.ts";
import type { Lag } from "../module.ts";

const RUNS = Number(process.env["TERRACE_RUNS"] ?? 4);
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 28, 9);

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

const { segments: rules, people, came, originOf, personOf } = actsIn(() => ({ engines, world, workspaceId }));

const bought = (name: string) => came({ ids: [user(name)], name: "Bought" });

/** Users who have a tag now, by both engines. */
async function tagged(tag: string, names: readonly string[]): Promise<readonly string[]> {
  const owners = await ownersIn(engines, workspaceId);
  const rows = await engines.db<{ id: string }[]>`
    select origin_id as id from person_tag where workspace_id = ${workspaceId} and tag = ${tag} and (expires_at is null or expires_at > ${new Date(world.nowMs)})`;
  const copy = await engines.warehouse.rows<{ id: string }>(
    workspaceId,
    "test",
    ch`select toString(origin_id) as id from person_tag final where workspace_id = ${ch.value("UInt32", workspaceId)} and tag = ${ch.value("String", tag)}
      and (until = 0 or until > ${ch.value("Int64", world.nowMs)})`,
  );
  expect(copy.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  const have = new Set(rows.map(({ id }) => owners.get(id)));
  return names.filter((name) => have.has(owners.get(originOf(name))));
}

const recently: PersonCondition = { did: { event: "Bought" }, within: { days: 3 } };
const makeRule = async (keep: "while" | "forever" | { days: number }, rule: PersonCondition = recently, tag = "buyer"): Promise<string> =>
  (await rules(api.createTagRule, { body: { name: `${tag} rule`, tag, rule, keep } })).id;

test("a tag is on as long as somebody meets its rule, and the same tag given by hand stays", async () => {
  await world.append([bought("ann"), bought("ben"), came({ ids: [user("cat")], name: "Viewed" })]);
  await world.drain();
  await people(remarkApi.addTag, { params: { person: await personOf("ann") }, body: { tag: "buyer" } });
  const id = await makeRule("while");
  await world.drain();
  expect(await tagged("buyer", ["ann", "ben", "cat"])).toEqual(["ann", "ben"]);
  expect(await rules(api.listTagRules)).toMatchObject({
    items: [{ id, tag: "buyer", keep: "while", people: 2, tagged: 2, live: { stage: "live" } }],
  });
  const ben = await people(peopleApi.getPerson, { params: { person: await personOf("ben") } });
  expect(ben.tags).toMatchObject([
    { tag: "buyer", rule: { id, name: "buyer rule", holds: true }, createdAt: new Date(START_MS).toISOString() },
  ]);
  const ann = await people(peopleApi.getPerson, { params: { person: await personOf("ann") } });
  expect(ann.tags).toMatchObject([{ tag: "buyer", owner: "ann@example.test", rule: null }]);
  await expect(people(remarkApi.removeTag, { params: { person: await personOf("ben"), tag: "buyer" } })).rejects.toMatchObject({
    fault: { code: "tag.by_rule" },
  });

  world.nowMs += DAY_MS;
  await world.append([bought("cat")]);
  await world.drain();
  expect(await tagged("buyer", ["ann", "ben", "cat"])).toEqual(["ann", "ben", "cat"]);
  world.nowMs += 2 * DAY_MS;
  await world.drain();
  expect(await tagged("buyer", ["ann", "ben", "cat"])).toEqual(["ann", "cat"]);

  await rules(api.deleteTagRule, { params: { rule: id } });
  await world.drain();
  expect(await tagged("buyer", ["ann", "ben", "cat"])).toEqual(["ann"]);
  expect((await rules(api.listTagRules)).items).toEqual([]);
});

test("a tag is kept for ever, or for some days from when somebody came to meet the rule", async () => {
  await world.append([bought("ann")]);
  await world.drain();
  await makeRule("forever", recently, "once");
  await makeRule({ days: 1 }, recently, "fresh");
  await world.drain();
  expect([await tagged("once", ["ann"]), await tagged("fresh", ["ann"])]).toEqual([["ann"], ["ann"]]);
  world.nowMs += DAY_MS;
  await world.drain();
  expect([await tagged("once", ["ann"]), await tagged("fresh", ["ann"])]).toEqual([["ann"], []]);
  world.nowMs += 3 * DAY_MS;
  await world.drain();
  await world.append([bought("ann")]);
  await world.drain();
  expect([await tagged("once", ["ann"]), await tagged("fresh", ["ann"])]).toEqual([["ann"], ["ann"]]);
});

test("how late segments, classes, tags and computed traits are is told of each apart, from the receipt of an event", async () => {
  await world.append([bought("ann")]);
  await world.drain();
  const twice: PersonCondition = { did: { event: "Bought" }, count: { op: "gte", value: 2 } };
  await makeRule("while", twice);
  await rules(segmentApi.createSegment, { body: { name: "Twice", rule: twice } });
  const values = [
    { value: "often", name: "Often", rule: twice },
    { value: "seldom", name: "Seldom", rule: null },
  ];
  await rules(classApi.putClass, { params: { class: "class_often" }, body: { name: "How often", values } });
  await rules(computedApi.putComputedTrait, {
    params: { trait: "times" },
    body: { name: { zh: "次数", en: "Times" }, definition: { kind: "count", of: { event: "Bought" } } },
  });
  await world.drain();
  const lags: Lag[] = [];
  world.segments.onEvaluated((evaluated) => lags.push(...evaluated.lags));
  const late = async () => (await world.segments.late()).look;
  await world.append([bought("ann")]);
  world.nowMs += 5_000;
  await world.settle();
  expect([await late(), await world.count(), await late()]).toEqual([0, true, 5]);
  await world.drain();
  expect(await late()).toBe(0);
  expect(lags.toSorted((a, b) => (a.of < b.of ? -1 : 1))).toEqual(
    ["class", "computed_trait", "segment", "tag_rule"].map((of) => ({ of, ms: 5_000 })),
  );
});

test("a changed rule, tag or keeping is followed, and rules ask about the tags of others", async () => {
  await world.append([bought("ann"), bought("ben"), bought("ben")]);
  await world.drain();
  const id = await makeRule("while");
  await makeRule("while", { tag: "buyer", has: true }, "second");
  await world.drain();
  expect(await tagged("second", ["ann", "ben"])).toEqual(["ann", "ben"]);
  const twice: PersonCondition = { did: { event: "Bought" }, count: { op: "gte", value: 2 } };
  await rules(api.updateTagRule, { params: { rule: id }, body: { rule: twice, tag: "regular" } });
  await world.drain();
  expect(await tagged("regular", ["ann", "ben"])).toEqual(["ben"]);
  expect([await tagged("buyer", ["ann", "ben"]), await tagged("second", ["ann", "ben"])]).toEqual([[], []]);
  await rules(api.updateTagRule, { params: { rule: id }, body: { keep: { days: 1 } } });
  world.nowMs += DAY_MS;
  await world.drain();
  expect(await tagged("regular", ["ann", "ben"])).toEqual([]);
  await rules(api.updateTagRule, { params: { rule: id }, body: { keep: "while" } });
  await world.drain();
  expect(await tagged("regular", ["ann", "ben"])).toEqual(["ben"]);
});

test("rules that ask about each other's tags in a circle, bad tags, and changes to the segment behind a rule are refused", async () => {
  const id = await makeRule("while");
  await makeRule("while", { tag: "buyer", has: true }, "second");
  await expect(rules(api.updateTagRule, { params: { rule: id }, body: { rule: { tag: "second", has: false } } })).rejects.toMatchObject({
    fault: { code: "segment.circular", field: "rule" },
  });
  await expect(makeRule("while", { not: { tag: "own", has: true } }, "own")).rejects.toMatchObject({ fault: { code: "segment.circular" } });
  await expect(makeRule("while", recently, "call 13800138000")).rejects.toMatchObject({ fault: { code: "tag.invalid" } });
  await expect(rules(segmentApi.deleteSegment, { params: { segment: id } })).rejects.toMatchObject({ fault: { code: "segment.managed" } });
  await expect(rules(api.deleteTagRule, { params: { rule: "99" } })).rejects.toMatchObject({ fault: { code: "tag_rule.not_found" } });
  expect((await rules(segmentApi.listSegments)).items).toEqual([]);
});

test("whatever happens to people, exactly those who meet a rule have its tag", async () => {
  const who = fc.integer({ min: 0, max: 3 });
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.record({ what: fc.constant("buy" as const), who }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("login" as const), who, device: fc.integer({ min: 0, max: 1 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("merge" as const), who, other: who }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("unmerge" as const) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("wait" as const), days: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("drain" as const) }) },
  );
  const names = [0, 1, 2, 3].map((index) => `u${index}`);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
      await begin();
      const merges: string[] = [];
      const id = await makeRule("while", { all: [recently, { did: { event: "Bought" }, count: { op: "gte", value: 2 } }] });
      for (const one of acts) {
        if (one.what === "buy") await world.append([bought(`u${one.who}`)]);
        else if (one.what === "login") await world.append([came({ ids: [user(`u${one.who}`), device(`d${one.device}`)], name: "Login" })]);
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
      await world.drain();
      const owners = await ownersIn(engines, workspaceId);
      const members = await engines.db<{ id: string }[]>`
        select person_id as id from segment_member where workspace_id = ${workspaceId} and segment_id = ${id} order by person_id`;
      const tags = await engines.db<{ id: string }[]>`
        select origin_id as id from person_tag where workspace_id = ${workspaceId} and rule_id = ${id} order by origin_id`;
      expect(tags).toEqual(members);
      const meeting = await meantNames(owners);
      expect(await tagged("buyer", names)).toEqual(names.filter((name) => meeting.has(owners.get(originOf(name)) ?? "")));
    }),
    { numRuns: RUNS },
  );
});

/** People who bought twice, and once in the last three days, by what is stored. */
async function meantNames(owners: ReadonlyMap<string, string>): Promise<ReadonlySet<string>> {
  const rows = await engines.warehouse.rows<{ id: string; at: string }>(
    workspaceId,
    "test",
    ch`select toString(origin_id) as id, toString(toUnixTimestamp64Milli(time)) as at from events where workspace_id = ${ch.value("UInt32", workspaceId)} and name = 'Bought'`,
  );
  const midnight = Date.UTC(2026, 0, 1);
  const dayOf = (ms: number): number => Math.floor((ms - midnight) / DAY_MS);
  const times = Map.groupBy(rows, ({ id }) => owners.get(id) ?? "");
  return new Set(
    [...times]
      .filter(([, own]) => own.length >= 2 && own.some(({ at }) => dayOf(Number(at)) > dayOf(world.nowMs) - 3))
      .map(([person]) => person),
  );
}
