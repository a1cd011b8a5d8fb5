import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INTERVAL_UNITS, type Calendar } from "./calendar.ts";
import { previousPeriod, resolvePeriod, type AskedPeriod } from "./period.ts";

const SHANGHAI: Calendar = { zone: "Asia/Shanghai", weekStart: "monday" };
/** Half past midnight on the last day of March in Shanghai, still the day before in UTC. */
const NOW = Date.parse("2026-03-30T16:30:00Z");

function told(asked: AskedPeriod, calendar = SHANGHAI, nowMs = NOW): readonly string[] {
  const period = resolvePeriod(asked, calendar, nowMs);
  if (!period.ok) return [period.fault.code, period.fault.field ?? ""];
  const previous = previousPeriod(asked, period.value, calendar);
  const local = (ms: number): string => new Date(ms).toLocaleString("sv", { timeZone: calendar.zone }).replace(" 00:00:00", "");
  return [previous.fromMs, previous.toMs, period.value.fromMs, period.value.toMs].map(local);
}

describe("periods and the ones before them", () => {
  test("dates, the second not included", () => {
    expect(told({ from: "2026-03-01", to: "2026-03-31" })).toEqual(["2026-01-30", "2026-03-01", "2026-03-01", "2026-03-31"]);
  });
  test("the last units, with and without the one going on", () => {
    expect(told({ last: 30, unit: "day" })).toEqual(["2026-01-31", "2026-03-02", "2026-03-02", "2026-04-01"]);
    expect(told({ last: 2, unit: "week", complete: true })).toEqual(["2026-03-02", "2026-03-16", "2026-03-16", "2026-03-30"]);
    expect(told({ last: 2, unit: "week" }, { ...SHANGHAI, weekStart: "sunday" })[3]).toBe("2026-04-05");
    expect(told({ last: 3, unit: "month", complete: true })).toEqual(["2025-09-01", "2025-12-01", "2025-12-01", "2026-03-01"]);
    expect(told({ last: 24, unit: "hour" })).toEqual([
      "2026-03-29 01:00:00",
      "2026-03-30 01:00:00",
      "2026-03-30 01:00:00",
      "2026-03-31 01:00:00",
    ]);
  });
  test("a unit to date is compared with as many days of the one before, or all it has", () => {
    expect(told({ current: "month" })).toEqual(["2026-02-01", "2026-03-01", "2026-03-01", "2026-04-01"]);
    expect(told({ current: "month" }, SHANGHAI, NOW - 20 * 86_400_000)).toEqual(["2026-02-01", "2026-02-12", "2026-03-01", "2026-03-12"]);
    expect(told({ current: "year" })).toEqual(["2025-01-01", "2025-04-01", "2026-01-01", "2026-04-01"]);
  });
  test("what is no date, or ends before it begins, is named", () => {
    expect(told({ from: "2026-02-30", to: "2026-03-01" })).toEqual(["insight.period_invalid", "period.from"]);
    expect(told({ from: "2026-02-01", to: "soon" })).toEqual(["insight.period_invalid", "period.to"]);
    expect(told({ from: "2026-02-01", to: "2026-02-01" })).toEqual(["insight.period_invalid", "period.to"]);
  });
  test("a period to now holds now, and the one before ends where it begins or earlier", () => {
    const asked = fc.oneof(
      fc.record({ last: fc.integer({ min: 1, max: 40 }), unit: fc.constantFrom(...INTERVAL_UNITS) }),
      fc.record({ current: fc.constantFrom("day" as const, "week" as const, "month" as const, "quarter" as const, "year" as const) }),
    );
    const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia");
    fc.assert(
      fc.property(asked, zone, fc.integer({ min: Date.UTC(2009, 0), max: Date.UTC(2030, 0) }), (one, name, nowMs) => {
        const calendar: Calendar = { zone: name, weekStart: "sunday" };
        const period = resolvePeriod(one, calendar, nowMs);
        if (!period.ok) throw new Error(period.fault.code);
        const { fromMs, toMs } = period.value;
        expect(fromMs <= nowMs && nowMs < toMs).toBe(true);
        const before = previousPeriod(one, period.value, calendar);
        expect(before.fromMs < before.toMs && before.toMs <= fromMs).toBe(true);
      }),
    );
  });
});
