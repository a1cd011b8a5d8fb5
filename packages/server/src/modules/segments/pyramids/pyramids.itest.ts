import * as mergeApi from "@terrace/contract/api/merges";
import * as peopleApi from "@terrace/contract/api/people";
import * as figures from "@terrace/contract/api/pyramid-figures";
import * as peopleRoutes from "@terrace/contract/api/pyramid-people";
import * as segmentApi from "@terrace/contract/api/segments";
import * as api from "@terrace/contract/api/pyramids";
import type { PyramidBody } from "@terrace/contract/api/pyramids";
import { CLASS_CHANGED } from "@terrace/domain/event/segment-events";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { inBoth, pyramidLayer } from "@terrace/testkit/pyramid-layers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ch } from "../../../platform/storage/clickhouse.ts";

const DAY_MS = 86_400_000;
/** Morning of 10 March in Berlin. */
const START_MS = Date.UTC(2026, 2, 10, 9);
const at = (month: number, day: number): number => Date.UTC(2026, month - 1, day, 9);

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

const { segments: call, people, came, originOf, personOf } = actsIn(() => ({ engines, world, workspaceId }));

const posted = (name: string, times = 1) => Array.from({ length: times }, () => came({ ids: [user(name)], name: "Posted" }));
const seen = (name: string) => came({ ids: [user(name)], name: "Viewed" });

type Layer = PyramidBody["layers"][number];
const postedTimes = (value: number, days: number): Layer["rule"] => ({
  did: { event: "Posted" },
  count: { op: "gte", value },
  within: { days },
});
const star = pyramidLayer("star");
const writer = pyramidLayer("writer", {
  rule: postedTimes(3, 5),
  promotion: "at_review",
  demotion: { lapse: { graceDays: 2 }, minimum: null },
});
const giver = pyramidLayer("giver", {
  rule: postedTimes(1, 100),
  demotion: { lapse: { graceDays: 0 }, minimum: { atLeast: 2, months: 1, graceDays: 0 } },
});
const everyone = pyramidLayer("everyone");
const BODY: PyramidBody = {
  name: inBoth("Pyramid"),
  reviewDay: 2,
  contribution: { unit: inBoth("points"), items: [{ event: { event: "Posted" }, property: null, weight: 1 }] },
  layers: [star, writer, giver, everyone],
};
const put = (body: PyramidBody = BODY, pyramid = "main") => call(api.putPyramid, { params: { pyramid }, body });

async function layers(names: readonly string[], trait = "$layer"): Promise<Readonly<Record<string, string | null>>> {
  const owners = await ownersIn(engines, workspaceId);
  const rows = await engines.db<{ id: string; value: string | null }[]>`
    select person_id as id, computed ->> ${trait} as value from person_profile where workspace_id = ${workspaceId}`;
  const known = new Map(rows.map(({ id, value }) => [id, value]));
  return Object.fromEntries(names.map((name) => [name, known.get(owners.get(originOf(name)) ?? "") ?? null]));
}

async function told(): Promise<readonly string[]> {
  const rows = await engines.warehouse.rows<{ text: string }>(
    workspaceId,
    "test",
    ch`select concat(toString(properties.from), '>', toString(properties.to)) as text from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and name = ${ch.value("String", CLASS_CHANGED)} order by time, text`,
  );
  return rows.map(({ text }) => text);
}

async function go(ms: number): Promise<void> {
  world.nowMs = ms;
  await world.drain();
}

const history = async (name: string) => {
  const { items } = await call(peopleRoutes.getPersonPyramids, { params: { person: await personOf(name) } });
  return items[0]?.history.map(({ from, to, why, month }) => [from, to, why, month]);
};

test("a pyramid that cannot be kept stops no other one", async () => {
  await world.append([...posted("ann", 3)]);
  await put(BODY, "broken");
  await put(BODY, "main");
  await engines.db`update pyramid set definition = 'unreadable' where workspace_id = ${workspaceId} and key = 'broken'`;
  world.outlivesFailures = true;
  await world.drain();
  expect(await call(api.getPyramid, { params: { pyramid: "main" } })).toMatchObject({ live: true });
  expect(await layers(["ann"])).toEqual({ ann: "writer" });
});

