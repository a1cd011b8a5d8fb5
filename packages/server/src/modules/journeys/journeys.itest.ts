import * as api from "@terrace/contract/api/journeys";
import * as mergeApi from "@terrace/contract/api/merges";
import type { RouteContract } from "@terrace/contract/route";
import type { JourneyDefinition, JourneyNode } from "@terrace/domain/journeys/journey-definition";
import type { MessageAsked } from "@terrace/domain/messages/message";
import { exitNode, journeyWith, messageNode, waitNode } from "@terrace/domain/journeys/journey-fixture.suite";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, type LiveWorld } from "@terrace/testkit/live-world";
import { user } from "@terrace/testkit/people-model";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { z } from "zod";
import { LANE_COUNT } from "../../platform/feed/lanes.ts";
import { createReactor, type Reactor } from "../../platform/feed/reactor.ts";
import { ch } from "../../platform/storage/clickhouse.ts";
import { createHoldouts, type Holdouts } from "../holdouts/module.ts";
import { createJourneys, type Journeys } from "./module.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 5, 1, 9);
const LANES = Array.from({ length: LANE_COUNT }, (_, lane) => lane);

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
let journeys: Journeys;
let second: Journeys;
let reactor: Reactor;
let holdouts: Holdouts;
let asked: MessageAsked[] = [];
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(async () => {
  await engines.db`/* all workspaces: a fresh start */ delete from journey`;
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  asked = [];
  holdouts = createHoldouts({
    db: engines.db,
    privacy: world.privacy,
    audit: () => Promise.resolve(),
    people: world.people,
    insight: world.insight,
    calendar: () => Promise.resolve({ zone: world.zone, weekStart: "monday" }),
    nowMs: () => world.nowMs,
    log: world.log,
  });
  [journeys, second] = [make(), make()];
  reactor = createReactor({ db: engines.db, cipher: world.privacy }, journeys.reaction);
});

const make = (): Journeys =>
  createJourneys({
    ...world,
    db: engines.db,
    warehouse: engines.warehouse,
    audit: () => Promise.resolve(),
    workspace: (id) => Promise.resolve({ workspaceId: id, name: "w", timeZone: world.zone, currency: "CNY", label: "" }),
    virtualEvents: () => Promise.resolve([]),
    isMarkedPersonal: () => false,
    segmentsOf: world.segments.segmentsOf,
    segmentsLive: world.segments.liveAmong,
    holdouts,
    outbound: { requireReleased: () => Promise.resolve() },
    askMessages: (_tx, _workspaceId, messages) => {
      asked.push(...messages);
      return Promise.resolve();
    },
    nowMs: () => world.nowMs,
  });
const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(journeys.routes, workspaceId, of, input);
const { came, people, originOf, personOf } = actsIn(() => ({ engines, world, workspaceId }));

/** Everything until nothing is left to do at this instant; the list of journeys is read again. */
async function drain(...workers: readonly Journeys[]): Promise<void> {
  const { signal } = new AbortController();
  world.nowMs += 1_000;
  for (let worked = true; worked;) {
    await world.drain();
    worked = false;
    while (await reactor.step(LANES)) worked = true;
    const steps = (workers.length === 0 ? [journeys] : workers).flatMap(({ loops }) => loops.map(({ step }) => step(signal)));
    if ((await Promise.all(steps)).includes(0)) worked = true;
  }
}

type Drawn = z.input<typeof api.createJourney.body>["definition"];
/** As a client sends it. */
const drawn = (definition: JourneyDefinition): Drawn => JSON.parse(JSON.stringify(definition)) as Drawn;

async function go(definition: JourneyDefinition, name = "欢迎"): Promise<string> {
  const { id } = await call(api.createJourney, { body: { name, definition: drawn(definition) } });
  const params = { journey: id };
  await call(api.submitJourney, { params, body: {} });
  await call(api.approveJourney, { params, body: {} });
  await call(api.startJourney, { params, body: {} });
  await drain();
  return id;
}

async function happens(name: string, who: string, properties = {}): Promise<void> {
  await world.append([came({ name, ids: [user(who)], properties })]);
  await drain();
}

const pathOf = async (journey: string): Promise<readonly string[]> => {
  const { items } = await call(api.listEnrolments, { params: { journey } });
  const ways = await Promise.all(
    items.map(async ({ id }) => {
      const path = await call(api.getEnrolmentPath, { params: { journey, enrolment: id } });
      return path.items.map(({ node, out }) => `${node}>${out ?? ""}`).join(" ");
    }),
  );
  return ways.toSorted();
};
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
  world.nowMs += DAY_MS;
  await drain();
  await happens("Order", "ada");
  world.nowMs += 2 * DAY_MS;
  await drain();
  expect(await pathOf(journey)).toEqual([
    "pause>next buys>bought thanks>next end>",
    "pause>next buys>timeout old>otherwise hello>next end>",
    "pause>next buys>timeout old>regular end>",
  ]);
  expect(asked.map(({ originId, template, variables, source }) => [originId, template, variables, source.part])).toEqual([
    [originOf("cy"), "7", { plan: "pro" }, "hello"],
  ]);
  expect((await world.people.idsOfPeople(engines.db, workspaceId, [originOf("ada")])).length).toBe(1);
  const tags = await engines.db<{ tag: string }[]>`select tag from person_tag where workspace_id = ${workspaceId}`;
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
  world.nowMs += DAY_MS;
  await drain();
  await happens("Cart", "ada", { cart: "1" });
  expect((await call(api.listEnrolments, { params: { journey } })).items.length).toBe(2);
  world.nowMs += DAY_MS;
  await happens("Cart", "ada", { cart: "1" });
  expect((await call(api.listEnrolments, { params: { journey } })).items.length).toBe(3);
});

