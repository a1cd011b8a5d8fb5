import fc from "fast-check";
import { expect, test } from "vitest";
import { isoInstant, zoneClock } from "../time/zoned-time.ts";
import { isQuiet, quietEnds, weekdayOf } from "./quiet-hours.ts";
import type { QuietHours } from "./rules.ts";

const EVERYTHING = { channel: null, tag: null, purpose: null } as const;
const quiet = (from: string, to: string, days: QuietHours["days"] = "every_day"): QuietHours => {
  const minute = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return { id: "q", scope: EVERYTHING, fromMinute: minute(from), toMinute: minute(to), days, action: "defer" };
};
const YEAR_MS = 366 * 86_400_000;
const inZone = (zone: string, isDayOff: (day: number) => boolean = () => false) => ({ clock: zoneClock(zone), isDayOff });
const ends = (rule: QuietHours, at: string, zone: string, isDayOff?: (day: number) => boolean): string | undefined => {
  const atMs = Date.parse(at);
  const until = quietEnds(rule, atMs, inZone(zone, isDayOff), atMs + YEAR_MS);
  return until === undefined ? undefined : isoInstant(until).replace(".000", "");
};

test("quiet hours over midnight belong to the day on which they begin, and end is not part of them", () => {
  const night = quiet("22:00", "08:00", [5]);
  // 2026-03-06 is a Friday.
  expect(weekdayOf(Date.UTC(2026, 2, 6) / 86_400_000)).toBe(5);
  expect(ends(night, "2026-03-06T13:59:59Z", "Asia/Shanghai")).toBe("2026-03-06T13:59:59Z");
  expect(ends(night, "2026-03-06T14:00:00Z", "Asia/Shanghai")).toBe("2026-03-07T00:00:00Z");
  expect(ends(night, "2026-03-07T00:00:00Z", "Asia/Shanghai")).toBe("2026-03-07T00:00:00Z");
  expect(ends(night, "2026-03-07T14:00:00Z", "Asia/Shanghai")).toBe("2026-03-07T14:00:00Z");
});

test("the same begin and end last for a day; every day of it never ends", () => {
  expect(ends(quiet("09:00", "09:00", [6]), "2026-03-07T12:00:00Z", "UTC")).toBe("2026-03-08T09:00:00Z");
  expect(ends(quiet("09:00", "09:00"), "2026-03-07T12:00:00Z", "UTC")).toBeUndefined();
});

test("days off begin quiet hours where days off are meant, and working weekends do not", () => {
  const off = new Set([Date.UTC(2026, 2, 7), Date.UTC(2026, 2, 8), Date.UTC(2026, 2, 9)].map((ms) => ms / 86_400_000));
  const isDayOff = (day: number): boolean => off.has(day);
  expect(ends(quiet("00:00", "00:00", "days_off"), "2026-03-07T01:00:00Z", "UTC", isDayOff)).toBe("2026-03-10T00:00:00Z");
  expect(ends(quiet("12:00", "13:00", "workdays"), "2026-03-09T12:30:00Z", "UTC", isDayOff)).toBe("2026-03-09T12:30:00Z");
  expect(ends(quiet("12:00", "13:00", "workdays"), "2026-03-10T12:30:00Z", "UTC", isDayOff)).toBe("2026-03-10T13:00:00Z");
});

test("an end that the clock leaves out is the instant at which it jumps", () => {
  // In Berlin 2026-03-29 02:00 is followed by 03:00 (01:00 UTC).
  expect(ends(quiet("22:00", "02:30"), "2026-03-28T23:00:00Z", "Europe/Berlin")).toBe("2026-03-29T01:00:00Z");
  expect(ends(quiet("02:15", "06:00"), "2026-03-29T00:59:00Z", "Europe/Berlin")).toBe("2026-03-29T00:59:00Z");
  expect(ends(quiet("02:15", "06:00"), "2026-03-29T01:00:00Z", "Europe/Berlin")).toBe("2026-03-29T04:00:00Z");
});

test("an hour that the clock reads twice is quiet both times", () => {
  // In Berlin 2026-10-25 03:00 summer time (01:00 UTC) is 02:00 winter time.
  const night = quiet("22:00", "02:30");
  expect(ends(night, "2026-10-25T00:10:00Z", "Europe/Berlin")).toBe("2026-10-25T00:30:00Z");
  expect(ends(night, "2026-10-25T01:10:00Z", "Europe/Berlin")).toBe("2026-10-25T01:30:00Z");
  expect(ends(quiet("22:00", "08:00"), "2026-10-25T00:10:00Z", "Europe/Berlin")).toBe("2026-10-25T07:00:00Z");
});

/** What the clock on the wall says, by the runtime's own formatting. */
function readsQuiet(rule: QuietHours, atMs: number, zone: string, isDayOff: (day: number) => boolean): boolean {
  const text = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(atMs);
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / 86_400_000;
  const minute = Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));
  const on = (which: number): boolean => {
    if (rule.days === "every_day") return true;
    if (rule.days === "workdays") return !isDayOff(which);
    if (rule.days === "days_off") return isDayOff(which);
    return rule.days.includes(((which + 3) % 7) + 1);
  };
  if (rule.fromMinute < rule.toMinute) return minute >= rule.fromMinute && minute < rule.toMinute && on(day);
  return minute >= rule.fromMinute ? on(day) : minute < rule.toMinute && on(day - 1);
}

const QUARTER = 15;
const QUARTER_MS = QUARTER * 60_000;
const ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];
const STARTS = ["2026-03-07T00:00:00Z", "2026-03-28T00:00:00Z", "2026-04-04T00:00:00Z", "2026-10-03T00:00:00Z", "2026-10-24T00:00:00Z"];
const quarter = fc.integer({ min: 0, max: 95 }).map((n) => n * QUARTER);

test("the end of quiet hours is the first quarter of an hour at which the clock on the wall does not read quiet", () => {
  fc.assert(
    fc.property(
      fc.record({
        from: quarter,
        to: quarter,
        days: fc.oneof(
          fc.constantFrom("every_day" as const, "workdays" as const, "days_off" as const),
          fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }),
        ),
        zone: fc.constantFrom(...ZONES),
        start: fc.constantFrom(...STARTS),
        after: fc.integer({ min: 0, max: 4 * 96 }),
        off: fc.uniqueArray(fc.integer({ min: 0, max: 6 })),
      }),
      ({ from, to, days, zone, start, after, off }) => {
        const rule: QuietHours = { id: "q", scope: EVERYTHING, fromMinute: from, toMinute: to, days, action: "defer" };
        const isDayOff = (day: number): boolean => off.includes(day % 7);
        const atMs = Date.parse(start) + after * QUARTER_MS;
        const untilMs = atMs + 5 * 86_400_000;
        let expected: number | undefined;
        for (let ms = atMs; ms < untilMs && expected === undefined; ms += QUARTER_MS)
          if (!readsQuiet(rule, ms, zone, isDayOff)) expected = ms;
        expect(quietEnds(rule, atMs, inZone(zone, isDayOff), untilMs)).toBe(expected);
        expect(isQuiet(rule, atMs, inZone(zone, isDayOff))).toBe(expected !== atMs);
      },
    ),
  );
});
