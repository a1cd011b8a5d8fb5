import type { BehaviourLeaf, PersonCondition } from "../conditions/condition.ts";
import type { EventFacts } from "../conditions/matches-event.ts";
import { matchesPerson } from "../conditions/matches-person.ts";
import { DATED, drawnEvent, DRAWN_SEGMENTS, personCondition } from "@terrace/testkit/condition-draws";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addCounters, addToState, noteEvent, stateOf, type Counter, type CounterState, type Keeping, type Tally } from "./counter.ts";
import { nextChange, ruleHolds } from "./live-rule.ts";
import { inRuleOrder } from "./rule-order.ts";
import { bucketFinder, behaviourLeavesOf, oldestBucket, trackerKey, trackerOf, type Tracker, type TrackerPlace } from "./tracker.ts";

const RUNS = Number(process.env["TERRACE_RUNS"] ?? 300);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Within the days that conditions are drawn for; in New York the clocks go back in the autumn that a long wait leads to. */
const START_MS = Date.UTC(2026, 6, 16, 12);
const ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"];
const ORIGINS = 3;

/** Something comes in about an id after a while: it happened then, before, or will. */
const arrival = fc.record({
  origin: fc.nat({ max: ORIGINS - 1 }),
  afterMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: 0, max: DAY_MS }),
    fc.nat({ max: 120 }).map((days) => days * DAY_MS),
  ),
  name: fc.constantFrom("Tested", "Bought"),
  lateMs: fc.oneof(
    fc.integer({ min: -DAY_MS, max: 4 * DAY_MS }),
    fc.nat({ max: 80 }).map((hours) => hours * HOUR_MS),
    fc.constantFrom(0, 40 * DAY_MS),
  ),
  event: drawnEvent,
});

type World = { readonly states: CounterState[]; readonly history: EventFacts[] };
type Now = { readonly zone: string; readonly nowMs: number };

/** Counts an event as the reaction does, with what is too old by now left out. */
function count(
  world: World,
  trackers: readonly Tracker[],
  { nowMs }: Now,
  came: { readonly origin: number; readonly event: EventFacts },
): void {
  const tally: Tally = new Map();
  trackers.forEach((tracker, id) => {
    const bucket = bucketFinder(tracker, nowMs)(came.event);
    if (bucket !== undefined) noteEvent(tally, String(id), bucket, tracker.kept);
  });
  const keeping = new Map(
    trackers.map((tracker, id): [string, Keeping] => [String(id), { oldest: oldestBucket(tracker, nowMs), kept: tracker.kept }]),
  );
  // As it is stored.
  world.states[came.origin] = JSON.parse(
    JSON.stringify(addToState(world.states[came.origin] ?? {}, stateOf(tally), keeping)),
  ) as CounterState;
  world.history.push(came.event);
}

const FACTS = {
  id: "7",
  traits: { a: "x", [DATED]: "1990-07-19" },
  tags: new Map([["vip", START_MS + DAY_MS]]),
  segments: new Set([DRAWN_SEGMENTS[0]]),
};

