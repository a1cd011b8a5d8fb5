import { DATED, datesAround, DRAWN_TAGS, drawnEvent, personCondition } from "@terrace/testkit/condition-draws";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayAt, startOfDay, zoneClock } from "../time/zoned-time.ts";
import type { PersonCondition } from "./condition.ts";
import { conditionKind } from "./condition-kind.ts";
import { matchesPerson, type PersonFacts } from "./matches-person.ts";
import { whenMayChange } from "./when-may-change.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 6, 16, 12);
const at = { nowMs: NOW_MS, zone: "Asia/Shanghai", virtuals: [] };
const nobody: PersonFacts = { id: "1", tags: new Map(), traits: {}, events: [], segments: new Set() };
const paid = (hoursAgo: number) => ({ name: "Paid", timeMs: NOW_MS - hoursAgo * HOUR_MS, properties: {}, context: {} });
const midnight = (days: number): number => startOfDay(dayAt(NOW_MS, zoneClock(at.zone)) + days, zoneClock(at.zone));

describe("when the answer changes though nothing happens", () => {
  test.each<[string, PersonCondition, Partial<PersonFacts>, number | undefined]>([
    ["never, of what was ever", { did: { event: "Paid" } }, { events: [paid(5)] }, undefined],
    ["when the last days are over", { did: { event: "Paid" }, within: { days: 2 } }, { events: [paid(5)] }, midnight(2)],
    ["when the last hours are over", { did: { event: "Paid" }, within: { hours: 6 } }, { events: [paid(5)] }, NOW_MS + HOUR_MS],
    ["when enough time has passed", { did: { event: "Paid" }, last: { daysAgo: [30, 60] } }, { events: [paid(5)] }, midnight(30)],
    [
      "when too few are left",
      { did: { event: "Paid" }, count: { op: "gte", value: 2 }, within: { hours: 6 } },
      { events: [paid(5), paid(4), paid(3)] },
      NOW_MS + 2 * HOUR_MS,
    ],
    ["never, of dates", { did: { event: "Paid" }, within: { from: "2026-07-01", to: "2026-08-01" } }, { events: [paid(5)] }, undefined],
    ["when a tag ends", { not: { tag: "trial", has: true } }, { tags: new Map([["trial", NOW_MS + 5]]) }, NOW_MS + 5],
    ["before a birthday", { trait: "birthday", anniversary: { withinDays: 7 } }, { traits: { birthday: "1990-08-01" } }, midnight(10)],
    ["after a birthday", { trait: "birthday", anniversary: { withinDays: 7 } }, { traits: { birthday: "1990-07-16" } }, midnight(1)],
    [
      "at a leap day",
      { trait: "birthday", anniversary: { withinDays: 1 } },
      { traits: { birthday: "2000-02-29" } },
      Date.UTC(2027, 1, 27, 16),
    ],
    [
      "when a date comes near",
      { trait: "expires", dateWithin: { fromDays: 0, toDays: 7 } },
      { traits: { expires: "2026-08-01T00:00:00+08:00" } },
      midnight(9),
    ],
  ])("%s", (_, condition, facts, expected) => {
    expect(whenMayChange(condition, { ...nobody, ...facts }, at)).toBe(expected);
  });

  test("until then the answer is the same", () => {
    const events = fc.array(
      fc.record({ event: drawnEvent, name: fc.constantFrom("Tested", "Bought"), hours: fc.integer({ min: -96, max: 30 }) }),
      { maxLength: 12 },
    );
    const zones = fc.constantFrom("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe");
    fc.assert(
      fc.property(
        fc.array(personCondition, { minLength: 1, maxLength: 5 }),
        events,
        datesAround(NOW_MS),
        fc.tuple(zones, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 })),
        (conditions, drawn, date, [zone, picks]) => {
          const facts: PersonFacts = {
            ...nobody,
            traits: { [DATED]: date },
            tags: new Map([[DRAWN_TAGS[0], NOW_MS + HOUR_MS]]),
            events: drawn.map(({ event, name, hours }) => ({ ...event, name, timeMs: NOW_MS + hours * HOUR_MS })),
          };
          const asked = { ...at, zone };
          for (const condition of conditions) {
            const change = whenMayChange(condition, facts, asked) ?? NOW_MS + 800 * 24 * HOUR_MS;
            expect(change).toBeGreaterThan(NOW_MS);
            const holds = matchesPerson(condition, facts, asked);
            const clock = zoneClock(zone);
            const midnights = Array.from({ length: 6 }, (_, day) => startOfDay(dayAt(NOW_MS, clock) + day + 1, clock));
            const between = [change - 1, ...midnights, ...picks.map((pick) => Math.floor(NOW_MS + pick * (change - NOW_MS)))];
            for (const nowMs of between.filter((each) => each < change))
              expect([condition, nowMs, matchesPerson(condition, facts, { ...asked, nowMs })]).toEqual([condition, nowMs, holds]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

test("a condition is about all people only where somebody is compared with others", () => {
  const top: PersonCondition = { population: { trait: "points" }, stands: { top: { percent: 10 } } };
  const local: PersonCondition = {
    any: [{ did: { event: "Paid" } }, { segment: "7", in: true }, { chance: { percent: [0, 10], seed: "a" } }],
  };
  expect(conditionKind(local)).toBe("local");
  expect(conditionKind({ all: [local, { not: top }] })).toBe("population");
});
