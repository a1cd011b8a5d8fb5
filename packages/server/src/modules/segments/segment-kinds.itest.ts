import * as templates from "@terrace/contract/api/condition-templates";
import * as figures from "@terrace/contract/api/segment-figures";
import * as historyApi from "@terrace/contract/api/segment-history";
import * as peopleApi from "@terrace/contract/api/merges";
import * as api from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, type LiveWorld } from "@terrace/testkit/live-world";
import { device, user } from "@terrace/testkit/people-model";
import { makeWorkspace } from "@terrace/testkit/state-engine";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** 10 in the morning in Berlin, a day before its clocks go forward. */
const START_MS = Date.UTC(2026, 2, 28, 9);

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(async () => {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
});

const { segments, people, came, personOf } = actsIn(() => ({ engines, world, workspaceId }));

const bought = (name: string) => came({ ids: [user(name)], name: "Bought" });
async function have(...names: readonly string[]): Promise<void> {
  await world.append(names.map((name) => came({ ids: [user(name)], name: "Visited" })));
  await world.drain();
}
async function wait(ms: number): Promise<void> {
  world.nowMs += ms;
  await world.drain();
}
const makeList = async (name: string, values: readonly string[]): Promise<string> =>
  (await segments(api.createSegment, { body: { name, list: { identity: "user_id", values: [...values] } } })).id;
const makeRule = async (name: string, rule: PersonCondition): Promise<string> =>
  (await segments(api.createSegment, { body: { name, rule } })).id;
const change = (segment: string, body: z.input<typeof api.changeSegmentPeople.body>) =>
  segments(api.changeSegmentPeople, { params: { segment }, body });
/** Names of the people who are in now. */
async function inNow(segment: string): Promise<readonly string[]> {
  const { items, total } = await segments(historyApi.listSegmentPeople, { params: { segment }, query: { limit: 200 } });
  expect(items.length).toBe(total);
  return items.map(({ displayName }) => displayName).toSorted();
}
const stays = async (segment: string, query: CallInput<typeof historyApi.listSegmentHistory>["query"] = {}) =>
  (await segments(historyApi.listSegmentHistory, { params: { segment }, query })).items.map(
    ({ person, enteredWhy, leftWhy }) => `${person.displayName}: ${enteredWhy}-${leftWhy ?? "in"}`,
  );
async function told(): Promise<number> {
  const [row] = await engines.db<{ rows: number }[]>`
    select count(*)::int as rows from segment_stay where workspace_id = ${workspaceId}`;
  return row?.rows ?? 0;
}

