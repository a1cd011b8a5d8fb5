import * as api from "@terrace/contract/api/journeys";
import * as mergeApi from "@terrace/contract/api/merges";
import type { JourneyNode } from "@terrace/domain/journeys/journey-definition";
import { exitNode, journeyWith, messageNode, waitNode } from "@terrace/domain/journeys/journey-fixture.suite";
import { user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { expect, test } from "vitest";
import { ch } from "../../platform/storage/clickhouse.ts";
import { DAY_MS, drawn, journeyWorld, MINUTE_MS } from "./journeys.suite.ts";

const here = journeyWorld();
const { call, came, change, drain, go, happens, originOf, pathOf, people, personOf } = here;
const parts = (id: string, outs: Record<string, string>) => ({ id, name: "", outs });
const open = { holdout: 0 } as const;
const buys: JourneyNode = {
  ...parts("buys", { bought: "thanks", timeout: "old" }),
  kind: "events",
  arms: [{ key: "bought", name: "", on: { event: "Order" } }],
  timeout: { amount: 2, unit: "day" },
};
const old: JourneyNode = {
  ...parts("old", { regular: "end", otherwise: "hello" }),
  kind: "branch",
  arms: [{ key: "regular", name: "", condition: { did: { event: "Visit" }, count: { op: "gte", value: 2 } }, where: null }],
};
const thanks: JourneyNode = { ...parts("thanks", { next: "end" }), kind: "tag", add: ["buyer"], remove: [] };
const welcome = journeyWith([waitNode("pause", "buys"), buys, old, thanks, messageNode("hello", "end"), exitNode()], open);

test("people walk through a welcome journey, each by what they do, with the reason of every turn", async () => {
  const journey = await go(welcome);
  for (const name of ["ada", "bo", "cy"]) await happens("Signed Up", name, { plan: "pro" });
  await happens("Visit", "bo");
  await happens("Visit", "bo");
  here.world.nowMs += DAY_MS;
  await drain();
  await happens("Order", "ada");
  here.world.nowMs += 2 * DAY_MS;
  await drain();
  expect(await pathOf(journey)).toEqual([
    "pause>next buys>bought thanks>next end>",
    "pause>next buys>timeout old>otherwise hello>next end>",
    "pause>next buys>timeout old>regular end>",
  ]);
  expect(here.asked.map(({ originId, template, variables, source }) => [originId, template, variables, source.part])).toEqual([
    [originOf("cy"), "7", { plan: "pro" }, "hello"],
  ]);
  expect((await here.world.people.idsOfPeople(here.engines.db, here.workspaceId, [originOf("ada")])).length).toBe(1);
  const tags = await here.engines.db<{ tag: string }[]>`select tag from person_tag where workspace_id = ${here.workspaceId}`;
  expect(tags.map(({ tag }) => tag)).toEqual(["buyer"]);
  const figures = await call(api.getJourneyFigures, { params: { journey } });
  expect(figures).toMatchObject({ entered: 3, held: 0, ways: expect.arrayContaining([{ node: "old", out: "regular", people: 1 }]) });
});

test("nobody comes in again while the journey says so, and once for each key where it is keyed", async () => {
  const entry = { kind: "event", on: { event: "Cart" }, times: "every", keyedBy: "cart", condition: null } as const;
  const journey = await go(
    journeyWith([waitNode("pause", "end"), exitNode()], { ...open, entry, reentry: { kind: "afterDays", days: 2 } }),
  );
  await happens("Cart", "ada", { cart: "1" });
  await happens("Cart", "ada", { cart: "1" });
  await happens("Cart", "ada", { cart: 2 });
  await happens("Cart", "ada");
  expect((await call(api.listEnrolments, { params: { journey } })).items.map(({ key, state }) => [key, state])).toEqual([
    ["2", "in"],
    ["1", "in"],
  ]);
  here.world.nowMs += DAY_MS;
  await drain();
  await happens("Cart", "ada", { cart: "1" });
  expect((await call(api.listEnrolments, { params: { journey } })).items.length).toBe(2);
  here.world.nowMs += DAY_MS;
  await happens("Cart", "ada", { cart: "1" });
  expect((await call(api.listEnrolments, { params: { journey } })).items.length).toBe(3);
});

test("two workers share the work, and each step and effect is done once", async () => {
  const emits: JourneyNode = { ...parts("told", { next: "pause" }), kind: "emit", event: "Greeted", properties: {} };
  const journey = await go(journeyWith([emits, waitNode("pause", "hello"), messageNode("hello", "end"), exitNode()], open));
  const names = Array.from({ length: 450 }, (_, n) => `u${n}`);
  await here.world.append(names.map((name) => came({ name: "Signed Up", ids: [user(name)] })));
  await drain(here.journeys, here.second);
  here.world.nowMs += DAY_MS;
  await drain(here.journeys, here.second);
  expect(here.asked.length).toBe(450);
  expect(new Set(here.asked.map(({ key }) => key)).size).toBe(450);
  const [told] = await here.engines.warehouse.rows<{ events: number; people: number }>(
    here.workspaceId,
    "test",
    ch`select toUInt32(count()) as events, toUInt32(uniqExact(origin_id)) as people from events
      where workspace_id = ${ch.value("UInt32", here.workspaceId)} and name = 'Greeted'`,
  );
  expect(told).toEqual({ events: 450, people: 450 });
  expect(await call(api.getJourneyFigures, { params: { journey } })).toMatchObject({ entered: 450, nodes: [] });
});

test("a pause holds people where they are; what ended meanwhile ends when it goes on, and what follows counts from then", async () => {
  const journey = await go(journeyWith([waitNode("one", "hello"), messageNode("hello", "two"), waitNode("two", "end"), exitNode()], open));
  await happens("Signed Up", "ada");
  await call(api.pauseJourney, { params: { journey }, body: {} });
  await happens("Signed Up", "bo");
  here.world.nowMs += 5 * DAY_MS;
  await drain();
  expect(here.asked).toEqual([]);
  await call(api.resumeJourney, { params: { journey }, body: {} });
  await drain();
  expect(here.asked.map(({ originId }) => originId)).toEqual([originOf("ada")]);
  const [ada] = (await call(api.listEnrolments, { params: { journey } })).items;
  expect([ada?.node, Date.parse(ada?.dueAt ?? "") - here.world.nowMs]).toEqual(["two", DAY_MS]);
});

test("people in flight finish on their version, or go over at nodes that are there in both", async () => {
  const first = journeyWith([waitNode("pause", "hello"), messageNode("hello", "end"), exitNode()], open);
  const journey = await go(first);
  await happens("Signed Up", "ada");
  const next = async (nodes: readonly JourneyNode[], inFlight: "finish" | "migrate", baseVersion: number) => {
    await change(journey, journeyWith(nodes, open), baseVersion, inFlight);
    await drain();
  };
  await next([waitNode("pause", "end"), exitNode()], "finish", 1);
  await happens("Signed Up", "bo");
  await next([waitNode("pause", "thanks"), thanks, exitNode()], "migrate", 2);
  here.world.nowMs += DAY_MS;
  await drain();
  expect(await pathOf(journey)).toEqual(["pause>next thanks>next end>", "pause>next thanks>next end>"]);
  expect((await call(api.getJourney, { params: { journey } })).versions.map(({ state }) => state)).toEqual(["live", "retired", "retired"]);
});

test("a share is held back and looked at for the goal; the entry's condition is asked with everything that was acknowledged", async () => {
  const goal = { on: { event: "Order" }, withinDays: 7, leaves: true } as const;
  const entry = { ...welcome.entry, condition: { did: { event: "Visit" } } };
  const journey = await go(journeyWith([waitNode("pause", "end"), exitNode()], { holdout: 5_000, goal, entry }));
  const names = Array.from({ length: 60 }, (_, n) => `u${n}`);
  await here.world.append([
    ...names.slice(0, 40).map((name) => came({ name: "Visit", ids: [user(name)] })),
    ...names.map((name) => came({ name: "Signed Up", ids: [user(name)] })),
  ]);
  await drain();
  const before = await call(api.getJourneyFigures, { params: { journey } });
  expect(before.held).toBeGreaterThan(5);
  expect(before.entered).toBeGreaterThan(5);
  expect(before.entered + before.held).toBe(40);
  await here.world.append(names.map((name) => came({ name: "Order", ids: [user(name)] })));
  await drain();
  const after = await call(api.getJourneyFigures, { params: { journey } });
  expect([after.goal, after.heldGoal]).toEqual([after.entered, after.held]);
  expect(after.nodes).toEqual([]);
});

test("a journey with faults is refused by name, and one that is over takes nobody", async () => {
  const definition = drawn(journeyWith([waitNode("pause", "gone")], open));
  const { faults } = await call(api.checkJourneyDraft, { body: { definition } });
  expect(faults.map(({ node, field, mend }) => [node, field, mend])).toEqual([["pause", "outs.next", "outUnknown"]]);
  const journey = await go(welcome);
  await happens("Signed Up", "ada");
  await call(api.archiveJourney, { params: { journey }, body: {} });
  await happens("Signed Up", "bo");
  expect((await call(api.listEnrolments, { params: { journey } })).items.map(({ state, endReason }) => [state, endReason])).toEqual([
    ["out", "archived"],
  ]);
});

test("people who are joined keep the journeys of each of their ids, and come in no more than one person may; who is forgotten is gone", async () => {
  const journey = await go(welcome);
  await happens("Signed Up", "ada");
  await happens("Signed Up", "bo");
  const [ada, bo] = [await personOf("ada"), await personOf("bo")];
  await people(mergeApi.createMerge, { body: { people: [ada, bo], confirmConflicts: true } });
  await drain();
  await happens("Signed Up", "bo");
  here.world.nowMs += DAY_MS + MINUTE_MS;
  await drain();
  await happens("Order", "bo");
  expect(await pathOf(journey)).toEqual(["pause>next buys>bought thanks>next end>", "pause>next buys>bought thanks>next end>"]);
  const one = { personId: ada, originIds: [originOf("ada"), originOf("bo")] };
  expect((await here.journeys.holder.describe(askedAbout(here.workspaceId, one)))[0]?.total).toBe(2);
  await eraseFrom(here.engines.db, here.journeys.holder, erasureOf(here.workspaceId, [one]));
  expect((await call(api.listEnrolments, { params: { journey } })).items).toEqual([]);
});

test("a server is told what became of each whom it names; a repeat with the same key lets nobody in again", async () => {
  const entry = { kind: "api", condition: null } as const;
  const journey = await go(journeyWith([waitNode("pause", "end"), exitNode()], { ...open, entry }));
  await happens("Visit", "ada");
  await happens("Visit", "bo");
  const asks = [
    { kind: "user_id", value: "ada", key: "order-1" },
    { kind: "user_id", value: "ada", key: "order-1" },
    { kind: "person", value: await personOf("bo") },
    { kind: "user_id", value: "nobody" },
    { kind: "person", value: "99999999999999999999" },
    { kind: "person", value: "9223372036854775808" },
    { kind: "email", value: "no address" },
  ] as const;
  const enrol = () => call(api.enrolInJourney, { params: { journey }, body: { people: [...asks] } });
  const first = await enrol();
  expect(first.entered).toBe(2);
  expect(first.items.map(({ outcome }) => outcome)).toEqual(["entered", "notAgain", "entered", "unknown", "invalid", "invalid", "invalid"]);
  const listed = (await call(api.listEnrolments, { params: { journey } })).items.map(({ id }) => id);
  expect(first.items.flatMap(({ enrolment }) => (enrolment === null ? [] : [enrolment])).toSorted()).toEqual(listed.toSorted());
  await drain();
  const again = await enrol();
  expect(again.entered).toBe(0);
  expect(again.items.slice(0, 3).map(({ outcome }) => outcome)).toEqual(["notAgain", "notAgain", "notAgain"]);
});