test("a pyramid is full at once, nobody is told of an operator's decision, and everyone is in one layer", async () => {
  await world.append([...posted("ann", 3), ...posted("ben"), seen("cat")]);
  await world.drain();
  const made = await put();
  expect(made).toMatchObject({
    key: "main",
    trait: "$layer",
    live: false,
    nextReview: { month: "2026-03", at: "2026-04-01T23:00:00.000Z" },
  });
  await world.drain();
  expect(await layers(["ann", "ben", "cat"])).toEqual({ ann: "writer", ben: "giver", cat: "everyone" });
  expect(await told()).toEqual([]);
  const shown = await call(api.getPyramid, { params: { pyramid: "main" } });
  expect(shown.live).toBe(true);
  expect(shown.layers.map(({ key, people: count }) => [key, count])).toEqual([
    ["star", 0],
    ["writer", 1],
    ["giver", 1],
    ["everyone", 1],
  ]);
  expect(await history("ann")).toEqual([[null, "writer", "rules_changed", null]]);
  const ann = await people(peopleApi.getPerson, { params: { person: await personOf("ann") } });
  expect(ann.traits).toMatchObject([{ key: "$layer", value: "writer", computed: { class: "layer", valueName: "writer" } }]);
  expect((await call(segmentApi.listSegments)).items).toEqual([]);
});

test("who meets a rule no longer keeps the layer for a grace, and comes back at the review", async () => {
  await world.append([...posted("ann", 3)]);
  await world.drain();
  await put();
  await world.drain();
  // Of five days the posts of the tenth are out on the fifteenth; two whole days later she leaves.
  await go(at(3, 15));
  await go(at(3, 17));
  expect(await layers(["ann"])).toEqual({ ann: "writer" });
  const { items } = await call(peopleRoutes.listLayerPeople, { params: { pyramid: "main", layer: "writer" } });
  expect(items).toMatchObject([{ why: "rules_changed", leavesAt: "2026-03-17T23:00:00.000Z", careOwner: null, appointment: null }]);
  await go(at(3, 18));
  expect(await layers(["ann"])).toEqual({ ann: "giver" });
  world.nowMs = at(3, 31);
  await world.append(posted("ann", 3));
  await world.drain();
  expect(await layers(["ann"])).toEqual({ ann: "giver" });
  await go(at(4, 1));
  expect(await layers(["ann"])).toEqual({ ann: "giver" });
  await go(at(4, 2));
  expect(await layers(["ann"])).toEqual({ ann: "writer" });
  expect(await history("ann")).toEqual([
    ["giver", "writer", "review", "2026-03"],
    ["writer", "giver", "lapsed", null],
    [null, "writer", "rules_changed", null],
  ]);
  expect(await told()).toEqual(["writer>giver", "giver>writer"]);
});

test("who contributes less than the minimum of a month leaves at its review, and comes back at that of a month with it", async () => {
  await world.append([...posted("ann")]);
  await world.drain();
  await put();
  await world.drain();
  await go(at(4, 2));
  // March was not all theirs.
  expect(await layers(["ann"])).toEqual({ ann: "giver" });
  await world.append(posted("ann"));
  await go(at(5, 2));
  expect(await layers(["ann"])).toEqual({ ann: "everyone" });
  await world.append(posted("ann", 2));
  await world.drain();
  expect(await layers(["ann"])).toEqual({ ann: "everyone" });
  await go(at(6, 2));
  expect(await layers(["ann"])).toEqual({ ann: "giver" });
  expect(await history("ann")).toEqual([
    ["everyone", "giver", "review", "2026-05"],
    ["giver", "everyone", "minimum", "2026-04"],
    [null, "giver", "rules_changed", null],
  ]);
});