describe("a list", () => {
  test("takes people by whatever ids, tells those that nobody has, and stands for whoever they belong to now", async () => {
    await world.append([
      came({ ids: [user("ann"), { kind: "email", value: "ann@example.test" }], name: "Visited" }),
      came({ ids: [user("ben")], name: "Visited" }),
      came({ ids: [device("tablet")], name: "Visited" }),
    ]);
    await world.drain();
    const made = await segments(api.createSegment, {
      body: {
        name: "Guests",
        list: { identity: "email", values: ["ANN@example.test", "ann@example.test", "nobody@example.test", "no e-mail"] },
      },
    });
    expect(made).toMatchObject({ kind: "list", size: 1, unknown: 2, ready: true, rule: null, combination: null, live: null });
    const id = made.id;
    expect(await change(id, { add: { identity: "user_id", values: ["ann", "ben", "zoe"] } })).toEqual({
      added: 1,
      removed: 0,
      unknown: 1,
      size: 2,
    });
    const tablet = world.privacy.originId(workspaceId, "anonymous_id", "tablet");
    expect(await change(id, { add: { identity: "person", values: [tablet, "12", "x"] } })).toMatchObject({ added: 1, unknown: 2, size: 3 });
    expect(await inNow(id)).toHaveLength(3);

    await world.append([came({ ids: [user("ben"), device("tablet")], name: "Logged In" })]);
    await world.drain();
    expect(await inNow(id)).toEqual(["ann", "ben"]);
    world.nowMs += 1_000;
    expect(
      await change(id, { remove: { identity: "user_id", values: ["ann", "ben"] }, add: { identity: "user_id", values: ["ann"] } }),
    ).toMatchObject({ added: 0, removed: 1, size: 1 });
    expect(await inNow(id)).toEqual(["ann"]);
    await wait(HOUR_MS);
    expect(await stays(id)).toEqual(["ben: list-list", "ann: list-in"]);
    expect(await told()).toBe(3);
    await expect(
      change(await makeRule("Rule", { trait: "x", isSet: true }), { add: { identity: "user_id", values: ["ann"] } }),
    ).rejects.toMatchObject({
      code: "segment.no_list",
    });
  });

  test("is followed by rules and combinations that ask about it, without events", async () => {
    await have("ann", "ben", "cat");
    const list = await makeList("List", ["ann"]);
    const buyers = await makeRule("Buyers", { did: { event: "Bought" } });
    const either = (await segments(api.createSegment, { body: { name: "Either", combination: { op: "union", of: [list, buyers] } } })).id;
    const minus = (await segments(api.createSegment, { body: { name: "Minus", combination: { op: "except", of: [buyers, list] } } })).id;
    await world.drain();
    await world.append([bought("ben")]);
    await world.drain();
    expect(await inNow(either)).toEqual(["ann", "ben"]);
    expect(await inNow(minus)).toEqual(["ben"]);
    await wait(1_000);
    await change(list, { add: { identity: "user_id", values: ["ben", "cat"] }, remove: { identity: "user_id", values: ["ann"] } });
    await world.drain();
    expect(await inNow(either)).toEqual(["ben", "cat"]);
    expect(await inNow(minus)).toEqual([]);
    expect(await stays(minus)).toEqual(["ben: event-list"]);
    const whole = await segments(api.getSegment, { params: { segment: either } });
    expect(whole).toMatchObject({ kind: "combination", rule: null, combination: { op: "union", of: [list, buyers] } });
    expect(whole.uses.segments).toEqual([
      { id: list, name: "List" },
      { id: buyers, name: "Buyers" },
    ]);
    expect((await segments(api.getSegment, { params: { segment: list } })).usedBy.map(({ name }) => name)).toEqual(["Either", "Minus"]);

    await segments(api.updateSegment, { params: { segment: either }, body: { combination: { op: "intersect", of: [list, buyers] } } });
    await world.drain();
    expect(await inNow(either)).toEqual(["ben"]);
    await expect(
      segments(api.updateSegment, { params: { segment: either }, body: { combination: { op: "union", of: [either, list] } } }),
    ).rejects.toMatchObject({ code: "segment.circular", fault: { field: "combination" } });
    await expect(
      segments(api.updateSegment, { params: { segment: either }, body: { rule: { trait: "x", isSet: true } } }),
    ).rejects.toMatchObject({
      code: "segment.no_rule",
    });
    await expect(segments(api.deleteSegment, { params: { segment: list } })).rejects.toMatchObject({ code: "segment.in_use" });
    await segments(api.deleteSegment, { params: { segment: minus } });
    await segments(api.deleteSegment, { params: { segment: either } });
    await segments(api.deleteSegment, { params: { segment: list } });
  });
});

