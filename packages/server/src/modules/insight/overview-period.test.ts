import { dayOfIso } from "@terrace/domain/time/zoned-time";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideLastDay, FEW_EVENTS, RECENT_DAYS, type DayCount, type KnownDays } from "./overview-period.ts";

const day = (text: string): number => dayOfIso(text) ?? 0;
const TODAY = day("2026-07-20");
const SAMPLE_END = day("2011-12-09");
const SAMPLE: readonly DayCount[] = [
  { day: SAMPLE_END, events: 300 },
  { day: SAMPLE_END - 1, events: 200 },
];
const decide = (known: Partial<KnownDays>): ReturnType<typeof decideLastDay> =>
  decideLastDay({ today: TODAY, newest: known.days?.[0]?.day ?? TODAY, days: [], ...known });
const on = (back: number, events: number): DayCount => ({ day: TODAY - back, events });

describe("the last day of the home page", () => {
  test("is today without events, and when events came today", () => {
    expect(decide({ newest: undefined })).toEqual({ lastDay: TODAY, end: "today" });
    expect(decide({ days: [on(0, 3)] })).toEqual({ lastDay: TODAY, end: "today" });
    expect(decide({ days: [on(0, FEW_EVENTS + 1), ...SAMPLE] })).toEqual({ lastDay: TODAY, end: "today" });
  });

  test("is the newest day with events when they are past, and never a day ahead", () => {
    expect(decide({ days: SAMPLE })).toEqual({ lastDay: SAMPLE_END, end: "newest" });
    expect(decide({ newest: TODAY + 400 })).toEqual({ lastDay: TODAY, end: "today" });
  });

  test("stays with data that are long past while only a handful of events came since", () => {
    expect(decide({ days: [on(0, 1), ...SAMPLE] })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
    expect(decide({ days: [on(0, FEW_EVENTS), ...SAMPLE] })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
    // An event dated years ahead says nothing about today.
    expect(decide({ newest: TODAY + 400, days: SAMPLE })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
  });

  test("steps over a handful of events as often as there is one", () => {
    expect(decide({ days: [on(0, 19), on(60, 1), ...SAMPLE] })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
    expect(decide({ days: [on(0, 5), on(35, 1), ...SAMPLE] })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
    expect(decide({ days: [on(0, 5), on(70, 3), on(90, 4), on(400, 1), ...SAMPLE] })).toEqual({ lastDay: SAMPLE_END, end: "before_few" });
    expect(decide({ days: [on(0, 5), on(70, 40), on(400, 1), ...SAMPLE] })).toEqual({ lastDay: TODAY - 70, end: "before_few" });
  });

  test("is with most events, the newest of equals, when there never was more than a handful", () => {
    expect(decide({ days: [on(0, 5), on(90, 1)] })).toEqual({ lastDay: TODAY, end: "today" });
    expect(decide({ days: [on(3, 5), on(90, 5), on(400, 2)] })).toEqual({ lastDay: TODAY - 3, end: "newest" });
    expect(decide({ days: [on(0, 1), on(90, 2), on(400, 3)] })).toEqual({ lastDay: TODAY - 400, end: "before_few" });
  });

  test("follows a business with few events: no two months without any lie in between", () => {
    const monthly = Array.from({ length: 12 }, (_, month) => on(month * 31 + 5, 4));
    expect(decide({ days: [...monthly, ...SAMPLE] })).toEqual({ lastDay: TODAY - 5, end: "newest" });
    const busy = FEW_EVENTS + 1;
    expect(decide({ days: [on(5, 4), on(5 + 2 * RECENT_DAYS - 1, busy)] })).toEqual({ lastDay: TODAY - 5, end: "newest" });
    expect(decide({ days: [on(5, 4), on(5 + 2 * RECENT_DAYS, busy)] })).toMatchObject({ end: "before_few" });
  });

  test("is the newest day or a day with events, and never after the newest or today", () => {
    const someDays = fc.uniqueArray(fc.record({ back: fc.integer({ min: -500, max: 6_000 }), events: fc.integer({ min: 1, max: 60 }) }), {
      selector: ({ back }) => back,
      maxLength: 40,
    });
    fc.assert(
      fc.property(someDays, (given) => {
        const days = given.map(({ back, events }) => on(back, events)).toSorted((a, b) => b.day - a.day);
        const newest = days[0]?.day;
        const { lastDay, end } = decideLastDay({ today: TODAY, newest, days });
        const start = Math.min(TODAY, newest ?? TODAY);
        expect(lastDay).toBeLessThanOrEqual(start);
        if (end === "before_few") expect(days.some((one) => one.day === lastDay)).toBe(true);
        else expect(lastDay).toBe(start);
      }),
    );
  });
});
