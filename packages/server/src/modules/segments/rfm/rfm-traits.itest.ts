import * as classApi from "@terrace/contract/api/classes";
import * as peopleApi from "@terrace/contract/api/merges";
import { getRfm } from "@terrace/contract/api/insight-rfm";
import * as api from "@terrace/contract/api/rfm-traits";
import * as historyApi from "@terrace/contract/api/segment-history";
import * as segmentApi from "@terrace/contract/api/segments";
import type { RouteContract } from "@terrace/contract/route";
import { CLASS_CHANGED } from "@terrace/domain/event/segment-events";
import { groupOf } from "@terrace/domain/insight/rfm/rfm-plan";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { isoDay } from "@terrace/domain/time/zoned-time";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, type LiveWorld } from "@terrace/testkit/live-world";
import { user } from "@terrace/testkit/people-model";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ch } from "../../../platform/storage/clickhouse.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Noon in Berlin, where it is summer. */
const START_MS = Date.UTC(2026, 5, 10, 10);
/** Random worlds per run. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 3);

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());

async function begin(): Promise<void> {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
}

const { segments, people, came, personOf } = actsIn(() => ({ engines, world, workspaceId }));
const insight = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(world.insight.routes, workspaceId, of, input);

function bought(name: string, revenue: number, daysAgo: number): FeedEvent {
  return came({ ids: [user(name)], name: "Order Completed", properties: { revenue, currency: "CNY" } }, daysAgo * DAY_MS);
}
async function have(...events: readonly FeedEvent[]): Promise<void> {
  await world.append(events);
  await world.drain();
}
type Reckoned = Readonly<Record<string, string>>;
async function computedOf(name: string): Promise<Reckoned> {
  const [row] = await engines.db<{ computed: Reckoned }[]>`
    select computed from person_profile where workspace_id = ${workspaceId} and person_id = ${await personOf(name)}`;
  return row?.computed ?? {};
}

/** Everyone's traits, counted. */
async function counted(): Promise<Readonly<Record<string, number>>> {
  const rows = await engines.db<{ what: string; people: number }[]>`
    select concat_ws(' ', computed ->> '$rfm', computed ->> '$rfm_r', computed ->> '$rfm_f', computed ->> '$rfm_m') as what, count(*)::int as people
    from person_profile where workspace_id = ${workspaceId} and computed ? '$rfm' group by 1`;
  return Object.fromEntries(rows.map((row) => [row.what, row.people]));
}

/** The same as the analysis has it at the beginning of the day. */
async function analysed(more: object = {}): Promise<Readonly<Record<string, number>>> {
  const day = isoDay(Math.floor((world.nowMs + 2 * HOUR_MS) / DAY_MS));
  const { grid, scores } = await insight(getRfm, { body: { at: day, ...more } });
  return Object.fromEntries(
    grid.map(({ recency, frequency, monetary, people: some }) => [
      `${groupOf({ recency, frequency, monetary }, scores)} ${recency} ${frequency} ${monetary}`,
      some,
    ]),
  );
}

test("everyone who bought has scores and a group as traits, as the analysis has them, anew each day; changes are told, the first sorting is not", async () => {
  await begin();
  await have(
    bought("ann", 500, 1),
    bought("ann", 400, 3),
    bought("ann", 300, 4),
    bought("ben", 20, 60),
    bought("cat", 100, 10),
    bought("dan", 30, 5),
    bought("dan", 30, 20),
    bought("eve", 5, 0),
  );
  expect(await segments(api.getRfmTraits)).toEqual({ on: false, scoring: null, scheduled: null, people: 0 });
  const put = await segments(api.putRfmTraits, { body: { language: "en" } });
  expect(put).toMatchObject({ on: true, scoring: { lookbackDays: 365, scores: 5, dailyAt: "04:00" }, scheduled: { asOf: null } });
  await world.drain();
  // What came today does not count yet: the day begins at midnight.
  expect(await computedOf("eve")).toEqual({});
  expect(await computedOf("ann")).toMatchObject({ $rfm: "important_value" });
  expect(await counted()).toEqual(await analysed());
  expect(await segments(api.getRfmTraits)).toMatchObject({
    people: 4,
    scheduled: { asOf: "2026-06-09T22:00:00.000Z", nextAt: "2026-06-11T02:00:00.000Z" },
  });

  const { items } = await segments(classApi.listClasses);
  expect(items.map(({ key, trait, live, values }) => [key, trait, live, values.reduce((sum, value) => sum + value.people, 0)])).toEqual([
    ["rfm", "$rfm", true, 4],
    ["rfm_r", "$rfm_r", true, 4],
    ["rfm_f", "$rfm_f", true, 4],
    ["rfm_m", "$rfm_m", true, 4],
  ]);
  const best = items[0]?.values.find(({ value }) => value === "important_value");
  expect(best).toMatchObject({
    name: "Recent, frequent, high-value",
    rule: null,
    live: { stage: "live", scheduled: { schedule: { dailyAt: "04:00" } } },
  });
  const inBest = await segments(historyApi.listSegmentPeople, { params: { segment: best?.segment ?? "" } });
  expect(inBest.items.map(({ displayName }) => displayName)).toEqual(["ann"]);

  const made = await segments(segmentApi.createSegment, { body: { name: "Best", rule: { trait: "$rfm_m", gte: 4 } } });
  await world.drain();
  world.nowMs += 16 * HOUR_MS;
  await have(bought("ben", 9_000, 0));
  world.nowMs += DAY_MS;
  await world.drain();
  expect(await counted()).toEqual(await analysed());
  expect((await computedOf("ben"))["$rfm_m"]).toBe("5");
  const entered = await segments(historyApi.listSegmentHistory, { params: { segment: made.id } });
  expect(entered.items.map(({ person }) => person.displayName)).toContain("ben");
  const told = await engines.warehouse.rows<{ why: string; times: number }>(
    workspaceId,
    "test",
    ch`select toString(properties.why) as why, count() as times from events where workspace_id = ${ch.value("UInt32", workspaceId)} and name = ${ch.value("String", CLASS_CHANGED)} group by why order by why`,
  );
  expect(told.map(({ why }) => why)).toEqual(["schedule"]);
});

