import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Calendar } from "../time/calendar.ts";
import { formulaValue, readFormula } from "./formula.ts";
import { alignedTo, changeOf, formulaLine, lineOf, movingAverage, totalOf } from "./trends-answer.ts";
import { planTrends, type Measure, type TrendsQuery } from "./trends-plan.ts";

const UTC: Calendar = { zone: "UTC", weekStart: "monday" };

function value(text: string, ...series: (number | null)[]): number | null | string {
  const formula = readFormula(text, series.length);
  return formula.ok ? formulaValue(formula.value, series) : (formula.fault.mend ?? "");
}

describe("a formula", () => {
  test("reckons as written on paper", () => {
    expect(value("A / B * 100", 1, 4)).toBe(25);
    expect(value("-(a - 2) * -1.5 + B", 4, 1)).toBe(4);
    expect(value("1 - 2 - 3", 0)).toBe(-4);
    expect(value("8 / 4 / 2", 0)).toBe(1);
  });
  test("has no value where a series has none or where it divides by nothing", () => {
    expect(value("A + B", 1, null)).toBeNull();
    expect(value("A / B", 1, 0)).toBeNull();
  });
  test("says where it cannot be read", () => {
    expect(value("A +", 1)).toBe("The formula ends too early");
    expect(value("(A", 1)).toBe("Close the bracket of character 1");
    expect(value("A + C", 1, 2)).toBe("There is no C (character 5); the series are A to B");
    expect(value("A B", 1, 2)).toBe("Nothing fits B at character 3");
    expect(value("A ^ 2", 1)).toBe("Nothing fits ^ at character 3");
    expect(value(" ", 1)).toBe("Write a formula such as A / B * 100");
    expect(value("sqrt(A)", 1)).toBe("There is no sqrt (character 1); the series are A to A");
  });
  test("agrees with reckoning while writing, whatever is nested", () => {
    type Written = { readonly text: string; readonly value: number };
    const operate = {
      "+": (a: number, b: number) => a + b,
      "-": (a: number, b: number) => a - b,
      "*": (a: number, b: number) => a * b,
      "/": (a: number, b: number) => a / b,
    };
    const { written } = fc.letrec<{ written: Written }>((tie) => ({
      written: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<Written>({ text: "A", value: 7 }, { text: "b", value: -3 }, { text: "1", value: 1 }, { text: "2.5", value: 2.5 }),
        fc
          .tuple(tie("written"), fc.constantFrom("+" as const, "-" as const, "*" as const, "/" as const), tie("written"))
          .map(([left, sign, right]) => ({
            text: `(${left.text}) ${sign} (${right.text})`,
            value: operate[sign](left.value, right.value),
          })),
        tie("written").map(({ text, value: inner }) => ({ text: `-(${text})`, value: -inner })),
      ),
    }));
    fc.assert(
      fc.property(written, (one) => {
        const reckoned = value(one.text, 7, -3);
        // A division by 0 inside has no value, even where dividing by its infinity would come to 0.
        if (reckoned !== null) expect(reckoned).toBeCloseTo(one.value, 6);
        else expect(one.text).toContain("/");
      }),
    );
  });
});

describe("lines", () => {
  const raw = (...points: ([number, number] | undefined)[]) =>
    points.map((point) => (point === undefined ? undefined : { figure: point[0], base: point[1] }));
  const AVERAGE: Measure = { kind: "average", property: "p" };

  test("where nothing happened there are 0 events and no average", () => {
    expect(lineOf({ kind: "events" }, { points: raw([3, 0], undefined), total: { figure: 3, base: 0 } }, false)).toEqual({
      points: [3, 0],
      total: 3,
    });
    expect(lineOf(AVERAGE, { points: raw([3, 2], undefined), total: undefined }, false)).toEqual({ points: [1.5, null], total: null });
  });
  test("add up: averages by their parts, not by their averages", () => {
    const points = raw([10, 1], undefined, [2, 3]);
    expect(lineOf(AVERAGE, { points, total: totalOf(AVERAGE, points) }, true)).toEqual({ points: [10, 10, 3], total: 3 });
    expect(totalOf({ kind: "max", property: "p" }, raw([1, 0], [7, 0], undefined))).toEqual({ figure: 7, base: null });
    expect(totalOf({ kind: "min", property: "p" }, [])).toBeUndefined();
    expect(totalOf({ kind: "median", property: "p" }, raw(undefined))).toBeUndefined();
  });
  test("formula, moving average, alignment and change", () => {
    const formula = readFormula("A / B", 2);
    if (!formula.ok) throw new Error(formula.fault.code);
    const lines = [
      { points: [1, 2], total: 3 },
      { points: [4, 0], total: 4 },
    ];
    expect(formulaLine(formula.value, lines)).toEqual({ points: [0.25, null], total: 0.75 });
    expect(movingAverage([1, 2, 6, null, 3], 2)).toEqual([null, 1.5, 4, null, null]);
    expect(alignedTo(3, { points: [1, 2], total: 3 })).toEqual({ points: [1, 2, null], total: 3 });
    expect([changeOf(3, 2), changeOf(3, 0), changeOf(-1, -2), changeOf(null, 2)]).toEqual([0.5, null, 0.5, null]);
  });
});

test("a plan names what cannot be done", () => {
  const query: TrendsQuery = {
    period: { from: "2026-03-04", to: "2026-03-18" },
    interval: "week",
    series: [{ event: { event: "a" }, measure: { kind: "median", property: "p" } }],
    cumulative: false,
    compare: true,
  };
  const plan = planTrends(query, UTC, Date.UTC(2027, 0));
  if (!plan.ok) throw new Error(plan.fault.code);
  const iso = (bounds: readonly number[] = []) => bounds.map((bound) => new Date(bound).toISOString().slice(0, 10));
  expect(iso(plan.value.intervals.bounds)).toEqual(["2026-03-04", "2026-03-09", "2026-03-16", "2026-03-18"]);
  expect(iso(plan.value.previous?.bounds)).toEqual(["2026-02-18", "2026-02-23", "2026-03-02", "2026-03-04"]);
  expect(planTrends({ ...query, cumulative: true }, UTC, 0)).toMatchObject({
    fault: { code: "insight.cumulative_not_offered", field: "series.0.measure" },
  });
  expect(planTrends({ ...query, formula: "B" }, UTC, 0)).toMatchObject({ fault: { code: "insight.formula_invalid" } });
});