describe("counters", () => {
  test(
    "tell of any history what the history tells, whenever its events came and to whichever ids, and until when that stands",
    { timeout: 120_000 },
    () => {
      fc.assert(
        fc.property(
          fc.array(arrival, { maxLength: 12 }),
          fc.array(personCondition, { minLength: 1, maxLength: 6 }),
          fc.constantFrom(...ZONES),
          fc.nat({ max: 9 * 24 }),
          (arrivals, conditions, zone, laterHours) => {
            const place = { zone, virtuals: [] };
            const keys = new Map(
              conditions.flatMap(behaviourLeavesOf).map((leaf) => [trackerKey(trackerOf(leaf, place)), trackerOf(leaf, place)]),
            );
            const order = [...keys.keys()];
            const world: World = { states: [], history: [] };
            const counter = (leaf: BehaviourLeaf): Counter => {
              const id = String(order.indexOf(trackerKey(trackerOf(leaf, place))));
              const { kept } = trackerOf(leaf, place);
              return world.states.reduce<Counter>((sum, state) => addCounters(sum, state[id] ?? [], kept), []);
            };
            const same = (condition: PersonCondition, atMs: number): boolean => {
              const meant = matchesPerson(condition, { ...FACTS, events: world.history }, { nowMs: atMs, zone, virtuals: [] });
              expect({ condition, atMs, holds: ruleHolds(condition, { ...FACTS, counter }, { nowMs: atMs, zone }) }).toEqual({
                condition,
                atMs,
                holds: meant,
              });
              return meant;
            };
            let nowMs = START_MS;
            for (const { origin, afterMs, name, lateMs, event } of arrivals) {
              nowMs += afterMs;
              count(world, [...keys.values()], { zone, nowMs }, { origin, event: { ...event, name, timeMs: nowMs - lateMs } });
            }
            for (const condition of conditions) {
              const now = same(condition, nowMs);
              const dueMs = nextChange(condition, { ...FACTS, counter }, { nowMs, zone }) ?? nowMs + 400 * DAY_MS;
              expect(dueMs).toBeGreaterThan(nowMs);
              for (const laterMs of [nowMs + laterHours * HOUR_MS, nowMs + 1, dueMs - 1]) {
                const later = same(condition, laterMs);
                if (laterMs < dueMs) expect(later).toBe(now);
              }
            }
          },
        ),
        { numRuns: RUNS },
      );
    },
  );

  test("tell of one question about what happened in the last days what the history tells, at whatever instant it is asked", () => {
    const within = fc.oneof(
      fc.record({ hours: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ days: fc.integer({ min: 1, max: 4 }) }),
      fc.constantFrom({ daysAgo: [0, 1] as const }, { daysAgo: [1, 2] as const }, { from: "2026-07-14", to: "2026-07-16" }),
    );
    const of = fc.constantFrom<BehaviourLeaf>(
      { did: { event: null } },
      ...(["sum", "avg", "min", "max", "distinct"] as const).map((kind): BehaviourLeaf => ({
        did: { event: "Bought" },
        measure: { kind, property: "n" },
        is: { op: "gte", value: 2 },
      })),
      ...(["days", "streak"] as const).map((kind): BehaviourLeaf => ({
        did: { event: null },
        measure: { kind },
        is: { op: "gte", value: 2 },
      })),
      { sequence: { steps: [{ event: "Viewed" }, { event: "Bought" }], withinHours: 20, without: { event: "Left" } } },
    );
    const leaf = fc.oneof(
      fc
        .tuple(of, within)
        .map(([one, time]): BehaviourLeaf =>
          "sequence" in one ? { sequence: { ...one.sequence, within: time } } : { ...one, within: time },
        ),
      of,
      within.map((first): BehaviourLeaf => ({ did: { event: "Bought" }, first })),
      within.map((last): BehaviourLeaf => ({ did: { event: "Bought" }, last })),
    );
    const event = fc.record({
      name: fc.constantFrom("Viewed", "Bought", "Left"),
      hours: fc.nat({ max: 90 }),
      ms: fc.nat({ max: 3 }),
      n: fc.nat({ max: 3 }),
      origin: fc.nat({ max: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 6 }),
        leaf,
        fc.constantFrom(...ZONES),
        fc.array(fc.nat({ max: 70 }), { maxLength: 4 }),
        (events, asked, zone, later) => {
          const world: World = { states: [], history: [] };
          const tracker = trackerOf(asked, { zone, virtuals: [] });
          for (const { name, hours, ms, n, origin } of events)
            count(
              world,
              [tracker],
              { zone, nowMs: START_MS },
              { origin, event: { name, timeMs: START_MS - hours * HOUR_MS - ms, properties: { n }, context: {} } },
            );
          const counter = (): Counter => world.states.reduce<Counter>((sum, state) => addCounters(sum, state["0"] ?? [], tracker.kept), []);
          const person = { ...FACTS, counter };
          const now = ruleHolds(asked, person, { nowMs: START_MS, zone });
          const dueMs = nextChange(asked, person, { nowMs: START_MS, zone }) ?? Infinity;
          const times = later.flatMap((hours) => [START_MS + hours * HOUR_MS, START_MS + hours * HOUR_MS + 2]);
          for (const nowMs of [START_MS, ...times, ...(dueMs < Infinity ? [dueMs - 1, dueMs] : [])]) {
            const meant = matchesPerson(asked, { ...FACTS, events: world.history }, { nowMs, zone, virtuals: [] });
            expect({ nowMs, holds: ruleHolds(asked, person, { nowMs, zone }) }).toEqual({ nowMs, holds: meant });
            if (nowMs < dueMs) expect([nowMs, meant]).toEqual([nowMs, now]);
          }
        },
      ),
      { numRuns: RUNS * 5 },
    );
  });

  test("of how often something was done change exactly when it is said", () => {
    const did = fc.record({
      did: fc.constant({ event: "Bought" }),
      count: fc.record({ op: fc.constantFrom("eq" as const, "gte" as const, "lt" as const), value: fc.nat({ max: 3 }) }),
      within: fc.oneof(
        fc.record({ days: fc.constantFrom(1, 2, 9) }),
        fc.record({ hours: fc.constantFrom(1, 30) }),
        fc.constant({ daysAgo: [1, 3] as const }),
      ),
    });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 8 }), did, fc.constantFrom(...ZONES), (arrivals, leaf, zone) => {
        const world: World = { states: [], history: [] };
        const tracker = trackerOf(leaf, { zone, virtuals: [] });
        for (const { origin, lateMs, event } of arrivals)
          count(world, [tracker], { zone, nowMs: START_MS }, { origin, event: { ...event, name: "Bought", timeMs: START_MS - lateMs } });
        const person = { ...FACTS, counter: () => world.states.reduce<Counter>((sum, state) => addCounters(sum, state["0"] ?? []), []) };
        const dueMs = nextChange(leaf, person, { nowMs: START_MS, zone });
        if (dueMs === undefined) return;
        const holds = (nowMs: number): boolean => ruleHolds(leaf, person, { nowMs, zone });
        expect([holds(dueMs - 1), holds(dueMs)]).toEqual([holds(START_MS), !holds(START_MS)]);
      }),
      { numRuns: RUNS },
    );
  });

  test("of trackers that nobody asks for any more are dropped, with times that cannot count any more", () => {
    const state: CounterState = {
      "1": [
        [10, 2],
        [12, 1],
      ],
      "2": [[0, 5]],
    };
    const keeping = new Map<string, Keeping>([
      ["1", { oldest: 11, kept: undefined }],
      ["3", { oldest: -Infinity, kept: undefined }],
    ]);
    expect(addToState(state, { "1": [[12, 3]], "3": [[0, 1]] }, keeping)).toEqual({ "1": [[12, 4]], "3": [[0, 1]] });
  });
});