test("an appointment beats every rule until it ends, and whoever is appointed is not judged", async () => {
  await world.append([...posted("ann"), seen("ben")]);
  await world.drain();
  await put();
  await world.drain();
  const values = ["ann", "ben"];
  const until = new Date(at(5, 3)).toISOString();
  const appointed = await call(peopleRoutes.createAppointments, {
    params: { pyramid: "main" },
    body: { layer: "star", people: { identity: "user_id", values: [...values, "nobody"] }, until, note: "Face of the year" },
  });
  expect(appointed).toEqual({ appointed: 2, unknown: 1 });
  await world.drain();
  expect(await layers(values)).toEqual({ ann: "star", ben: "star" });
  // One layer of a pyramid at a time, downwards too.
  await call(peopleRoutes.createAppointments, {
    params: { pyramid: "main" },
    body: { layer: "everyone", people: { identity: "user_id", values: ["ben"] } },
  });
  await world.drain();
  expect(await layers(values)).toEqual({ ann: "star", ben: "everyone" });
  await go(at(5, 2));
  await go(at(5, 4));
  expect(await layers(values)).toEqual({ ann: "giver", ben: "everyone" });
  expect(await history("ann")).toEqual([
    ["star", "giver", "appointment_ended", null],
    ["giver", "star", "appointed", null],
    [null, "giver", "rules_changed", null],
  ]);
  const listed = await call(peopleRoutes.listAppointments, { params: { pyramid: "main" }, query: { ended: "true" } });
  expect(listed.items[0]).toMatchObject({ layer: "everyone", endedAt: null, until: null });
  expect(new Set(listed.items.slice(1).map(({ layer: key, endedBy, note }) => `${key} ${endedBy ?? "by time"} ${note}`))).toEqual(
    new Set(["star ann@example.test Face of the year", "star by time Face of the year"]),
  );
  const [first] = listed.items;
  await call(peopleRoutes.endAppointment, { params: { pyramid: "main", appointment: first?.id ?? "" } });
  await expect(call(peopleRoutes.endAppointment, { params: { pyramid: "main", appointment: first?.id ?? "" } })).rejects.toMatchObject({
    fault: { code: "appointment.not_found" },
  });
  await expect(
    call(peopleRoutes.createAppointments, {
      params: { pyramid: "main" },
      body: { layer: "star", people: { identity: "user_id", values: ["ann"] }, until: new Date(START_MS).toISOString() },
    }),
  ).rejects.toMatchObject({ fault: { code: "pyramid.appointment_over", field: "until" } });
});

test("layers are merged into the one beside, with their people and appointments; what is named cannot go", async () => {
  await world.append([...posted("ann", 3), ...posted("ben"), seen("cat"), seen("dan")]);
  await world.drain();
  const made = await put();
  await world.drain();
  await call(peopleRoutes.createAppointments, {
    params: { pyramid: "main" },
    body: { layer: "writer", people: { identity: "user_id", values: ["dan"] } },
  });
  await world.drain();
  const merge = (from: string, into: string) =>
    call(peopleRoutes.mergeLayers, { params: { pyramid: "main" }, body: { from, into, rule: "kept" } });
  await expect(merge("star", "giver")).rejects.toMatchObject({ fault: { code: "pyramid.not_beside" } });
  const segment = await call(segmentApi.createSegment, { body: { name: "Writers", rule: { trait: "$layer", is: ["writer"] } } });
  await world.drain();
  expect(await call(peopleRoutes.getLayerUses, { params: { pyramid: "main", layer: "writer" } })).toEqual({
    items: [{ kind: "segment", id: segment.id, name: "Writers" }],
  });
  await expect(merge("writer", "giver")).rejects.toMatchObject({ fault: { code: "segment.in_use" } });
  await call(segmentApi.deleteSegment, { params: { segment: segment.id } });
  expect(await merge("writer", "giver")).toEqual({ moved: 2 });
  await world.drain();
  expect(await layers(["ann", "ben", "cat", "dan"])).toEqual({ ann: "giver", ben: "giver", cat: "everyone", dan: "giver" });
  expect(await history("ann")).toEqual([["writer", "giver", "layer_changed", null]]);
  const shown = await call(api.getPyramid, { params: { pyramid: "main" } });
  expect(shown.layers.map(({ key, people: count, appointed }) => [key, count, appointed])).toEqual([
    ["star", 0, 0],
    ["giver", 3, 1],
    ["everyone", 1, 0],
  ]);
  expect(made.layers[1]?.key).toBe("writer");
  await call(api.deletePyramid, { params: { pyramid: "main" } });
  await world.drain();
  expect(await layers(["ann"])).toEqual({ ann: null });
  await expect(call(api.getPyramid, { params: { pyramid: "main" } })).rejects.toMatchObject({ fault: { code: "pyramid.not_found" } });
});

