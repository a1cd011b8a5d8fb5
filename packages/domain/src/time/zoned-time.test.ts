import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { civilFromDays, dayAt, dayOfIso, daysFromCivil, instantOfLocal, isoDay, isRealTime, startOfDay, zoneClock } from "./zoned-time.ts";

const london = zoneClock("Europe/London");
const shanghai = zoneClock("Asia/Shanghai");

describe("zoned time", () => {
  test("civil dates and day numbers are each other's reverse", () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_000_000 }), (days) => {
        const { year, month, day } = civilFromDays(days);
        expect(daysFromCivil(year, month, day)).toBe(days);
      }),
    );
    expect(isoDay(0)).toBe("1970-01-01");
    expect(dayOfIso("2012-02-29")).toBe(15_399);
    expect(dayOfIso("2011-02-29")).toBeUndefined();
  });

  test("a summer time in London is an hour behind its UTC reading", () => {
    expect(instantOfLocal(Date.UTC(2011, 6, 1, 12), london)).toBe(Date.UTC(2011, 6, 1, 11));
    expect(instantOfLocal(Date.UTC(2011, 0, 1, 12), london)).toBe(Date.UTC(2011, 0, 1, 12));
  });

  test("an hour that occurs twice is taken the first time, a skipped one moves forward", () => {
    expect(instantOfLocal(Date.UTC(2011, 9, 30, 1, 30), london)).toBe(Date.UTC(2011, 9, 30, 0, 30));
    expect(instantOfLocal(Date.UTC(2011, 2, 27, 1, 30), london)).toBe(Date.UTC(2011, 2, 27, 1, 30));
  });

  test("days begin at local midnight", () => {
    const day = dayAt(Date.UTC(2026, 0, 1, 17), shanghai);
    expect(isoDay(day)).toBe("2026-01-02");
    expect(startOfDay(day, shanghai)).toBe(Date.UTC(2026, 0, 1, 16));
  });

  test("every instant lies in its own day", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000_000_000_000 }),
        fc.constantFrom("Europe/London", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu"),
        (ms, zone) => {
          const clock = zoneClock(zone);
          const day = dayAt(ms, clock);
          expect(startOfDay(day, clock)).toBeLessThanOrEqual(ms);
          expect(startOfDay(day + 1, clock)).toBeGreaterThan(ms);
        },
      ),
    );
  });

  test("impossible dates are not real", () => {
    const time = { year: 2011, month: 2, day: 29, hour: 0, minute: 0, second: 0, millisecond: 0 };
    expect(isRealTime(time)).toBe(false);
    expect(isRealTime({ ...time, year: 2012 })).toBe(true);
    expect(isRealTime({ ...time, day: 1, hour: 24 })).toBe(false);
  });
});