describe("trackers", () => {
  const at: TrackerPlace = { zone: "UTC", virtuals: [] };
  const key = (leaf: BehaviourLeaf, place = at): string => trackerKey(trackerOf(leaf, place));

  test("are shared by leaves that differ in how often, in a few days, or in what of a sum is asked", () => {
    const leaf = { did: { event: "Bought" }, within: { days: 30 } };
    expect(key({ ...leaf, count: { op: "gte", value: 3 } })).toBe(key({ ...leaf, within: { daysAgo: [2, 27] } }));
    expect(key({ ...leaf, within: { days: 90 } })).not.toBe(key(leaf));
    expect(key({ did: { event: "Bought", where: undefined } })).toBe(key({ did: { event: "Bought" } }));
    const of = (kind: "sum" | "avg" | "max"): BehaviourLeaf => ({
      did: leaf.did,
      measure: { kind, property: "amount" },
      is: { op: "gt", value: 5 },
    });
    expect(key(of("sum"))).toBe(key(of("avg")));
    expect(key(of("sum"))).not.toBe(key(of("max")));
  });

  test("are others in another zone where days matter, and when what a name stands for changes", () => {
    const leaf = { did: { event: "Bought" }, within: { days: 30 } };
    const shanghai = { ...at, zone: "Asia/Shanghai" };
    expect(key(leaf, shanghai)).not.toBe(key(leaf));
    expect(key({ did: leaf.did }, shanghai)).toBe(key({ did: leaf.did }));
    expect(key({ did: leaf.did, within: { hours: 5 } }, shanghai)).toBe(key({ did: leaf.did, within: { hours: 5 } }));
    expect(key({ did: leaf.did, measure: { kind: "streak" }, is: { op: "gt", value: 2 } }, shanghai)).toContain("Shanghai");
    const virtual = (value: string) => ({ ...at, virtuals: [{ name: "Bought", matcher: { text: { match: "is" as const, value } } }] });
    expect(key(leaf, virtual("Pay"))).not.toBe(key(leaf));
    expect(key(leaf, virtual("Pay"))).not.toBe(key(leaf, virtual("Buy")));
  });
});

test("rules come after those they ask about, and not at all in a circle", () => {
  const rule = (id: string, ...asked: readonly string[]) => ({ id, condition: { all: asked.map((segment) => ({ segment, in: true })) } });
  expect(inRuleOrder([rule("3", "2", "9"), rule("2", "1"), rule("1")])?.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(inRuleOrder([rule("3", "2"), rule("2", "3")])).toBeUndefined();
});