test("own limits give own numbers of scores, joined people have one value, and switching it off leaves nothing", async () => {
  await begin();
  await have(bought("ann", 500, 1), bought("ben", 20, 60), bought("cat", 100, 10));
  const thresholds = { recencyDays: [7, 30], frequency: [2], monetary: [50, 200] };
  await segments(api.putRfmTraits, { body: { thresholds } });
  await world.drain();
  expect(await computedOf("ann")).toMatchObject({ $rfm_r: "3", $rfm_f: "1", $rfm_m: "3" });
  await people(peopleApi.createMerge, { body: { people: [await personOf("ann"), await personOf("ben")], confirmConflicts: true } });
  await world.drain();
  expect(Object.keys(await computedOf("ann")).toSorted()).toEqual(["$rfm", "$rfm_f", "$rfm_m", "$rfm_r"]);
  world.nowMs += DAY_MS;
  await world.drain();
  expect(await computedOf("ann")).toMatchObject({ $rfm_r: "3", $rfm_f: "2", $rfm_m: "3" });

  await expect(segments(classApi.deleteClass, { params: { class: "rfm_r" } })).rejects.toMatchObject({ code: "class.of_rfm" });
  await expect(segments(api.putRfmTraits, { body: { thresholds: { ...thresholds, frequency: [3, 2] } } })).rejects.toMatchObject({
    code: "insight.query_invalid",
    fault: { field: "thresholds.frequency.1" },
  });
  await segments(api.putRfmTraits, { body: { scores: 2 } });
  await world.drain();
  expect((await segments(classApi.getClass, { params: { class: "rfm_r" } })).values.map(({ value }) => value)).toEqual(["2", "1"]);
  expect((await computedOf("ann"))["$rfm_r"]).toBe("2");
  await segments(api.deleteRfmTraits);
  await world.drain();
  expect(await computedOf("ann")).toEqual({});
  expect((await segments(classApi.listClasses)).items).toEqual([]);
  await expect(segments(api.deleteRfmTraits)).rejects.toMatchObject({ code: "class.not_found" });
  // Nothing lived any more; what begins to, does.
  const buyers = await segments(segmentApi.createSegment, { body: { name: "Buyers", rule: { did: { event: "Order Completed" } } } });
  await world.drain();
  expect(await segments(segmentApi.getSegment, { params: { segment: buyers.id } })).toMatchObject({ size: 2, live: { stage: "live" } });
});

const order = fc.record({ who: fc.nat({ max: 7 }), revenue: fc.constantFrom(0, 5, 5.5, 100), daysAgo: fc.nat({ max: 12 }) });

test("at every instant at which everyone is scored, traits are what the analysis says", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 20 }), fc.array(order, { maxLength: 6 }), async (first, later) => {
      await begin();
      const events = (orders: typeof first) => orders.map(({ who, revenue, daysAgo }) => bought(`user-${who}`, revenue, daysAgo));
      await have(...events(first));
      await segments(api.putRfmTraits, { body: { lookbackDays: 10 } });
      await world.drain();
      expect(await counted()).toEqual(await analysed({ lookbackDays: 10 }));
      if (later.length > 0) await have(...events(later));
      world.nowMs += DAY_MS;
      await world.drain();
      expect(await counted()).toEqual(await analysed({ lookbackDays: 10 }));
    }),
    { numRuns: RUNS },
  );
});