test("people are shared out among a layer's owners, given to others, and counted", async () => {
  await world.append([...posted("ann"), ...posted("ben"), ...posted("cat"), seen("dan")]);
  await world.drain();
  await put({ ...BODY, layers: [star, writer, { ...giver, owners: ["1", "2"] }, everyone] });
  await world.drain();
  const params = { pyramid: "main", layer: "giver" };
  await call(peopleRoutes.setCareOwner, { params: { pyramid: "main" }, body: { people: [await personOf("ben")], owner: "2" } });
  expect(await call(peopleRoutes.shareOutCare, { params })).toEqual({ given: 2, left: 0 });
  const { items } = await call(peopleRoutes.getCareLoads, { params });
  expect(items.filter(({ layer: key }) => key === "giver").map(({ owner, people: count }) => [owner?.name ?? null, count])).toEqual([
    ["Lin", 2],
    ["max@example.test", 1],
    [null, 0],
  ]);
  const mine = await call(peopleRoutes.listLayerPeople, { params, query: { careOwner: "2" } });
  expect(mine.items).toMatchObject([{ careOwner: { operatorId: "2" } }]);
  await expect(call(peopleRoutes.shareOutCare, { params: { ...params, layer: "star" } })).rejects.toMatchObject({
    fault: { code: "pyramid.no_such_owner" },
  });
  await expect(put({ ...BODY, layers: [{ ...star, owners: ["9"] }, everyone] })).rejects.toMatchObject({
    fault: { code: "pyramid.no_such_owner", field: "layers.0.owners" },
  });
});

test("a layer cannot ask about its own pyramid, and what is kept for a pyramid is changed by it only", async () => {
  const asking = { ...giver, rule: { trait: "$layer", is: ["star"] } } as const;
  await put();
  await expect(put({ ...BODY, layers: [star, asking, everyone] })).rejects.toMatchObject({
    fault: { code: "segment.circular", field: "layers.1.rule" },
  });
  const [list] = await engines.db<{ id: string }[]>`
    select segment_id as id from segment where workspace_id = ${workspaceId} and managed_by = 'layer' and kind = 'list' limit 1`;
  await expect(
    call(segmentApi.changeSegmentPeople, { params: { segment: list?.id ?? "" }, body: { add: { identity: "user_id", values: ["ann"] } } }),
  ).rejects.toMatchObject({ fault: { code: "segment.managed" } });
});

