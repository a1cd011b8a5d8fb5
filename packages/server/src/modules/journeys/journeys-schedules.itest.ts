import * as api from "@terrace/contract/api/journeys";
import * as segmentsApi from "@terrace/contract/api/segments";
import type { ScheduleWhen } from "@terrace/domain/journeys/journey-definition";
import { exitNode, journeyWith, waitNode } from "@terrace/domain/journeys/journey-fixture.suite";
import { user } from "@terrace/testkit/people-model";
import { expect, test } from "vitest";
import { drawn, journeyWorld } from "./journeys.suite.ts";

const here = journeyWorld();
const { call, came, change, drain, go, segments } = here;
const visitors = { did: { event: "Visit" } };
const daily = { kind: "cron", cron: "0 9 * * *", zone: null } as const;
/** The workspace is in Berlin. */
const june = (day: number, hour: number): number => Date.UTC(2026, 5, day, hour);
const walk = [waitNode("pause", "end", { kind: "duration", length: { amount: 25, unit: "hour" } }), exitNode()];

async function visitorsAre(...names: readonly string[]): Promise<string> {
  const { id } = await segments(segmentsApi.createSegment, { body: { name: "访客", rule: visitors } });
  await visit(...names);
  return id;
}

async function visit(...names: readonly string[]): Promise<void> {
  await here.world.append(names.map((name) => came({ name: "Visit", ids: [user(name)] })));
  await drain();
}

const takes = (segment: string, when: ScheduleWhen, reentry: "never" | "afterFinish" = "afterFinish") =>
  journeyWith(walk, { holdout: 0, reentry: { kind: reentry }, entry: { kind: "schedule", segment, when, condition: null } });

async function to(atMs: number): Promise<void> {
  here.world.nowMs = atMs;
  await drain();
}

/** How many came in at each occasion. */
async function runs(journey: string): Promise<Readonly<Record<string, number>>> {
  const { db } = here.engines;
  const rows = await db<{ key: string; people: number }[]>`
    select entry_key as key, count(distinct origin_id)::int as people from journey_enrolment
    where workspace_id = ${here.workspaceId} and journey_id = ${journey} group by 1 having count(*) = count(distinct origin_id) order by 1`;
  return Object.fromEntries(rows.map(({ key, people }) => [key.slice(0, 13), people]));
}

test("members come in every morning, those who entered by then; who is in does not, and never means one morning", async () => {
  const segment = await visitorsAre("ada", "bo");
  const again = await go(takes(segment, daily));
  const never = await go(takes(segment, daily, "never"));
  await to(june(2, 6));
  expect(await runs(again)).toEqual({});
  await to(june(2, 7));
  expect(await runs(again)).toEqual({ "2026-06-02T07": 2 });
  await visit("cy");
  await drain();
  expect(await runs(again)).toEqual({ "2026-06-02T07": 2 });
  await to(june(3, 7));
  expect([await runs(again), await runs(never)]).toEqual([
    { "2026-06-02T07": 2, "2026-06-03T07": 1 },
    { "2026-06-02T07": 2, "2026-06-03T07": 1 },
  ]);
  await to(june(3, 9));
  await to(june(4, 7));
  expect([await runs(again), await runs(never)]).toEqual([
    { "2026-06-02T07": 2, "2026-06-03T07": 1, "2026-06-04T07": 2 },
    { "2026-06-02T07": 2, "2026-06-03T07": 1 },
  ]);
});

test("of what was missed only the latest is made up for, within a day; what was planned while nobody could come in is not", async () => {
  const segment = await visitorsAre("ada", "bo");
  const hourly = await go(takes(segment, { kind: "cron", cron: "0 * * * *", zone: null }, "never"));
  const once = await go(takes(segment, { kind: "once", at: "2026-06-01T19:00", zone: "Asia/Shanghai" }));
  const passed = await go(takes(segment, { kind: "once", at: "2026-06-01T09:00", zone: null }));
  const early = await go(takes(segment, { kind: "once", at: "2026-06-02T09:00", zone: null }));
  const closed = await go(takes(segment, daily));
  await call(api.pauseJourney, { params: { journey: early }, body: {} });
  await call(api.closeJourney, { params: { journey: closed }, body: {} });
  await to(june(3, 8) + 1);
  await call(api.resumeJourney, { params: { journey: early }, body: {} });
  await call(api.reopenJourney, { params: { journey: closed }, body: {} });
  await drain();
  expect(await runs(hourly)).toEqual({ "2026-06-03T08": 2 });
  for (const journey of [once, passed, early, closed]) expect(await runs(journey)).toEqual({});
  await to(june(4, 7));
  expect(await runs(closed)).toEqual({ "2026-06-04T07": 2 });
});

test("thousands are taken in by pages, one after the other whatever process goes on, and nobody twice", async () => {
  const names = Array.from({ length: 2_300 }, (_, n) => `u${n}`);
  const segment = await visitorsAre(...names);
  const journey = await go(takes(segment, daily));
  const { signal } = new AbortController();
  const step = ({ loops }: typeof here.journeys) => loops.find(({ name }) => name === "journeys.schedules")?.step(signal);
  const count = async (): Promise<number | undefined> => {
    const { db } = here.engines;
    const [row] = await db<{ n: number }[]>`select count(*)::int as n from journey_enrolment where workspace_id = ${here.workspaceId}`;
    return row?.n;
  };
  here.world.nowMs = june(2, 7);
  await step(here.journeys);
  await step(here.journeys);
  expect(await count()).toBe(1_000);
  // The other process goes on where this one was; a version that leaves the entry as it is lets it.
  await Promise.all([step(here.second), step(here.journeys)]);
  await change(journey, { ...takes(segment, daily), priority: 7 }, 1, "finish");
  await drain(here.second, here.journeys);
  expect(await count()).toBe(2_300);
  expect(await runs(journey)).toEqual({ "2026-06-02T07": 2_300 });
  // Should a page be taken once more, it lets nobody in again.
  await here.engines
    .db`update journey_schedule set run_ms = ${june(2, 7)}, after_at = null, after_stay = null where workspace_id = ${here.workspaceId}`;
  await drain();
  expect(await count()).toBe(2_300);
});

test("a schedule that never comes is refused, and one in a zone that is none", async () => {
  const segment = await visitorsAre("ada");
  const faults = async (when: ScheduleWhen) =>
    (await call(api.checkJourneyDraft, { body: { definition: drawn(takes(segment, when)) } })).faults.map(({ mend }) => mend);
  expect(await faults({ kind: "cron", cron: "0 9 30 2 *", zone: "Asia/Shanghai" })).toEqual(["cronInvalid"]);
  expect(await faults({ kind: "cron", cron: "0 9 * * 1", zone: "Mars" })).toEqual(["zoneUnknown"]);
  expect(await faults({ kind: "once", at: "2026-02-30T09:00", zone: null })).toEqual(["timeInvalid"]);
  expect(await faults({ kind: "once", at: "2026-07-01T09:00", zone: null })).toEqual([]);
});