describe("templates", () => {
  const list = async (as: CallInput<typeof templates.listConditionTemplates>["as"] = {}) =>
    (await segments(templates.listConditionTemplates, { as })).items;
  const save = (name: string, rule: PersonCondition, note = "") =>
    segments(templates.createConditionTemplate, { body: { name, note, rule } });
  const ben = { actor: "ben@example.test", may: (permission: string) => permission !== "members:manage" };

  test("are those of the workspace, sealed at rest, and deleted by their maker or whoever manages members", async () => {
    const rule: PersonCondition = { trait: "email", is: ["dora@example.test"] };
    const made = await save("Dora", rule, "Who is asked first");
    expect(made).toMatchObject({ name: "Dora", note: "Who is asked first", rule, missingSegments: [], mayChange: true });
    const [stored] = await engines.db<{ row: string }[]>`
      select t::text || encode(rule, 'escape') as row from condition_template t where workspace_id = ${workspaceId}`;
    expect(stored?.row).toContain("Who is asked first");
    expect(stored?.row).not.toContain("dora@example.test");
    expect(await callRoute(world.segments.routes, await makeWorkspace(engines.db), templates.listConditionTemplates)).toEqual({
      items: [],
    });

    expect(await list(ben)).toMatchObject([{ id: made.id, mayChange: false, createdBy: "ann@example.test" }]);
    const remove = (template: string, as: CallInput<typeof templates.deleteConditionTemplate>["as"] = {}) =>
      segments(templates.deleteConditionTemplate, { params: { template }, as });
    await expect(remove(made.id, ben)).rejects.toMatchObject({
      code: "condition_template.not_yours",
      fault: { field: "template", details: { maker: "ann@example.test" } },
    });
    const own = await segments(templates.createConditionTemplate, { body: { name: "Own", rule }, as: ben });
    expect((await list(ben)).map(({ name, mayChange }) => [name, mayChange])).toEqual([
      ["Own", true],
      ["Dora", false],
    ]);
    const change = (body: NonNullable<CallInput<typeof templates.updateConditionTemplate>["body"]>, as = {}) =>
      segments(templates.updateConditionTemplate, { params: { template: made.id }, body, as });
    await expect(change({ name: "Mine" }, ben)).rejects.toMatchObject({ code: "condition_template.not_yours" });
    await expect(change({ rule: { segment: "999", in: true } })).rejects.toMatchObject({
      code: "condition.no_such_segment",
      fault: { field: "rule" },
    });
    expect(await change({ name: "Dora and Eve" })).toEqual({ ...made, name: "Dora and Eve" });
    const both: PersonCondition = { trait: "email", is: ["dora@example.test", "eve@example.test"] };
    expect(await change({ rule: both, note: "" })).toEqual({ ...made, name: "Dora and Eve", note: "", rule: both });
    expect((await list()).map(({ name, rule: now }) => [name, now])).toEqual([
      ["Own", rule],
      ["Dora and Eve", both],
    ]);
    await remove(own.id, ben);
    await remove(made.id, { actor: "carl@example.test" });
    for (const gone of [made.id, "x", "999999999999999999999"])
      await expect(remove(gone)).rejects.toMatchObject({ code: "condition_template.not_found" });
    expect(await list()).toEqual([]);
  });

  test("name segments of the workspace only; one that goes is told, and a rule begun with the template is refused by its name", async () => {
    await have("ann");
    const guests = await makeList("Guests", ["ann"]);
    const rule: PersonCondition = {
      all: [
        { segment: guests, in: true },
        { trait: "city", isSet: true },
      ],
    };
    await expect(save("Nobody's", { segment: "999999", in: true })).rejects.toMatchObject({
      code: "condition.no_such_segment",
      fault: { field: "rule", details: { segment: "999999" } },
    });
    await save("Guests with a city", rule);
    await segments(api.deleteSegment, { params: { segment: guests } });
    expect(await list()).toMatchObject([{ rule, missingSegments: [guests] }]);
    await expect(makeRule("Begun", rule)).rejects.toMatchObject({
      code: "condition.no_such_segment",
      fault: { field: "rule", details: { segment: guests } },
    });
  });

  test("are no more than so many", async () => {
    const rule: PersonCondition = { trait: "city", isSet: true };
    await save("First", rule);
    await engines.db`
      insert into condition_template (workspace_id, name, note, rule, created_at, created_by)
      select workspace_id, name, note, rule, created_at, created_by from condition_template, generate_series(2, ${templates.CONDITION_TEMPLATES_MAX}::int)
      where workspace_id = ${workspaceId}`;
    await expect(save("Too many", rule)).rejects.toMatchObject({ code: "condition_template.too_many" });
    expect(await list()).toHaveLength(templates.CONDITION_TEMPLATES_MAX);
  });
});

describe("an estimate", () => {
  test("counts whom a rule would hold, shows some, and says what keeping it would cost", async () => {
    await have("ann", "ben", "cat", "dan");
    await world.append([bought("ann"), bought("ben"), bought("ben")]);
    await world.drain();
    const list = await makeList("List", ["ann", "cat"]);
    await world.drain();
    const asked = (rule: PersonCondition) => segments(figures.estimateSegment, { body: { rule } });
    const buyers = await asked({ did: { event: "Bought" }, within: { days: 3 } });
    expect(buyers).toMatchObject({
      people: 2,
      everyone: 4,
      share: 0.5,
      class: { kind: "local", because: null },
      changesWithTime: true,
      uses: { events: ["Bought"] },
      cost: { counters: 1, shared: 0, events: [{ event: "Bought", perDay: 0 }] },
    });
    expect(buyers.sample.map(({ displayName }) => displayName).toSorted()).toEqual(["ann", "ben"]);
    expect(buyers.words.en).toContain("Bought");
    const kept = await makeRule("Kept", { did: { event: "Bought" }, within: { days: 7 } });
    await wait(DAY_MS);
    expect((await asked({ did: { event: "Bought" }, within: { days: 3 } })).cost).toEqual({ counters: 0, shared: 1, events: [] });
    expect((await asked({ did: { event: "Bought" } })).cost).toEqual({
      counters: 1,
      shared: 0,
      events: [{ event: "Bought", perDay: 0.4 }],
    });
    // Those who did nothing of the kind, and what can be told of nobody beforehand.
    const idle = await asked({ not: { did: { event: "Bought" } } });
    expect([idle.people, idle.sample.map(({ displayName }) => displayName).toSorted()]).toEqual([2, ["cat", "dan"]]);
    expect((await asked({ any: [{ did: { event: "Bought" } }, { chance: { percent: [0, 100], seed: "a" } }] })).people).toBe(4);
    expect((await asked({ all: [{ not: { did: { event: "Bought" } } }, { segment: list, in: true }] })).people).toBe(1);
    expect((await asked({ any: [{ not: { did: { event: "Bought" } } }, { segment: list, in: true }] })).people).toBe(3);
    const combined = await segments(figures.estimateSegment, { body: { combination: { op: "except", of: [list, kept] } } });
    expect([combined.people, combined.changesWithTime]).toEqual([1, true]);
  });
});

