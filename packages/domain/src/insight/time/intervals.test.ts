import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayAt, zoneClock } from "../../time/zoned-time.ts";
import { INTERVAL_UNITS, type Calendar, type IntervalUnit, type Period } from "./calendar.ts";
import { intervalNumber, planIntervalSteps } from "./interval-number.ts";
import { intervalAt, intervalCount, intervalLabels, intervalsOf, moreIntervals, type Intervals } from "./intervals.ts";

const SHANGHAI: Calendar = { zone: "Asia/Shanghai", weekStart: "monday" };
const BERLIN: Calendar = { zone: "Europe/Berlin", weekStart: "monday" };
const ZONES = [
  "UTC",
  "Asia/Shanghai",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
  "Pacific/Apia",
];

function must(period: Period, unit: IntervalUnit, calendar: Calendar, ends: "whole" | "cut" = "whole"): Intervals {
  const result = intervalsOf(period, unit, calendar, ends);
  if (!result.ok) throw new Error(result.fault.code);
  return result.value;
}
const labels = (intervals: Intervals, calendar: Calendar): readonly string[] =>
  intervalLabels(intervals, calendar, Infinity).map(({ label }) => label);

const span = fc.record({
  zone: fc.constantFrom(...ZONES),
  weekStart: fc.constantFrom("monday" as const, "sunday" as const),
  fromMs: fc.integer({ min: Date.UTC(2008, 0), max: Date.UTC(2027, 0) }),
  hours: fc.integer({ min: 1, max: 900 }),
  unit: fc.constantFrom(...INTERVAL_UNITS),
});

