import * as api from "@terrace/contract/api/journeys";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { exitNode, journeyWith, waitNode } from "@terrace/domain/journeys/journey-fixture.suite";
import { user } from "@terrace/testkit/people-model";
import { erasureOf, eraseFrom } from "@terrace/testkit/personal-data";
import { expect, test } from "vitest";
import { DAY_MS, journeyWorld } from "./journeys.suite.ts";

const here = journeyWorld();
const { call, came, change, drain, go, originOf, personOf } = here;
const birthday = { kind: "date", trait: "birthday", offsetDays: 0, at: "09:00", yearly: true, zone: "person", condition: null } as const;
const again = { holdout: 0, reentry: { kind: "afterFinish" } } as const;
const keptOn = (entry: JourneyDefinition["entry"], rest: Partial<JourneyDefinition> = {}) =>
  journeyWith([waitNode("gift", "end"), exitNode()], { ...again, entry, ...rest });

async function said(who: string, traits: Readonly<Record<string, string | null>>): Promise<void> {
  const changes = Object.entries(traits).map(([key, value]) =>
    value === null ? ({ op: "unset", key } as const) : ({ op: "set", key, value } as const),
  );
  await here.world.append([came({ name: "$identify", ids: [user(who)], traits: changes })]);
  await drain();
}

async function to(atMs: number): Promise<void> {
  here.world.nowMs = atMs;
  await drain();
}

async function entered(journey: string): Promise<readonly string[]> {
  const { items } = await call(api.listEnrolments, { params: { journey }, query: { limit: 200 } });
  const names = await Promise.all(["ada", "bo", "cy", "di", "eve"].map(async (name) => [await personOf(name), name] as const));
  const nameOf = new Map(names);
  return items.map(({ person, key, enteredAt }) => `${nameOf.get(person.id) ?? "?"} ${key} ${enteredAt}`).toSorted();
}

const june = (day: number, hour: number): number => Date.UTC(2026, 5, day, hour);

test("people come in on their birthday by their own clock, year after year, those born on 29 February as well", async () => {
  await said("ada", { birthday: "1990-06-02" });
  await said("bo", { birthday: "1985-06-02T10:00:00Z", timezone: "America/New_York" });
  await said("cy", { birthday: "2000-02-29", timezone: "UTC" });
  await said("di", { birthday: "soon" });
  const journey = await go(keptOn(birthday));
  await to(june(2, 6));
  expect(await entered(journey)).toEqual([]);
  await to(june(2, 7));
  // The workspace is in Berlin.
  const ada = "ada 2026-06-02 2026-06-02T07:00:00.000Z";
  expect(await entered(journey)).toEqual([ada]);
  await to(june(2, 13));
  const bo = "bo 2026-06-02 2026-06-02T13:00:00.000Z";
  expect(await entered(journey)).toEqual([ada, bo]);
  await to(Date.UTC(2027, 1, 28, 9));
  const cy = "cy 2027-02-28 2027-02-28T09:00:00.000Z";
  expect(await entered(journey)).toEqual([ada, bo, cy]);
  await to(Date.UTC(2027, 5, 2, 14));
  const nextYear = ["ada 2027-06-02 2027-06-02T07:00:00.000Z", "bo 2027-06-02 2027-06-02T13:00:00.000Z"];
  expect(await entered(journey)).toEqual([ada, bo, cy, ...nextYear].toSorted());
});

test("a date that is told, changed or taken back counts at once, and a day brings nobody in twice whatever zone they go to", async () => {
  await said("ada", { birthday: "1990-06-02" });
  await said("bo", { birthday: "1990-06-02" });
  const journey = await go(keptOn(birthday));
  await said("bo", { birthday: null });
  await said("cy", { birthday: "1990-06-03" });
  await to(june(2, 6));
  await said("cy", { birthday: "1991-06-02" });
  await to(june(2, 8));
  const both = ["ada 2026-06-02 2026-06-02T07:00:00.000Z", "cy 2026-06-02 2026-06-02T07:00:00.000Z"];
  expect(await entered(journey)).toEqual(both);
  await said("ada", { timezone: "America/New_York" });
  await said("di", { birthday: "1990-06-02" });
  await to(june(2, 14));
  expect(await entered(journey)).toEqual(both);
});