test("two workers share the work, and each step and effect is done once", async () => {
  const emits: JourneyNode = { ...parts("told", { next: "pause" }), kind: "emit", event: "Greeted", properties: {} };
  const journey = await go(journeyWith([emits, waitNode("pause", "hello"), messageNode("hello", "end"), exitNode()], open));
  const names = Array.from({ length: 450 }, (_, n) => `u${n}`);
  await world.append(names.map((name) => came({ name: "Signed Up", ids: [user(name)] })));
  await drain(journeys, second);
  world.nowMs += DAY_MS;
  await drain(journeys, second);
  expect(asked.length).toBe(450);
  expect(new Set(asked.map(({ key }) => key)).size).toBe(450);
  const [told] = await engines.warehouse.rows<{ events: number; people: number }>(
    workspaceId,
    "test",
    ch`select toUInt32(count()) as events, toUInt32(uniqExact(origin_id)) as people from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and name = 'Greeted'`,
  );
  expect(told).toEqual({ events: 450, people: 450 });
  expect(await call(api.getJourneyFigures, { params: { journey } })).toMatchObject({ entered: 450, nodes: [] });
});

test("a pause holds people where they are; what ended meanwhile ends when it goes on, and what follows counts from then", async () => {
  const journey = await go(journeyWith([waitNode("one", "hello"), messageNode("hello", "two"), waitNode("two", "end"), exitNode()], open));
  await happens("Signed Up", "ada");
  await call(api.pauseJourney, { params: { journey }, body: {} });
  await happens("Signed Up", "bo");
  world.nowMs += 5 * DAY_MS;
  await drain();
  expect(asked).toEqual([]);
  await call(api.resumeJourney, { params: { journey }, body: {} });
  await drain();
  expect(asked.map(({ originId }) => originId)).toEqual([originOf("ada")]);
  const [ada] = (await call(api.listEnrolments, { params: { journey } })).items;
  expect([ada?.node, Date.parse(ada?.dueAt ?? "") - world.nowMs]).toEqual(["two", DAY_MS]);
});

test("people in flight finish on their version, or go over at nodes that are there in both", async () => {
  const first = journeyWith([waitNode("pause", "hello"), messageNode("hello", "end"), exitNode()], open);
  const journey = await go(first);
  await happens("Signed Up", "ada");
  const next = async (nodes: readonly JourneyNode[], inFlight: "finish" | "migrate", baseVersion: number) => {
    const definition = drawn(journeyWith(nodes, open));
    const params = { journey };
    await call(api.saveJourney, { params, body: { name: "欢迎", definition, baseVersion } });
    await call(api.submitJourney, { params, body: {} });
    await call(api.approveJourney, { params, body: {} });
    await call(api.startJourney, { params, body: { inFlight } });
    await drain();
  };
  await next([waitNode("pause", "end"), exitNode()], "finish", 1);
  await happens("Signed Up", "bo");
  await next([waitNode("pause", "thanks"), thanks, exitNode()], "migrate", 2);
  world.nowMs += DAY_MS;
  await drain();
  expect(await pathOf(journey)).toEqual(["pause>next thanks>next end>", "pause>next thanks>next end>"]);
  expect((await call(api.getJourney, { params: { journey } })).versions.map(({ state }) => state)).toEqual(["live", "retired", "retired"]);
});

test("a share is held back and looked at for the goal; the entry's condition is asked with everything that was acknowledged", async () => {
  const goal = { on: { event: "Order" }, withinDays: 7, leaves: true } as const;
  const entry = { ...welcome.entry, condition: { did: { event: "Visit" } } };
  const journey = await go(journeyWith([waitNode("pause", "end"), exitNode()], { holdout: 5_000, goal, entry }));
  const names = Array.from({ length: 60 }, (_, n) => `u${n}`);
  await world.append([
    ...names.slice(0, 40).map((name) => came({ name: "Visit", ids: [user(name)] })),
    ...names.map((name) => came({ name: "Signed Up", ids: [user(name)] })),
  ]);
  await drain();
  const before = await call(api.getJourneyFigures, { params: { journey } });
  expect(before.held).toBeGreaterThan(5);
  expect(before.entered).toBeGreaterThan(5);
  await world.append(names.map((name) => came({ name: "Order", ids: [user(name)] })));
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
  world.nowMs += DAY_MS + MINUTE_MS;
  await drain();
  await happens("Order", "bo");
  expect(await pathOf(journey)).toEqual(["pause>next buys>bought thanks>next end>", "pause>next buys>bought thanks>next end>"]);
  const one = { personId: ada, originIds: [originOf("ada"), originOf("bo")] };
  expect((await journeys.holder.describe(askedAbout(workspaceId, one)))[0]?.total).toBe(2);
  await eraseFrom(engines.db, journeys.holder, erasureOf(workspaceId, [one]));
  expect((await call(api.listEnrolments, { params: { journey } })).items).toEqual([]);
});
