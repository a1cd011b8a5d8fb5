import * as peopleApi from "@terrace/contract/api/merges";
import * as classApi from "@terrace/contract/api/classes";
import * as figures from "@terrace/contract/api/segment-figures";
import * as historyApi from "@terrace/contract/api/segment-history";
import * as api from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { actsIn } from "@terrace/testkit/live-acts";
import { freshLiveWorld, makeLiveWorld, meantBy, membersIn, type History, type LiveWorld } from "@terrace/testkit/live-world";
import { device, user } from "@terrace/testkit/people-model";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 10 in the morning in Berlin, a day before its clocks go forward. */
const START_MS = Date.UTC(2026, 2, 28, 9);
/** Random worlds per run. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 3);

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
let happened: { origin: string; event: FeedEvent }[] = [];
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());
beforeEach(() => begin());

async function begin(): Promise<void> {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  happened = [];
}

const { segments, people, came: comes, personOf } = actsIn(() => ({ engines, world, workspaceId }));

function came(part: Partial<FeedEvent> & Pick<FeedEvent, "ids">): FeedEvent {
  const event = comes(part);
  const [first] = event.ids;
  if (first !== undefined) happened.push({ origin: world.privacy.originId(workspaceId, first.kind, first.value), event });
  return event;
}
const paid = (name: string, amount: number): FeedEvent => came({ ids: [user(name)], name: "Paid", properties: { amount } });
const visited = (name: string): FeedEvent => came({ ids: [user(name)], name: "Visited" });

async function have(...events: readonly FeedEvent[]): Promise<void> {
  await world.append(events);
  await world.drain();
}
async function wait(ms: number): Promise<void> {
  world.nowMs += ms;
  await world.drain();
}
async function makeSegment(
  name: string,
  rule: PersonCondition,
  schedule?: { everyMinutes: number } | { dailyAt: string },
): Promise<string> {
  const body = { name, rule, ...(schedule === undefined ? {} : { schedule }) };
  return (await segments(api.createSegment, { body })).id;
}
async function inNow(segment: string): Promise<readonly string[]> {
  const { items } = await segments(historyApi.listSegmentPeople, { params: { segment }, query: { limit: 200 } });
  return items.map(({ displayName }) => displayName).toSorted();
}
const stays = async (segment: string) =>
  (await segments(historyApi.listSegmentHistory, { params: { segment } })).items.map(
    ({ person, enteredWhy, leftWhy }) => `${person.displayName}: ${enteredWhy}-${leftWhy ?? "in"}`,
  );
const live = async (segment: string) => (await segments(api.getSegment, { params: { segment } })).live;

const spent = { did: { event: "Paid" }, measure: { kind: "sum", property: "amount" } } as const;
const best: PersonCondition = { population: spent, stands: { top: { people: 2 } } };

describe("a segment that asks where people stand among all", () => {
  test("begins with whoever stands there, stays as of then, and follows at its time; who comes and goes is told with the schedule as the reason", async () => {
    await have(paid("ann", 30), paid("ben", 20), paid("cat", 20), paid("dan", 10), visited("eve"));
    const id = await makeSegment("Best", best, { everyMinutes: 60 });
    expect((await live(id))?.stage).toBe("building");
    await world.drain();
    // Those who tie stand together.
    expect(await inNow(id)).toEqual(["ann", "ben", "cat"]);
    expect(await live(id)).toMatchObject({
      stage: "live",
      scheduled: {
        schedule: { everyMinutes: 60 },
        asOf: new Date(START_MS).toISOString(),
        nextAt: new Date(START_MS + HOUR_MS).toISOString(),
        lagMs: 0,
        failedAt: null,
      },
    });

    world.nowMs += HOUR_MS / 2;
    await have(paid("dan", 40));
    expect(await inNow(id)).toEqual(["ann", "ben", "cat"]);
    const late = async () => (await world.segments.late()).schedule;
    world.nowMs = START_MS + HOUR_MS - 1;
    expect(await late()).toBe(0);
    world.nowMs += 60_001;
    expect(await late()).toBe(60);
    await wait(0);
    expect(await inNow(id)).toEqual(["ann", "dan"]);
    expect((await live(id))?.scheduled).toMatchObject({ asOf: new Date(world.nowMs).toISOString(), lagMs: 60_000 });
    expect((await stays(id)).toSorted()).toEqual(["ann: build-in", "ben: build-schedule", "cat: build-schedule", "dan: schedule-in"]);
    const told = await engines.warehouse.rows<{ name: string; why: string }>(workspaceId, "test", {
      text: `select name, toString(properties.why) as why from events where workspace_id = ${workspaceId} and name like '$segment%' order by name`,
      params: {},
    });
    expect(told).toEqual([
      { name: "$segment_entered", why: "schedule" },
      { name: "$segment_left", why: "schedule" },
      { name: "$segment_left", why: "schedule" },
    ]);
  });

  test("keeps what else it asks live, and is asked about by others, classes and tags among them", async () => {
    await have(paid("ann", 30), paid("ben", 20), paid("cat", 10), visited("eve"));
    const active = await makeSegment("Best and here", { all: [best, { not: { did: { event: "Left" } } }] });
    const rest = await makeSegment("Others", { segment: active, in: false });
    await segments(classApi.putClass, {
      params: { class: "class_spend" },
      body: {
        name: "Spend",
        values: [
          { value: "high", name: "High", rule: best },
          { value: "low", name: "Low", rule: null },
        ],
      },
    });
    await world.drain();
    expect([await inNow(active), await inNow(rest)]).toEqual([
      ["ann", "ben"],
      ["cat", "eve"],
    ]);
    await have(came({ ids: [user("ann")], name: "Left" }));
    expect([await inNow(active), await inNow(rest)]).toEqual([["ben"], ["ann", "cat", "eve"]]);
    const classes = await segments(classApi.listClasses);
    expect(classes.items[0]?.values.map(({ value, people: size }) => [value, size])).toEqual([
      ["high", 2],
      ["low", 2],
    ]);
    await have(paid("cat", 100));
    // At 3 in the morning of Berlin, which that day has no 2 to 3.
    await wait(Date.UTC(2026, 2, 29, 1) - world.nowMs);
    expect([await inNow(active), await inNow(rest)]).toEqual([["cat"], ["ann", "ben", "eve"]]);
    const standing = (await segments(classApi.listClasses)).items[0]?.values[0];
    expect(standing?.live.scheduled).toMatchObject({ schedule: { dailyAt: "03:00" }, asOf: "2026-03-29T01:00:00.000Z" });
    expect(await inNow(standing?.segment ?? "")).toEqual(["ann", "cat"]);
  });

  test("compares people as they are joined now, and an estimate finds the same", async () => {
    await have(paid("ann", 30), paid("ben", 20), paid("cat", 15), visited("dan"));
    const id = await makeSegment("Top half", { population: spent, stands: { top: { percent: 50 } } }, { everyMinutes: 60 });
    await world.drain();
    expect(await inNow(id)).toEqual(["ann", "ben"]);
    await have(
      came({ ids: [user("cat"), device("pad")], name: "Logged In" }),
      came({ ids: [device("pad")], name: "Paid", properties: { amount: 50 } }),
    );
    await people(peopleApi.createMerge, {
      body: { people: [await personOf("ann"), await personOf("ben")], confirmConflicts: true },
    });
    await wait(HOUR_MS);
    expect(await inNow(id)).toEqual(["cat"]);
    const estimate = await segments(figures.estimateSegment, { body: { rule: { population: spent, stands: { top: { percent: 50 } } } } });
    expect(estimate).toMatchObject({ people: 1, everyone: 3, class: { kind: "population" }, changesWithTime: true });
    expect(estimate.uses.events).toEqual(["Paid"]);
    // What is left of somebody who was erased goes by an id that nobody has.
    const cat = await personOf("cat");
    await engines.db`delete from segment_member where workspace_id = ${workspaceId} and person_id = ${cat}`;
    await engines.db`delete from identity where workspace_id = ${workspaceId} and person_id = ${cat}`;
    await engines.db`delete from person where workspace_id = ${workspaceId} and person_id = ${cat}`;
    await wait(HOUR_MS);
    expect(await inNow(id)).toEqual([]);
  });

  test("compares the people of a segment only, those who did nothing as 0 if asked, and is refused in a circle", async () => {
    await have(paid("ann", 30), paid("ben", 20), paid("cat", 10), visited("ben"), visited("cat"), visited("eve"));
    const visitors = await makeSegment("Visitors", { did: { event: "Visited" } });
    const among = { segment: visitors };
    const top = await makeSegment("Top", { population: spent, stands: { top: { people: 1 } }, among });
    const low = await makeSegment("Low", { population: spent, stands: { bottom: { people: 1 } }, among });
    const none = await makeSegment("None", { population: spent, stands: { bottom: { people: 1 } }, among: { ...among, zero: true } });
    await world.drain();
    expect([await inNow(top), await inNow(low), await inNow(none)]).toEqual([["ben"], ["cat"], ["eve"]]);
    const circle = { all: [{ did: { event: "Visited" } }, { segment: top, in: false }] };
    await expect(segments(api.updateSegment, { params: { segment: visitors }, body: { rule: circle } })).rejects.toMatchObject({
      code: "segment.circular",
    });
    await expect(segments(api.deleteSegment, { params: { segment: visitors } })).rejects.toMatchObject({ code: "segment.in_use" });
  });

  test("takes another schedule, shares what asks the same, and leaves nothing behind", async () => {
    await have(paid("ann", 30), paid("ben", 20), paid("cat", 10));
    const id = await makeSegment("Best", best);
    const same = await makeSegment("Best, too", { not: best });
    await world.drain();
    const count = async (): Promise<number> => {
      const [row] = await engines.db<{ rows: number }[]>`
        select count(*)::int as rows from segment where workspace_id = ${workspaceId} and managed_by = 'population'`;
      return row?.rows ?? 0;
    };
    expect(await count()).toBe(1);
    await segments(api.updateSegment, { params: { segment: id }, body: { schedule: { everyMinutes: 30 } } });
    await world.drain();
    expect(await count()).toBe(2);
    expect((await live(id))?.scheduled?.schedule).toEqual({ everyMinutes: 30 });
    expect(await inNow(same)).toEqual(["cat"]);
    const local: PersonCondition = { did: { event: "Paid" } };
    await expect(
      segments(api.createSegment, { body: { name: "Local", rule: local, schedule: { everyMinutes: 30 } } }),
    ).rejects.toMatchObject({ code: "segment.not_scheduled", fault: { field: "schedule" } });
    await segments(api.updateSegment, { params: { segment: id }, body: { rule: local } });
    await segments(api.deleteSegment, { params: { segment: same } });
    await world.drain();
    expect(await count()).toBe(0);
    expect((await live(id))?.scheduled).toBeNull();
  });

  test("becomes live when what it asks is another question by the time its members are found, such as one of another zone", async () => {
    await have(paid("ann", 30), paid("ben", 20), paid("cat", 10), visited("cat"));
    const id = await makeSegment("Best", { all: [best, { not: { did: { event: "Visited" } } }] });
    await world.step("segments.standings");
    await world.step("segments.build");
    expect(await inNow(id)).toEqual(["ann", "ben"]);
    world = Object.assign(makeLiveWorld(engines, world.nowMs), { zone: "Pacific/Auckland" });
    while (await world.step("segments.fill"));
    expect(await live(id)).toMatchObject({ stage: "filling", scheduled: { asOf: null } });
    await world.drain();
    expect(await live(id)).toMatchObject({ stage: "live", scheduled: { asOf: new Date(world.nowMs).toISOString() } });
    expect(await inNow(id)).toEqual(["ann", "ben"]);
  });

  test("of two runs at once one writes, and everyone comes and goes once", async () => {
    await have(paid("ann", 30), paid("ben", 20), paid("cat", 10));
    const id = await makeSegment("Best", best, { everyMinutes: 60 });
    await world.drain();
    await have(paid("cat", 90));
    world.nowMs += HOUR_MS;
    // What the row holds may lie between two milliseconds.
    await engines.db`update segment_standing set next_at = next_at - interval '1 microsecond' where workspace_id = ${workspaceId}`;
    // Two processes at once, of which each asks the event engine.
    const other = makeLiveWorld(engines, world.nowMs);
    await Promise.all([world.step("segments.standings"), other.step("segments.standings")]);
    await world.drain();
    expect(await inNow(id)).toEqual(["ann", "cat"]);
    expect((await stays(id)).toSorted()).toEqual(["ann: build-in", "ben: build-schedule", "cat: schedule-in"]);
  });
});

const who = fc.nat({ max: 5 });
const act = fc.oneof(
  fc.record({ what: fc.constant("paid" as const), who, amount: fc.nat({ max: 3 }) }),
  fc.record({ what: fc.constant("visited" as const), who }),
  fc.record({ what: fc.constant("merge" as const), who, other: who }),
  fc.record({ what: fc.constant("wait" as const), hours: fc.constantFrom(1, 25, 49) }),
);
const RULES: readonly PersonCondition[] = [
  { population: spent, stands: { quantiles: [20, 80] } },
  { not: { population: { did: { event: "Paid" }, measure: { kind: "count" }, within: { days: 2 } }, stands: { top: { percent: 33.33 } } } },
  { all: [{ population: { did: { event: null }, daysSince: "last" }, stands: { bottom: { people: 2 } } }, { did: { event: "Visited" } }] },
];

test("after each run, segments hold whoever a slow count of everyone against everyone says", { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
      await begin();
      await have(visited("user-0"));
      const ids: string[] = [];
      for (const [index, rule] of RULES.entries()) ids.push(await makeSegment(`Rule ${index}`, rule, { everyMinutes: 60 }));
      await world.drain();
      for (const each of acts) {
        if (each.what === "wait") await wait(each.hours * HOUR_MS);
        else if (each.what === "merge") await join(`user-${each.who}`, `user-${each.other}`);
        else await have(each.what === "paid" ? paid(`user-${each.who}`, each.amount) : visited(`user-${each.who}`));
      }
      await wait(2 * HOUR_MS + DAY_MS);
      const history: History = happened;
      for (const [index, condition] of RULES.entries()) {
        const meant = await meantBy(engines, world, workspaceId, { condition, history, segments: new Map() });
        const members = await membersIn(engines, workspaceId, ids[index] ?? "");
        expect({ condition, members }).toEqual({ condition, members: { state: meant, copy: meant } });
      }
    }),
    { numRuns: RUNS },
  );
});

async function join(one: string, other: string): Promise<void> {
  const both = [await personOf(one), await personOf(other)];
  if (both.includes("") || both[0] === both[1]) return;
  await people(peopleApi.createMerge, { body: { people: both, confirmConflicts: true } });
  await world.drain();
}
