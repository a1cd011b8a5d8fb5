import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayAt, dayOfIso, isoDay, zoneClock } from "../time/zoned-time.ts";
import { dayOfTrait, nextDateEntry, type DateEntry } from "./date-entry.ts";
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

  it("is what looking at day after day finds", () => {
    const rules = fc.record({
      offsetDays: fc.integer({ min: -366, max: 366 }),
      at: fc.constantFrom("00:00", "02:30", "09:00", "23:30"),
      yearly: fc.boolean(),
    });
    const days = fc.oneof(
      fc.integer({ min: -10_000, max: 21_500 }),
      fc.constantFrom(day("2000-02-29"), day("1996-02-29"), day("2024-02-29")),
    );
    fc.assert(
      fc.property(days, rules, zones, instants, (born, rule, zone, from) => {
        expect(nextDateEntry(born, rule, zone, from)).toBe(slowNext(born, rule, zone, from));
      }),
      { examples: [[day("2000-02-29"), { ...birthday, offsetDays: 1 }, "Europe/London", Date.UTC(2026, 1, 1)]] },
    );
  });

  it("is read from a date, or from the date with which a time begins", () => {
    expect(dayOfTrait("2000-02-29")).toBe(day("2000-02-29"));
    expect(dayOfTrait("2000-02-29T23:30:00+08:00")).toBe(day("2000-02-29"));
    expect(["2001-02-29", "29.02.2000", "", "2000-02-291", null].map(dayOfTrait)).toEqual(Array.from({ length: 5 }));
  });
});

/** Every local day of the coming years, one after the other: whether the date is kept then, and the first quarter of an hour that shows the time. */
function slowNext(born: number, { offsetDays, at, yearly }: DateEntry, zone: string, from: number): number | undefined {
  const [, month = 0, date = 0] = isoDay(born).split("-").map(Number);
  for (let local = Math.floor(from / DAY_MS) - 2; local < Math.floor(from / DAY_MS) + 8 * 366; local += 1) {
    const kept = local - offsetDays;
    const [year = 0, m = 0, d = 0] = isoDay(kept).split("-").map(Number);
    const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
    const isSame = (m === month && d === date) || (month === 2 && date === 29 && !isLeap && m === 2 && d === 28);
    if (yearly ? kept < born - (date === 29 ? 1 : 0) || !isSame : kept !== born) continue;
    const quarters = Array.from({ length: 52 * 4 }, (_, n) => local * DAY_MS - 14 * 60 * MINUTE_MS + n * 15 * MINUTE_MS);
    const shown = isoDay(local);
    const found = quarters.find((ms) => isoDay(dayAt(ms, zoneClock(zone))) === shown && clockAt(ms, zone) === at);
    // A time that is skipped is an hour later, or half of one on Lord Howe.
    const gap = quarters.findIndex((ms) => zoneClock(zone)(ms) > zoneClock(zone)(ms - 15 * MINUTE_MS));
    const gapMs = quarters[gap] ?? NaN;
    const [hours = 0, minutes = 0] = at.split(":").map(Number);
    const instant = found ?? local * DAY_MS + (hours * 60 + minutes) * MINUTE_MS - zoneClock(zone)(gapMs - MINUTE_MS);
    if (instant > from) return instant;
  }
  return undefined;
}