test("joined people stand once, since the earlier; erased people leave nothing", async () => {
  await world.append([...posted("ann"), ...posted("ben")]);
  await world.drain();
  await put();
  await world.drain();
  const [ann, ben] = [await personOf("ann"), await personOf("ben")];
  await people(mergeApi.createMerge, { body: { people: [ann, ben], confirmConflicts: true } });
  await world.drain();
  expect(await layers(["ann", "ben"])).toEqual({ ann: "giver", ben: "giver" });
  await go(at(5, 2) + DAY_MS);
  expect(await layers(["ann", "ben"])).toEqual({ ann: "everyone", ben: "everyone" });
  const ids = [originOf("ann"), originOf("ben")];
  const found = await engines.db`select from pyramid_change where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  expect(found.count).toBeGreaterThan(0);
  await eraseFrom(engines.db, world.segments.holder, erasureOf(workspaceId, [{ personId: ann, originIds: ids }]));
  for (const table of ["pyramid_standing", "pyramid_bar", "pyramid_appointment", "pyramid_care", "pyramid_change"]) {
    const left = await engines.db`select from ${engines.db(table)} where workspace_id = ${workspaceId}`;
    expect(left.count).toBe(0);
  }
});

test("notes of appointments are sealed, those of before too, and stand with the care owner in the report to the person", async () => {
  await world.append([...posted("ann"), ...posted("ben")]);
  await world.drain();
  await put();
  await world.drain();
  const appoint = (name: string, note: string) =>
    call(peopleRoutes.createAppointments, {
      params: { pyramid: "main" },
      body: { layer: "star", people: { identity: "user_id", values: [name] }, note },
    });
  await appoint("ann", "Call 13800138000");
  await appoint("ben", "");
  await call(peopleRoutes.setCareOwner, { params: { pyramid: "main" }, body: { people: [await personOf("ann")], owner: "2" } });
  const notes = async () =>
    (await call(peopleRoutes.listAppointments, { params: { pyramid: "main" } })).items.map(({ note }) => note).toSorted();
  const inClear = () =>
    engines.db`select from pyramid_appointment where workspace_id = ${workspaceId} and (note <> '' or sealed_note is null)`;
  expect([await notes(), (await inClear()).count]).toEqual([["", "Call 138****8000"], 0]);
  await engines.db`update pyramid_appointment set note = 'Call 13900139000', sealed_note = null where workspace_id = ${workspaceId} and person_id = ${originOf("ann")}`;
  expect([await notes(), (await inClear()).count]).toEqual([["", "Call 139****9000"], 1]);
  for (const { name, run } of world.segments.jobs) if (name === "segments.seal_notes") await run();
  expect([await notes(), (await inClear()).count]).toEqual([["", "Call 139****9000"], 0]);

  const asked = askedAbout(workspaceId, { personId: await personOf("ann"), originIds: [originOf("ann")] });
  const groups = await world.segments.holder.describe(asked);
  expect(groups.filter(({ key }) => key !== "segments")).toMatchObject([
    { key: "appointments", total: 1, items: [{ what: "main · star", value: { by: "ann@example.test", note: "Call 13900139000" } }] },
    { key: "care_owners", total: 1, items: [{ what: "main", value: "max@example.test" }] },
  ]);
  const kept = await world.segments.holder.describe({ ...asked, showNote: () => undefined });
  expect(JSON.stringify(kept)).not.toContain("Call");
});

test("layers have shares in people and in what they do, and flows between two days", async () => {
  const ordered = (name: string, total: number) => came({ ids: [user(name)], name: "Order Completed", properties: { total } });
  await world.append([...posted("ann", 3), ...posted("ben"), ordered("ann", 30), ordered("cat", 10), seen("dan")]);
  await world.drain();
  await put();
  await world.drain();
  const { layers: shares } = await call(figures.getPyramidShares, { params: { pyramid: "main" } });
  expect(shares).toEqual([
    {
      layer: "star",
      people: 0,
      share: 0,
      contribution: { total: 0, share: 0 },
      events: { total: 0, share: 0 },
      turnover: { total: 0, share: 0 },
    },
    {
      layer: "writer",
      people: 1,
      share: 0.25,
      contribution: { total: 3, share: 0.75 },
      events: { total: 4, share: 4 / 7 },
      turnover: { total: 3_000, share: 0.75 },
    },
    {
      layer: "giver",
      people: 1,
      share: 0.25,
      contribution: { total: 1, share: 0.25 },
      events: { total: 1, share: 1 / 7 },
      turnover: { total: 0, share: 0 },
    },
    {
      layer: "everyone",
      people: 2,
      share: 0.5,
      contribution: { total: 0, share: 0 },
      events: { total: 2, share: 2 / 7 },
      turnover: { total: 1_000, share: 0.25 },
    },
  ]);
  world.nowMs = at(3, 12);
  await world.append(posted("cat"));
  await world.drain();
  const { flows } = await call(figures.getPyramidFlow, { params: { pyramid: "main" }, query: { from: "2026-03-11", to: "2026-03-13" } });
  expect(flows).toEqual([
    { from: "writer", to: "writer", people: 1 },
    { from: "giver", to: "giver", people: 1 },
    { from: "everyone", to: "giver", people: 1 },
    { from: "everyone", to: "everyone", people: 1 },
  ]);
});

test("people below a layer are ranked by how near they are to its rule, with what they lack", async () => {
  await world.append([...posted("ann", 2), ...posted("ben"), seen("cat"), ...posted("dan", 3)]);
  await world.drain();
  await put();
  await world.drain();
  const near = await call(figures.listCloseToPromotion, { params: { pyramid: "main", layer: "writer" } });
  const [ann, ben, cat] = [await personOf("ann"), await personOf("ben"), await personOf("cat")];
  expect(near.items).toMatchObject([
    { personId: ann, layer: "giver", progress: 2 / 3, lacks: [{ has: 2, needs: 3, op: "gte" }], unmet: [] },
    { personId: ben, layer: "giver", progress: 1 / 3, lacks: [{ has: 1, needs: 3 }] },
    { personId: cat, layer: "everyone", progress: 0, lacks: [{ has: 0, needs: 3 }] },
  ]);
  expect(near).toMatchObject({ countable: [writer.rule], uncountable: [] });
  // With parts that have no distance, what is asked of the event engine is what is reckoned here.
  const mixed: Layer["rule"] = {
    any: [
      { all: [{ did: { event: "Posted" }, count: { op: "gt", value: 3 } }, { not: { did: { event: "Viewed" } } }] },
      { all: [{ did: { event: "Viewed" } }, { tag: "known", has: true }, { trait: "$layer_two", isSet: false }] },
    ],
  };
  await put({ ...BODY, layers: [star, { ...writer, rule: mixed }, giver, everyone] });
  await world.drain();
  const anew = await call(figures.listCloseToPromotion, { params: { pyramid: "main", layer: "writer" }, query: { limit: 3 } });
  const shown = new Map(anew.items.map((item) => [item.personId, [item.progress, item.lacks.length, item.unmet]]));
  expect(anew.items.map(({ progress }) => progress)).toEqual(anew.items.map(({ progress }) => progress).toSorted((a, b) => b - a));
  expect(shown.get(ann)).toEqual([0.75, 1, []]);
  expect(shown.get(cat)).toEqual([2 / 3, 0, [{ tag: "known", has: true }]]);
  await expect(call(figures.listCloseToPromotion, { params: { pyramid: "main", layer: "star" } })).rejects.toMatchObject({
    fault: { code: "pyramid.no_rule" },
  });
});

test("who has not contributed the minimum this month is in danger, the least first; reviews are told", async () => {
  await world.append([...posted("ann"), ...posted("ben", 2), ...posted("cat")]);
  await world.drain();
  await put();
  await world.drain();
  world.nowMs = at(4, 2);
  await world.append(posted("ann"));
  await world.drain();
  const danger = await call(figures.listInDanger, { params: { pyramid: "main", layer: "giver" } });
  expect(danger).toMatchObject({ month: "2026-04", minimum: 2, people: 3 });
  expect(
    danger.items.map(({ personId, contribution, monthsBelow, leavesAt }) => [personId, contribution, monthsBelow, leavesAt]).at(-1),
  ).toEqual([await personOf("ann"), 1, 0, null]);
  expect(await call(figures.listPyramidReviews, { params: { pyramid: "main" } })).toEqual({
    items: [{ month: "2026-03", at: new Date(at(4, 2)).toISOString(), promoted: 0, demoted: 0, warned: 0 }],
  });
  await expect(call(figures.listInDanger, { params: { pyramid: "main", layer: "writer" } })).rejects.toMatchObject({
    fault: { code: "pyramid.no_minimum" },
  });
});

test("a review and the end of a grace wait for what came before them", async () => {
  const kept: PyramidBody = { ...BODY, layers: [star, { ...writer, promotion: "at_once" }, giver, everyone] };
  await world.append([...posted("ann", 3), ...posted("ben", 2)]);
  await world.drain();
  await put(kept);
  await world.drain();
  // Ann meets her rule no longer from the fifteenth, and leaves at the end of the seventeenth: unless she posts by then.
  await go(at(3, 16));
  world.nowMs = at(3, 17);
  await world.append(posted("ann", 3));
  world.nowMs = at(3, 18);
  const keep = async () => {
    while (await world.step("pyramids.keep"));
  };
  await keep();
  expect((await call(peopleRoutes.listLayerPeople, { params: { pyramid: "main", layer: "writer" } })).items.length).toBe(1);
  await world.drain();
  expect(await layers(["ann"])).toEqual({ ann: "writer" });
  await go(at(4, 3));
  world.nowMs = at(4, 20);
  await world.append(posted("ben", 2));
  world.nowMs = at(5, 3);
  // What is in the feed only, what is settled but not stored, and what is stored but not counted.
  const months = async () => (await call(figures.listPyramidReviews, { params: { pyramid: "main" } })).items.map(({ month }) => month);
  await keep();
  await world.settle();
  await keep();
  expect(await months()).toEqual(["2026-03"]);
  await world.store();
  await keep();
  expect(await months()).toEqual(["2026-03"]);
  while (await world.count());
  await keep();
  expect(await months()).toEqual(["2026-03"]);
  const late = async () => (await world.segments.late()).pyramids;
  // The end of Ann's grace, at midnight in Berlin.
  expect(await late()).toBe((world.nowMs - Date.UTC(2026, 3, 5, 22)) / 1000);
  await world.drain();
  expect(await months()).toEqual(["2026-04", "2026-03"]);
  expect(await late()).toBe(0);
  expect(await layers(["ben"])).toEqual({ ben: "giver" });
  world.nowMs = at(6, 3);
  // The review of May was due an hour into the second of June.
  expect(await late()).toBe((world.nowMs - Date.UTC(2026, 5, 1, 23)) / 1000);
  await world.drain();
  expect(await late()).toBe(0);
});

test("joined people of whom one was in a grace are looked at once, and parted ones at once", async () => {
  await world.append([...posted("ann", 3), ...posted("ben", 3)]);
  await world.drain();
  await put();
  await world.drain();
  world.nowMs = at(3, 14);
  await world.append(posted("ann", 3));
  await go(at(3, 16));
  const rows = async () =>
    (
      await engines.db<{ due: Date | null }[]>`
        select s.lapse_due as due from pyramid_standing s join pyramid_layer l using (layer_id) where s.workspace_id = ${workspaceId} and l.key = 'writer' order by s.person_id`
    ).map(({ due }) => due !== null);
  expect((await rows()).toSorted()).toEqual([false, true]);
  const joined = await people(mergeApi.createMerge, {
    body: { people: [await personOf("ann"), await personOf("ben")], confirmConflicts: true },
  });
  await world.drain();
  expect(await rows()).toEqual([false, false]);
  expect(await world.step("pyramids.keep")).toBe(false);
  await people(mergeApi.takeBackMerge, { params: { merge: joined.id } });
  await world.drain();
  expect((await rows()).toSorted()).toEqual([false, true]);
  await go(at(3, 19));
  expect(await layers(["ann", "ben"])).toEqual({ ann: "writer", ben: "giver" });
});

test("an appointment that time ended is over at that time, whenever that is seen, and nobody is judged as appointed after it", async () => {
  await world.append([...posted("ann")]);
  await world.drain();
  await put();
  await world.drain();
  const until = new Date(at(3, 31)).toISOString();
  await call(peopleRoutes.createAppointments, {
    params: { pyramid: "main" },
    body: { layer: "star", people: { identity: "user_id", values: ["ann"] }, until },
  });
  await world.drain();
  // Nothing runs for a month: April began after the appointment was over, so it counts.
  world.nowMs = at(5, 2);
  expect((await world.segments.late()).pyramids).toBe((world.nowMs - Date.parse(until)) / 1000);
  await world.drain();
  expect((await world.segments.late()).pyramids).toBe(0);
  const { items } = await call(peopleRoutes.listAppointments, { params: { pyramid: "main" }, query: { ended: "true" } });
  expect(items).toMatchObject([{ until, endedAt: until, endedBy: null }]);
  expect(await layers(["ann"])).toEqual({ ann: "everyone" });
  expect((await history("ann"))?.map(([, , why]) => why)).toEqual(["minimum", "appointment_ended", "appointed", "rules_changed"]);
});

test("who was warned stays when there is no contribution any more", async () => {
  const minimum = { atLeast: 2, months: 1, graceDays: 3 };
  await world.append([...posted("ann")]);
  await world.drain();
  await put({ ...BODY, layers: [star, { ...giver, demotion: { lapse: null, minimum } }, everyone] });
  await world.drain();
  await go(at(4, 3));
  await go(at(5, 3));
  const leaving = async () => (await call(peopleRoutes.listLayerPeople, { params: { pyramid: "main", layer: "giver" } })).items;
  expect(await leaving()).toMatchObject([{ leavesAt: "2026-05-06T22:00:00.000Z" }]);
  await put({
    ...BODY,
    contribution: null,
    layers: [star, { ...giver, promotion: "at_review", demotion: { lapse: null, minimum: null } }, everyone],
  });
  await world.drain();
  await go(at(5, 8));
  expect(await leaving()).toMatchObject([{ leavesAt: null }]);
  expect(await world.step("pyramids.keep")).toBe(false);
});

test("who stands in a layer that is merged keeps that wherever they are, with a grace that goes on or begins", async () => {
  const high = pyramidLayer("writer", { rule: postedTimes(3, 5), demotion: { lapse: { graceDays: 2 }, minimum: null } });
  const low = pyramidLayer("giver", { rule: postedTimes(1, 10), demotion: { lapse: { graceDays: 5 }, minimum: null } });
  await world.append([...posted("ben"), ...posted("dan"), ...posted("eva", 3)]);
  await world.drain();
  await put({ ...BODY, layers: [star, high, low, everyone] });
  await world.drain();
  await go(at(3, 16));
  world.nowMs = at(3, 18);
  await world.append([...posted("ben"), ...posted("eva")]);
  await call(peopleRoutes.createAppointments, {
    params: { pyramid: "main" },
    body: { layer: "star", people: { identity: "user_id", values: ["ben"] }, until: new Date(at(3, 23)).toISOString() },
  });
  await world.drain();
  await go(at(3, 22));
  const names = ["ben", "dan", "eva"];
  // Dan is in a grace since the twenty-second; Eva left the upper layer on the eighteenth.
  expect(await layers(names)).toEqual({ ben: "star", dan: "giver", eva: "giver" });
  expect(
    await call(peopleRoutes.mergeLayers, { params: { pyramid: "main" }, body: { from: "giver", into: "writer", rule: "kept" } }),
  ).toEqual({
    moved: 2,
  });
  await world.drain();
  expect(await layers(names)).toEqual({ ben: "star", dan: "writer", eva: "writer" });
  await go(at(3, 24));
  expect(await layers(names)).toEqual({ ben: "writer", dan: "writer", eva: "writer" });
  await go(at(3, 25));
  expect(await layers(names)).toEqual({ ben: "everyone", dan: "writer", eva: "everyone" });
  await go(at(3, 28));
  expect(await layers(names)).toEqual({ ben: "everyone", dan: "everyone", eva: "everyone" });
});

test("who is barred from a layer that is merged, or warned in it, is so in the one that stays", async () => {
  const minimum = { atLeast: 1, months: 12, graceDays: 0 };
  const high = pyramidLayer("writer", { rule: postedTimes(3, 5), demotion: { lapse: { graceDays: 2 }, minimum } });
  const low = { ...giver, demotion: { lapse: null, minimum: { atLeast: 2, months: 1, graceDays: 3 } } };
  await world.append([...posted("cid"), ...posted("gil")]);
  await world.drain();
  await put({ ...BODY, layers: [star, high, low, everyone] });
  await world.drain();
  world.nowMs = at(4, 5);
  await world.append(posted("gil", 2));
  await world.drain();
  for (const day of [at(5, 2), at(5, 6), at(6, 2), at(6, 3)]) await go(day);
  expect(await layers(["cid", "gil"])).toEqual({ cid: "everyone", gil: "giver" });
  await call(peopleRoutes.mergeLayers, { params: { pyramid: "main" }, body: { from: "giver", into: "writer", rule: "either" } });
  await world.drain();
  expect(await layers(["cid", "gil"])).toEqual({ cid: "everyone", gil: "writer" });
  await go(at(6, 6));
  expect(await layers(["cid", "gil"])).toEqual({ cid: "everyone", gil: "everyone" });
  expect((await history("gil"))?.[0]).toEqual(["writer", "everyone", "minimum", "2026-05"]);
});

test("a pyramid, or a layer that would go, is refused while anything names it", async () => {
  await put();
  await world.drain();
  const without = { ...BODY, layers: BODY.layers.filter(({ key }) => key !== "writer") };
  const drop = () => call(api.deletePyramid, { params: { pyramid: "main" } });
  const refused = (field: string, name: string) => ({ fault: { code: "segment.in_use", field, details: { name, more: 0 } } });
  const segment = await call(segmentApi.createSegment, { body: { name: "Some", rule: { trait: "$layer", isSet: true } } });
  await expect(drop()).rejects.toMatchObject(refused("pyramid", "Some"));
  const rule = { trait: "$layer", isNot: ["writer"] } as const;
  await call(segmentApi.updateSegment, { params: { segment: segment.id }, body: { rule } });
  await expect(put(without)).rejects.toMatchObject(refused("layers", "Some"));
  await call(segmentApi.deleteSegment, { params: { segment: segment.id } });
  world.traitUses = (trait, value = "writer") =>
    trait === "$layer" && value === "writer" ? [{ kind: "dashboard", id: "1", name: "Week" }] : [];
  await expect(drop()).rejects.toMatchObject(refused("pyramid", "Week"));
  await expect(put(without)).rejects.toMatchObject(refused("layers", "Week"));
  const { items } = await call(peopleRoutes.getLayerUses, { params: { pyramid: "main", layer: "writer" } });
  expect(items).toEqual([{ kind: "dashboard", id: "1", name: "Week" }]);
  world.traitUses = () => [];
  await put(without);
  await drop();
});

test("whoever changes a pyramid that somebody else changed meanwhile is refused", async () => {
  const change = (basedOn: number, reviewDay = 3) =>
    call(api.putPyramid, { params: { pyramid: "main" }, body: { ...BODY, reviewDay, basedOn } });
  const stale = { fault: { code: "pyramid.changed_since", field: "basedOn" } };
  await expect(change(1)).rejects.toMatchObject(stale);
  expect(await change(0)).toMatchObject({ version: 1 });
  await expect(change(0)).rejects.toMatchObject(stale);
  expect(await change(1, 4)).toMatchObject({ version: 2, reviewDay: 4 });
  await expect(change(1)).rejects.toMatchObject(stale);
  expect(await put({ ...BODY, layers: [star, writer, giver, everyone] })).toMatchObject({ version: 3 });
  await world.drain();
  await call(peopleRoutes.mergeLayers, { params: { pyramid: "main" }, body: { from: "writer", into: "giver", rule: "kept" } });
  expect(await call(api.getPyramid, { params: { pyramid: "main" } })).toMatchObject({ version: 4 });
});