describe("intervals", () => {
  test("a day has the hours that its clock shows, the repeated one twice", () => {
    const day = (from: string, to: string) => must({ fromMs: Date.parse(from), toMs: Date.parse(to) }, "hour", BERLIN);
    const spring = day("2026-03-28T23:00Z", "2026-03-29T22:00Z");
    const autumn = day("2026-10-24T22:00Z", "2026-10-25T23:00Z");
    expect([intervalCount(spring), intervalCount(autumn)]).toEqual([23, 25]);
    expect(labels(spring, BERLIN).slice(1, 3)).toEqual(["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00"]);
    expect(labels(autumn, BERLIN).slice(2, 4)).toEqual(["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]);
  });

  test("weeks begin on the day asked for, months and quarters by the calendar", () => {
    const period = { fromMs: Date.parse("2026-02-11T16:00Z"), toMs: Date.parse("2026-05-02T16:00Z") };
    expect(labels(must(period, "week", SHANGHAI), SHANGHAI).slice(0, 2)).toEqual(["2026-02-09", "2026-02-16"]);
    expect(labels(must(period, "week", { ...SHANGHAI, weekStart: "sunday" }), SHANGHAI)[0]).toBe("2026-02-08");
    expect(labels(must(period, "month", SHANGHAI), SHANGHAI)).toEqual(["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"]);
    expect(labels(must(period, "quarter", SHANGHAI), SHANGHAI)).toEqual(["2026-01-01", "2026-04-01"]);
    expect(labels(must(period, "year", SHANGHAI), SHANGHAI)).toEqual(["2026-01-01"]);
    expect(labels(must(period, "month", SHANGHAI, "cut"), SHANGHAI)[0]).toBe("2026-02-12");
  });

  test("cover the period without gap or overlap, and no more of it when cut", () => {
    fc.assert(
      fc.property(span, ({ zone, weekStart, fromMs, hours, unit }) => {
        const calendar = { zone, weekStart };
        const period = { fromMs, toMs: fromMs + hours * 3_600_000 };
        const { bounds } = must(period, unit, calendar);
        expect(bounds.every((bound, index) => index === 0 || bound >= (bounds[index - 1] ?? 0))).toBe(true);
        expect(bounds[0]).toBeLessThanOrEqual(fromMs);
        expect(bounds[1]).toBeGreaterThan(fromMs);
        expect(bounds.at(-1)).toBeGreaterThanOrEqual(period.toMs);
        const cut = must(period, unit, calendar, "cut");
        expect([cut.bounds[0], cut.bounds.at(-1), cut.bounds.length]).toEqual([fromMs, period.toMs, bounds.length]);
      }),
    );
  });

  test("a bound is a midnight of its zone", () => {
    fc.assert(
      fc.property(span, ({ zone, weekStart, fromMs, hours, unit }) => {
        const { bounds } = must({ fromMs, toMs: fromMs + hours * 3_600_000 }, unit === "hour" ? "day" : unit, { zone, weekStart });
        const clock = zoneClock(zone);
        for (const bound of bounds) expect(dayAt(bound, clock)).toBeGreaterThan(dayAt(bound - 1, clock));
      }),
    );
  });

  test("more of them go on as they would have", () => {
    fc.assert(
      fc.property(span, fc.integer({ min: 1, max: 20 }), ({ zone, weekStart, fromMs, hours, unit }, count) => {
        const calendar = { zone, weekStart };
        // Half an hour's change of the clock makes a short hour, which is not added to either end.
        fc.pre(unit !== "hour" || zone !== "Australia/Lord_Howe");
        const some = must({ fromMs, toMs: fromMs + hours * 3_600_000 }, unit, calendar);
        const [first = 0, last = 0] = [some.bounds[0], some.bounds.at(-1)];
        const more = moreIntervals(moreIntervals(some, count, calendar), -1, calendar);
        expect(more.bounds.length).toBe(some.bounds.length + count + 1);
        expect(more.bounds[0]).toBeLessThan(first + 1);
        expect(more.bounds).toEqual(must({ fromMs: first - 1, toMs: (more.bounds.at(-1) ?? last) - 1 }, unit, calendar).bounds);
      }),
    );
  });

  test("what is still going on is not complete", () => {
    const days = must({ fromMs: Date.parse("2026-03-01T00:00Z"), toMs: Date.parse("2026-03-03T00:00Z") }, "day", {
      zone: "UTC",
      weekStart: "monday",
    });
    expect(intervalLabels(days, { zone: "UTC", weekStart: "monday" }, Date.parse("2026-03-02T05:00Z"))).toEqual([
      { label: "2026-03-01", from: "2026-03-01T00:00:00.000Z", to: "2026-03-02T00:00:00.000Z", complete: true },
      { label: "2026-03-02", from: "2026-03-02T00:00:00.000Z", to: "2026-03-03T00:00:00.000Z", complete: false },
    ]);
  });

  test("too many are refused", () => {
    expect(intervalsOf({ fromMs: 0, toMs: Date.UTC(2026, 0) }, "hour", BERLIN, "whole")).toMatchObject({
      ok: false,
      fault: { code: "insight.too_many_intervals" },
    });
  });
});

describe("the number of an interval", () => {
  test("is reckoned as the bounds have it, whatever the zone and the unit", () => {
    let reckoned = 0;
    fc.assert(
      fc.property(
        span,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.boolean(),
        ({ zone, weekStart, fromMs, hours, unit }, at, cut) => {
          const length = hours * 3_600_000 * (unit === "hour" ? 0.1 : 10);
          const intervals = must({ fromMs, toMs: fromMs + length }, unit, { zone, weekStart }, cut ? "cut" : "whole");
          const steps = planIntervalSteps(intervals.bounds);
          if (steps === undefined) return;
          reckoned += 1;
          const [first = 0, last = 0] = [intervals.bounds[0], intervals.bounds.at(-1)];
          const instants = [
            ...intervals.bounds.slice(0, -1),
            ...intervals.bounds.map((bound) => bound - 1).slice(1),
            first + Math.floor(at * (last - first)),
          ];
          for (const ms of instants) if (ms >= first) expect(intervalNumber(steps, ms)).toBe(intervalAt(intervals, ms));
        },
      ),
      { numRuns: 300 },
    );
    expect(reckoned).toBeGreaterThan(200);
  });

  test("a year of days needs a shift per change of the clock, twenty years of months are looked up", () => {
    const of = (unit: IntervalUnit, years: number) =>
      planIntervalSteps(must({ fromMs: Date.UTC(2020, 0), toMs: Date.UTC(2020 + years, 0) }, unit, BERLIN).bounds);
    expect(of("day", 1)?.shifts).toHaveLength(2);
    expect(of("month", 1)?.shifts.length).toBeGreaterThan(4);
    expect(of("month", 20)).toBeUndefined();
  });
});