test("segments overlap in exclusive intersections whose people can be listed and kept", async () => {
  await have("ann", "ben", "cat", "dan");
  const [a, b] = [await makeList("A", ["ann", "ben", "cat"]), await makeList("B", ["ben"])];
  const c = await makeList("C", ["dan", "ben"]);
  const answer = await segments(figures.overlapSegments, { body: { segments: [a, b, c] } });
  expect(answer.segments.map(({ people: size }) => size)).toEqual([3, 1, 2]);
  expect(answer.union).toBe(4);
  expect(answer.intersections).toEqual([
    { in: [a], people: 2 },
    { in: [c], people: 1 },
    { in: [a, b, c], people: 1 },
    { in: [b], people: 0 },
    { in: [a, b], people: 0 },
    { in: [a, c], people: 0 },
    { in: [b, c], people: 0 },
  ]);
  const listed = await segments(figures.listOverlapPeople, { body: { segments: [a, b, c], cell: { in: [a] } } });
  expect(listed.items.map(({ displayName }) => displayName).toSorted()).toEqual(["ann", "cat"]);
  const kept = await segments(api.createSegment, {
    body: { name: "Kept", from: { kind: "segment_overlap", query: { segments: [a, b, c] }, cell: { in: [a] } } },
  });
  expect(await inNow(kept.id)).toEqual(["ann", "cat"]);
});

describe("history", () => {
  test("tells sizes by intervals, who was in when, and puts stays of those who are one now together", async () => {
    await have("ann", "ben");
    const list = await makeList("List", ["ann"]);
    await wait(DAY_MS);
    await change(list, { add: { identity: "user_id", values: ["ben"] } });
    await wait(DAY_MS);
    await change(list, { remove: { identity: "user_id", values: ["ann"] } });
    await wait(HOUR_MS);
    const sizes = async () =>
      (await segments(historyApi.getSegmentSizes, { params: { segment: list }, query: { from: "2026-03-27", to: "2026-04-01" } }))
        .intervals;
    expect((await sizes()).map(({ from, size, enteredBy, leftBy }) => [from, size, enteredBy, leftBy])).toEqual([
      ["2026-03-27", 0, {}, {}],
      ["2026-03-28", 1, { list: 1 }, {}],
      ["2026-03-29", 2, { list: 1 }, {}],
      ["2026-03-30", 1, {}, { list: 1 }],
      ["2026-03-31", 1, {}, {}],
    ]);
    const at = async (ms: number) =>
      (await segments(historyApi.listSegmentPeople, { params: { segment: list }, query: { at: new Date(ms).toISOString() } })).items
        .map(({ displayName }) => displayName)
        .toSorted();
    expect(await at(START_MS)).toEqual(["ann"]);
    expect(await at(START_MS + DAY_MS)).toEqual(["ann", "ben"]);
    expect(await at(START_MS + 2 * DAY_MS)).toEqual(["ben"]);
    expect(await stays(list, { what: "left" })).toEqual(["ann: list-list"]);
    const [ann, ben] = [await personOf("ann"), await personOf("ben")];
    const merged = await people(peopleApi.createMerge, { body: { people: [ann, ben], confirmConflicts: true } });
    await world.drain();
    expect((await sizes()).map(({ size, entered, left }) => [size, entered, left])).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]);
    expect(await stays(list)).toHaveLength(1);
    expect(await at(START_MS + DAY_MS)).toHaveLength(1);
    const own = await segments(historyApi.listPersonSegmentHistory, { params: { person: await personOf("ben") } });
    expect(own.items).toMatchObject([{ segment: { id: list, name: "List", kind: "list" }, enteredWhy: "list", leftAt: null }]);
    await people(peopleApi.takeBackMerge, { params: { merge: merged.id } });
    await world.drain();
    expect(await at(START_MS + DAY_MS)).toEqual(["ann", "ben"]);
    const kept = await segments(api.createSegment, {
      body: { name: "Left", from: { kind: "segment_changes", query: { segment: list, what: "left" } } },
    });
    expect(await inNow(kept.id)).toEqual(["ann"]);
    expect(await stays(kept.id)).toEqual(["ann: snapshot-in"]);
  });
});
