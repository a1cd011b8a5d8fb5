import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOfIso, zoneClock } from "../time/zoned-time.ts";
import { nextDateEntry } from "./date-entry.ts";
import { afterWait, nextTime } from "./wait-until.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const zones = fc.constantFrom("Europe/London", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe");
const instants = fc
  .integer({ min: Date.UTC(2024, 0, 1) / MINUTE_MS, max: Date.UTC(2028, 0, 1) / MINUTE_MS })
  .map((minute) => minute * MINUTE_MS);
const clockAt = (ms: number, zone: string): string => new Date(ms + zoneClock(zone)(ms)).toISOString().slice(11, 16);

describe("waiting until a time", () => {
  it("ends at the first minute that shows the time, or where that is skipped, right after the gap", () => {
    fc.assert(
      fc.property(instants, zones, fc.nat(23), fc.constantFrom("00", "30"), (from, zone, hour, minute) => {
        const at = `${String(hour).padStart(2, "0")}:${minute}`;
        const found = nextTime(from, { at, weekdays: [], zone, strictly: false });
        expect(found).toBeGreaterThanOrEqual(from);
        expect(found - from).toBeLessThanOrEqual(DAY_MS + 2 * 60 * MINUTE_MS);
        for (let ms = from; ms < found; ms += 30 * MINUTE_MS - (ms % (30 * MINUTE_MS))) {
          // An hour that comes twice counts the first time: it may be over already where the wait begins in between.
          if (clockAt(ms, zone) === at)
            expect(clockAt(ms - 60 * MINUTE_MS, zone) === at || clockAt(ms - 30 * MINUTE_MS, zone) === at).toBe(true);
        }
      }),
    );
  });

  it("keeps to days of the week, and takes the next week where the time is over", () => {
    const monday = Date.UTC(2026, 5, 1, 9);
    const on = (weekdays: readonly number[], strictly = false) => nextTime(monday, { at: "09:00", weekdays, zone: "UTC", strictly });
    expect(on([1])).toBe(monday);
    expect(on([1], true)).toBe(monday + 7 * DAY_MS);
    expect(on([7])).toBe(monday + 6 * DAY_MS);
  });

  it("is never over before it began", () => {
    fc.assert(
      fc.property(instants, zones, fc.integer({ min: 1, max: 400 }), (from, zone, amount) => {
        const ends = (["minute", "hour", "day", "week"] as const).map((unit) => afterWait(from, { amount, unit }, zone));
        for (const end of ends) expect(end).toBeGreaterThan(from);
        expect(ends.toSorted((a, b) => a - b)).toEqual(ends);
      }),
    );
  });
});

describe("a date of a person", () => {
  const day = (iso: string): number => dayOfIso(iso) ?? 0;
  const birthday = { offsetDays: 0, at: "09:00", yearly: true };

  it("is kept on 28 February where there is no 29th", () => {
    const born = day("2000-02-29");
    expect(nextDateEntry(born, birthday, "UTC", Date.UTC(2026, 0, 1))).toBe(Date.UTC(2026, 1, 28, 9));
    expect(nextDateEntry(born, birthday, "UTC", Date.UTC(2028, 0, 1))).toBe(Date.UTC(2028, 1, 29, 9));
  });

  it("comes so many days before or after, in the person's own zone, and only once where it is not yearly", () => {
    const expiry = { offsetDays: -7, at: "10:00", yearly: false };
    expect(nextDateEntry(day("2026-07-08"), expiry, "Asia/Shanghai", 0)).toBe(Date.UTC(2026, 6, 1, 2));
    expect(nextDateEntry(day("2026-07-08"), expiry, "Asia/Shanghai", Date.UTC(2026, 6, 1, 2))).toBeUndefined();
  });

  it("comes again and again, each time later and once a year, whatever the offset", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000, max: 18_000 }),
        fc.integer({ min: -366, max: 366 }),
        zones,
        instants,
        (born, offsetDays, zone, from) => {
          const rule = { ...birthday, offsetDays };
          const first = nextDateEntry(born, rule, zone, from) ?? NaN;
          const second = nextDateEntry(born, rule, zone, first) ?? NaN;
          expect(first).toBeGreaterThan(from);
          expect(first - from).toBeLessThanOrEqual(368 * DAY_MS);
          expect(Math.round((second - first) / DAY_MS)).toBeGreaterThanOrEqual(364);
          expect(Math.round((second - first) / DAY_MS)).toBeLessThanOrEqual(367);
        },
      ),
    );
  });
});