test("what was missed is made up for within a day, in a pause as well, and after it passed by", async () => {
  await said("ada", { expires: "2026-06-12", timezone: "Asia/Shanghai" });
  await said("bo", { expires: "2026-06-15" });
  await said("cy", { expires: "2026-06-05" });
  const expiry = { ...birthday, trait: "expires", offsetDays: -7, at: "10:00", yearly: false, zone: "workspace" } as const;
  const journey = await go(keptOn(expiry));
  await call(api.pauseJourney, { params: { journey }, body: {} });
  await to(june(9, 7));
  await call(api.resumeJourney, { params: { journey }, body: {} });
  await drain();
  // Ada's came on the 5th, which is too long ago, and so did cy's before the journey began.
  expect(await entered(journey)).toEqual(["bo 2026-06-08 2026-06-08T08:00:00.000Z"]);
  expect(await here.engines.db`select person_id from journey_date where workspace_id = ${here.workspaceId}`).toEqual([]);
});

test("a change of the journey that leaves its entry keeps the dates; one that changes it, and opening it again, begin anew", async () => {
  await said("ada", { birthday: "1990-06-02", named: "1990-06-04" });
  await said("bo", { birthday: "1990-06-03", named: "1990-06-05" });
  const journey = await go(keptOn(birthday));
  const calendars = async () =>
    (await here.engines.db<{ id: string }[]>`select calendar_id as id from journey_calendar where workspace_id = ${here.workspaceId}`).map(
      ({ id }) => id,
    );
  const first = await calendars();
  await change(journey, keptOn(birthday, { holdout: 0, priority: 7 }), 1, "finish");
  await drain();
  expect(await calendars()).toEqual(first);
  await to(june(2, 8));
  await change(journey, keptOn({ ...birthday, trait: "named" }), 2, "finish");
  await drain();
  expect(await calendars()).not.toEqual(first);
  await to(june(4, 6));
  await call(api.closeJourney, { params: { journey }, body: {} });
  await to(june(4, 8));
  expect(await calendars()).toEqual([]);
  await call(api.reopenJourney, { params: { journey }, body: {} });
  await to(june(5, 8));
  expect(await entered(journey)).toEqual(["ada 2026-06-02 2026-06-02T07:00:00.000Z", "bo 2026-06-05 2026-06-05T07:00:00.000Z"]);
  await call(api.archiveJourney, { params: { journey }, body: {} });
  await drain();
  expect(await calendars()).toEqual([]);
});

test("whoever is erased has no date any more, and thousands are looked up in parts", async () => {
  const names = Array.from({ length: 2_300 }, (_, n) => `u${n}`);
  const set = [{ op: "set", key: "birthday", value: "1990-06-02" } as const];
  await here.world.append(names.map((name) => came({ name: "$identify", ids: [user(name)], traits: set })));
  const journey = await go(keptOn(birthday));
  const count = async (table: "journey_date" | "journey_enrolment") => {
    const { db } = here.engines;
    const [row] = await db<{ n: number }[]>`select count(*)::int as n from ${db(table)} where workspace_id = ${here.workspaceId}`;
    return row?.n;
  };
  expect(await count("journey_date")).toBe(2_300);
  const one = { personId: await personOf("u7"), originIds: [originOf("u7")] };
  await eraseFrom(here.engines.db, here.journeys.holder, erasureOf(here.workspaceId, [one]));
  expect(await count("journey_date")).toBe(2_299);
  await to(june(2, 7));
  expect(await count("journey_enrolment")).toBe(2_299);
  await to(june(2, 7) + DAY_MS);
  expect((await call(api.getJourneyFigures, { params: { journey } })).entered).toBe(2_299);
});
