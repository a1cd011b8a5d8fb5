import { expect, test } from "vitest";
import { expectedOfParts, joinParts, partByMonth } from "./expected-value.ts";

const calendar = { zone: "Asia/Shanghai", weekStart: "monday" as const };
const at = (date: string): number => Date.parse(`${date}T00:00:00+08:00`);

test("a week that two months share counts each of its people as a head of their own month", () => {
  const weeks = { unit: "week" as const, bounds: [at("2026-03-23"), at("2026-03-30"), at("2026-04-06")] };
  const parted = partByMonth(weeks, calendar);
  if (!parted.ok) throw new Error(parted.fault.code);
  expect(parted.value.parts.bounds).toEqual([at("2026-03-23"), at("2026-03-30"), at("2026-04-01"), at("2026-04-06")]);
  expect(parted.value.months.bounds).toEqual([at("2026-03-01"), at("2026-04-01"), at("2026-05-01")]);
  const line = (sizes: readonly number[], perHead: readonly (number | null)[]) =>
    joinParts(weeks, parted.value, expectedOfParts(parted.value, sizes, perHead));
  expect(line([3, 1, 2], [100, 40])).toEqual({ points: [300, 180], total: 480 });
  // Unknown where anybody began in a month of which nothing is known, not where nobody did.
  expect(line([3, 1, 2], [100, null])).toEqual({ points: [300, null], total: null });
  expect(line([3, 1, 0], [100, null])).toEqual({ points: [300, 100], total: 400 });
  expect(line([0, 0, 0], [])).toEqual({ points: [0, 0], total: 0 });
});

test("more months than an answer has intervals are refused", () => {
  const years = { unit: "year" as const, bounds: [at("1900-01-01"), at("2026-01-01")] };
  expect(partByMonth(years, calendar)).toMatchObject({ ok: false, fault: { code: "insight.too_many_intervals" } });
});
