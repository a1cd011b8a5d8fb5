import { zoneClock } from "@terrace/domain/time/zoned-time";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCron, latestPlanned, nextPlanned } from "./planned-times.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const zones = ["Europe/London", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"] as const;
/** Around changes of the clock in these zones, and elsewhere. */
const instants = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        Date.UTC(2026, 2, 29),
        Date.UTC(2026, 9, 25),
        Date.UTC(2026, 2, 8),
        Date.UTC(2026, 10, 1),
        Date.UTC(2026, 3, 4),
        Date.UTC(2026, 9, 3),
      ),
      fc.integer({ min: 0, max: 700 }).map((day) => Date.UTC(2026, 0, 1) + day * 24 * HOUR_MS),
    ),
    fc.integer({ min: -1_800, max: 1_800 }),
  )
  .map(([day, minute]) => day + minute * MINUTE_MS);

type Field = { readonly text: string; readonly has: (value: number) => boolean; readonly isPlain: boolean };
const plain = (...values: readonly number[]): Field => ({ text: values.join(","), has: (value) => values.includes(value), isPlain: true });
const star: Field = { text: "*", has: () => true, isPlain: false };
const step = (by: number): Field => ({ text: `*/${by}`, has: (value) => value % by === 0, isPlain: false });
const minutes = fc.oneof(
  fc.integer({ min: 0, max: 59 }).map((value) => plain(value)),
  fc.constantFrom(star, step(15), step(20), plain(0, 30)),
);
const hours = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map((value) => plain(value)),
  fc.constantFrom(star, step(2), plain(1, 2), plain(9, 17)),
);
const daysOfWeek = fc.constantFrom(star, star, plain(0), plain(6, 0), {
  text: "1-5",
  has: (day: number) => day >= 1 && day <= 5,
  isPlain: true,
});
const daysOfMonth = fc.constantFrom(star, star, star, plain(1), plain(25, 29));
const patterns = fc.record({ minute: minutes, hour: hours, dom: daysOfMonth, dow: daysOfWeek });
type Pattern = { readonly minute: Field; readonly hour: Field; readonly dom: Field; readonly dow: Field };

const textOf = ({ minute, hour, dom, dow }: Pattern): string => `${minute.text} ${hour.text} ${dom.text} * ${dow.text}`;

/** Whether a local time, given as if it were UTC, is one of the pattern. */
function shows({ minute, hour, dom, dow }: Pattern, localMs: number): boolean {
  const at = new Date(localMs);
  const [inMonth, inWeek] = [dom.has(at.getUTCDate()), dow.has(at.getUTCDay())];
  const isDay = dom.isPlain && dow.isPlain ? inMonth || inWeek : inMonth && inWeek;
  return isDay && hour.has(at.getUTCHours()) && minute.has(at.getUTCMinutes());
}

/** Minute after minute. */
function slowNext(pattern: Pattern, zone: string, afterMs: number): number {
  const clock = zoneClock(zone);
  const isFixed = pattern.minute.isPlain && pattern.hour.isPlain;
  for (let ms = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS; ; ms += MINUTE_MS) {
    const [local, before] = [ms + clock(ms), ms - MINUTE_MS + clock(ms - MINUTE_MS)];
    for (let skipped = before + MINUTE_MS; isFixed && skipped < local; skipped += MINUTE_MS) if (shows(pattern, skipped)) return ms;
    if (!shows(pattern, local)) continue;
    const isSecond = [0.5, 1].some((hours) => ms - hours * HOUR_MS + clock(ms - hours * HOUR_MS) === local);
    if (!isFixed || !isSecond) return ms;
  }
}

describe("planned times", () => {
  it("are those that the clock shows, minute after minute, whatever it does in between", () => {
    fc.assert(
      fc.property(patterns, fc.constantFrom(...zones), instants, (pattern, zone, after) => {
        const when = { kind: "cron", cron: textOf(pattern), zone: null } as const;
        const slow = slowNext(pattern, zone, after);
        expect(nextPlanned(when, zone, after)).toBe(slow);
        const up = slow + 3 * HOUR_MS;
        const last = latestPlanned(when, zone, { afterMs: after, upToMs: up }) ?? NaN;
        expect(last).toBeLessThanOrEqual(up);
        expect(slowNext(pattern, zone, last)).toBeGreaterThan(up);
      }),
    );
  });

  it("come once where a date and time is given, later by what is skipped, the first time where it comes twice", () => {
    const once = (at: string, afterMs = 0) => nextPlanned({ kind: "once", at, zone: "Europe/London" }, "UTC", afterMs);
    expect(once("2026-07-01T09:00")).toBe(Date.UTC(2026, 6, 1, 8));
    expect(once("2026-07-01T09:00", Date.UTC(2026, 6, 1, 8))).toBeUndefined();
    expect(once("2026-03-29T01:30")).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(once("2026-10-25T01:30")).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(nextPlanned({ kind: "once", at: "2026-07-01T09:00", zone: null }, "Asia/Shanghai", 0)).toBe(Date.UTC(2026, 6, 1, 1));
  });

  it("are written as five fields that ever come", () => {
    expect(["0 9 * * 1", "*/15 9-17 * * 1-5", "0 9 L * *", "0 9 29 2 *"].filter((text) => !isCron(text))).toEqual([]);
    expect(["", "@daily", "0 9 * *", "0 0 9 * * 1", "61 * * * *", "0 9 30 2 *", "nine"].filter(isCron)).toEqual([]);
  });
});
