import { describe, expect, test } from "vitest";
import type { Calendar } from "../time/calendar.ts";
import { shapeRetention } from "./retention-answer.ts";
import { planRetention, type RetentionQuery } from "./retention-plan.ts";

const UTC: Calendar = { zone: "UTC", weekStart: "monday" };
const LATER = Date.UTC(2030, 0);
const QUERY: RetentionQuery = {
  period: { from: "2026-03-01", to: "2026-03-05" },
  interval: "day",
  start: { event: "Registered" },
  return: { event: null },
  kind: "first_time",
  mode: "exact",
};

function plan(query: Partial<RetentionQuery> = {}, nowMs = LATER) {
  const result = planRetention({ ...QUERY, ...query }, UTC, nowMs);
  if (!result.ok) throw new Error(`${result.fault.code} ${result.fault.field}`);
  return result.value;
}
const fault = (query: Partial<RetentionQuery>) => {
  const result = planRetention({ ...QUERY, ...query }, UTC, LATER);
  return result.ok ? undefined : [result.fault.code, result.fault.field];
};

describe("a question of retention", () => {
  test("has a column per distance: up to the period's end, or as far as cohorts are followed", () => {
    expect(plan().columns).toEqual([0, 1, 2, 3].map((day) => ({ first: day, last: day })));
    expect(plan({ mode: "on_or_after", follow: 1 }).columns).toEqual([
      { first: 0, last: 0 },
      { first: 1, last: null },
    ]);
    expect(plan({ follow: 30 }).intervals.bounds).toHaveLength(4 + 30 + 1);
  });
  test("names what is wrong with brackets", () => {
    const brackets = (...of: [number, number][]) => ({ mode: "brackets" as const, brackets: of.map(([first, last]) => ({ first, last })) });
    expect(plan(brackets([1, 1], [2, 7], [8, 9])).columns).toEqual([
      { first: 0, last: 0 },
      { first: 1, last: 1 },
      { first: 2, last: 7 },
    ]);
    expect(fault(brackets([1, 3], [3, 4]))).toEqual(["insight.brackets_invalid", "brackets.1.first"]);
    expect(fault(brackets([2, 1]))).toEqual(["insight.brackets_invalid", "brackets.0.last"]);
    expect(fault(brackets([4, 9]))).toEqual(["insight.brackets_invalid", "brackets.0.first"]);
    expect(fault(brackets())).toEqual(["insight.brackets_invalid", "brackets"]);
    expect(fault({ brackets: [{ first: 1, last: 1 }] })).toEqual(["insight.brackets_invalid", "brackets"]);
  });
  test("is refused where a person's intervals would not fit", () => {
    expect(fault({ follow: 253 })).toEqual(["insight.too_many_intervals", "interval"]);
    expect(fault({ period: { from: "2025-01-01", to: "2026-01-01" } })).toEqual(["insight.too_many_intervals", "interval"]);
  });
});

describe("the answer", () => {
  const COUNTS = [
    {
      cohort: 0,
      size: 4,
      returned: [2, 1, 1],
      values: new Map([
        [0, 10],
        [1, 5],
        [3, 1.5],
      ]),
    },
    { cohort: 1, size: 1, returned: [1, 0], values: new Map([[1, 3]]) },
  ];
  const shape = { calendar: UTC, nowMs: LATER, relativeTo: "start" as const, withValue: false };

  test("is a triangle; shares are of the start or of the column before, and are null of nobody", () => {
    const answer = shapeRetention(plan(), COUNTS, shape);
    expect(answer.cohorts.map(({ cells }) => cells.map(({ people }) => people))).toEqual([[4, 2, 1, 1], [1, 1, 0], [0, 0], [0]]);
    expect(answer.cohorts.map(({ cells }) => cells.map(({ share }) => share))).toEqual([
      [1, 0.5, 0.25, 0.25],
      [1, 1, 0],
      [null, null],
      [null],
    ]);
    const previous = shapeRetention(plan(), COUNTS, { ...shape, relativeTo: "previous" });
    expect(previous.cohorts[0]?.cells.map(({ share }) => share)).toEqual([1, 0.5, 0.5, 1]);
    expect(previous.mean).toEqual([1, 3 / 5, 1 / 3, 1]);
  });
  test("has a mean over the cohorts that had the time to come back", () => {
    expect(shapeRetention(plan(), COUNTS, shape).mean).toEqual([1, 3 / 5, 1 / 5, 1 / 4]);
    const now = Date.UTC(2026, 2, 3, 12);
    const early = shapeRetention(plan({}, now), COUNTS, { ...shape, nowMs: now });
    expect(early.cohorts[0]?.cells.map(({ complete }) => complete)).toEqual([true, true, false, false]);
    expect(early.mean).toEqual([1, 2 / 4, null, null]);
  });
  test("adds values up by column, over brackets and without end", () => {
    const withValue = { ...shape, withValue: true };
    const values = (answer: ReturnType<typeof shapeRetention>) => answer.cohorts[0]?.cells.map(({ value }) => value);
    expect(values(shapeRetention(plan(), COUNTS, withValue))).toEqual([10, 5, 0, 1.5]);
    expect(values(shapeRetention(plan({ mode: "on_or_after" }), COUNTS, withValue))).toEqual([10, 6.5, 1.5, 1.5]);
    expect(values(shapeRetention(plan({ mode: "brackets", brackets: [{ first: 1, last: 3 }] }), COUNTS, withValue))).toEqual([10, 6.5]);
    expect(shapeRetention(plan(), COUNTS, withValue).meanValue).toEqual([1, 8 / 10, 0, 0.15]);
  });
  test("a bracket that reaches beyond what was looked at is not complete", () => {
    const of = plan({ mode: "brackets", brackets: [{ first: 1, last: 3 }] });
    expect(shapeRetention(of, [], shape).cohorts.map(({ cells }) => cells[1]?.complete)).toEqual([true, false, false, undefined]);
  });
});
