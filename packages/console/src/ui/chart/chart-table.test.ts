import { describe, expect, test } from "vitest";
import { measureOf } from "../format/measures.ts";
import { tableOf } from "./chart-table.ts";
import { roundAxis } from "./option-parts.ts";
import { extentOf, hiddenSeries, shownSeries, splitUnfinished } from "./time-option.ts";

const measure = measureOf("people", { language: "zh-CN", currency: "CNY" });
const line = (key: string, values: readonly (number | null)[], more = {}) => ({ key, name: key, values, style: "solid" as const, ...more });
const time = { kind: "time", shape: "line", categories: ["Mon", "Tue"], ticks: ["1", "2"], measure, summary: "" } as const;

describe("an interval that is not over", () => {
  test("is never drawn solid", () => {
    expect(splitUnfinished([3, 5, 1], [false, false, true])).toEqual({ solid: [3, 5, null], pale: [null, 5, 1] });
  });

  test("is not looked for in a period that has passed", () => {
    expect(splitUnfinished([3, 5], undefined)).toEqual({ solid: [3, 5], pale: undefined });
    expect(splitUnfinished([3, null], [false, true])).toEqual({ solid: [3, null], pale: undefined });
  });
});

describe("a chart over time", () => {
  const many = Array.from({ length: 10 }, (_, i) => line(`s${i}`, [i, i]));

  test("draws eight series at most, what is left of the breakdown among them, and each with its comparison", () => {
    const spec = {
      ...time,
      series: [
        ...many,
        line("rest", [1, 1], { other: true }),
        line("s0 before", [0, 0], { of: "s0", style: "dashed" }),
        line("s9 before", [0, 0], { of: "s9" }),
      ],
    };
    expect(shownSeries(spec).map(({ key }) => key)).toEqual(["s0", "s1", "s2", "s3", "s4", "s5", "s6", "rest", "s0 before"]);
    expect(hiddenSeries(spec)).toBe(3);
    expect(tableOf(spec).head).toHaveLength(14);
  });

  test("reaches from 0 to the largest, stacks added up", () => {
    expect(extentOf({ ...time, series: [line("a", [3, 4]), line("b", [5, null])] })).toEqual({ low: 0, high: 5 });
    expect(extentOf({ ...time, shape: "stacked", series: [line("a", [3, 4]), line("b", [5, -2])] })).toEqual({ low: -2, high: 8 });
    expect(extentOf({ ...time, series: [line("a", [3, 4], { band: { low: [-1, 1], high: [9, 9] } })] })).toEqual({ low: -1, high: 9 });
  });

  test("is a table whose figures lead where the chart does; forecasts lead nowhere", () => {
    const table = tableOf({
      ...time,
      series: [line("a", [3, null]), line("f", [null, 7], { style: "dotted" })],
      marks: [{ key: "m", index: 1, text: "618" }],
    });
    expect(table.rows[0]?.cells[0]).toEqual({ text: "3", plain: 3, pick: { kind: "point", series: "a", index: 0 } });
    expect(table.rows[1]?.cells.map(({ text, pick }) => [text, pick])).toEqual([
      ["—", undefined],
      ["7", undefined],
      ["618", undefined],
    ]);
  });
});

test("ticks are round in the unit of the head", () => {
  const { axis } = measureOf("money", { language: "zh-CN", currency: "CNY" });
  const scale = axis(125_000_000);
  const { max, interval } = roundAxis(125_000_000, scale);
  expect(Array.from({ length: Math.round(max / interval) + 1 }, (_, i) => scale.tick(i * interval))).toEqual([
    "0",
    "40",
    "80",
    "120",
    "160",
  ]);
  expect(roundAxis(3, measure.axis(3))).toEqual({ max: 3, interval: 1 });
  expect(roundAxis(0, measure.axis(0))).toEqual({ max: 1, interval: 1 });
  const share = measureOf("share", { language: "en", currency: "CNY" }).axis(0.9);
  expect(roundAxis(0.9, share).interval).toBeCloseTo(0.25);
});

test("a funnel as a table says who went on and who dropped out", () => {
  const words = { step: "step", group: "group", dropped: "dropped", ofPrevious: "of the last" };
  const { head, rows } = tableOf({
    kind: "funnel",
    steps: ["a", "b"],
    groups: [{ key: "all", name: "all", people: [10, 4] }],
    measure,
    words,
    summary: "",
  });
  expect(head).toEqual(["step", "all", "of the last", "dropped"]);
  expect(rows[1]?.cells).toEqual([
    { text: "4", plain: 4, pick: { kind: "step", group: "all", step: 1, outcome: "converted" } },
    { text: "40.0%", plain: 0.4 },
    { text: "6", plain: 6, pick: { kind: "step", group: "all", step: 1, outcome: "dropped" } },
  ]);
});
