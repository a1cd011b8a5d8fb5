import { describe, expect, test } from "vitest";
import { readFunnel, readHistogram, type AskedFunnel } from "./read-funnel.ts";
import { shapeFunnel } from "./shape-funnel.ts";

const DAY = 86_400_000;
const period = { fromMs: 0, toMs: 30 * DAY };
const asked: AskedFunnel = {
  order: "ordered",
  window: { value: 2, unit: "day" },
  steps: [{ event: "a" }, { event: "b", or: [{ event: "c" }] }, { event: "d" }],
  exclusions: [],
  hideIncomplete: false,
};
const fault = (more: Partial<AskedFunnel>) => {
  const read = readFunnel({ ...asked, ...more }, period, 60 * DAY);
  return read.ok ? undefined : [read.fault.code, read.fault.field];
};

describe("a funnel as asked", () => {
  test("becomes a plan: steps with their alternatives, steps counted from 0, windows in ms", () => {
    const read = readFunnel({ ...asked, exclusions: [{ event: "x", fromStep: 2 }] }, period, 60 * DAY);
    expect(read).toMatchObject({
      ok: true,
      value: {
        steps: [[{ event: "a" }], [{ event: "b" }, { event: "c" }], [{ event: "d" }]],
        exclusions: [{ selector: { event: "x" }, from: 1, to: 2 }],
        windowMs: 2 * DAY,
        ...period,
      },
    });
  });

  test("leaves out attempts whose window is open at the moment, and never ends before it begins", () => {
    const toMs = (nowMs: number) => {
      const read = readFunnel({ ...asked, hideIncomplete: true }, period, nowMs);
      return read.ok ? read.value.toMs : undefined;
    };
    expect([toMs(60 * DAY), toMs(12 * DAY), toMs(DAY)]).toEqual([30 * DAY, 10 * DAY, 0]);
  });

  test("is refused where it cannot be meant, by the field that is wrong", () => {
    expect(fault({ exclusions: [{ event: "x", fromStep: 2, toStep: 2 }] })).toEqual(["insight.query_invalid", "exclusions.0"]);
    expect(fault({ exclusions: [{ event: "x", toStep: 4 }] })).toEqual(["insight.query_invalid", "exclusions.0"]);
    expect(fault({ order: "any", exclusions: [{ event: "x", fromStep: 2 }] })).toEqual(["insight.query_invalid", "exclusions.0"]);
    expect(fault({ order: "any", steps: [{ event: "a" }, { event: "b", or: [{ event: "a" }] }] })).toEqual([
      "insight.query_invalid",
      "steps.1",
    ]);
    expect(fault({ order: "any", steps: [{ event: "a" }, { event: null }] })).toEqual(["insight.query_invalid", "steps.1"]);
    expect(fault({ breakdown: { by: { property: "p" }, attribution: { step: 4 } } })).toEqual([
      "insight.query_invalid",
      "breakdown.attribution.step",
    ]);
    expect(fault({ window: { value: 1_000, unit: "month" } })).toEqual(["insight.query_invalid", "period"]);
    expect(fault({ order: "any" })).toBeUndefined();
  });

  test("has a histogram from the first step to the last in usual brackets up to its window, or the one asked for", () => {
    const read = readFunnel(asked, period, 0);
    if (!read.ok) throw new Error("refused");
    const usual = readHistogram(read.value, {});
    expect(usual.ok && [usual.value.from, usual.value.to, usual.value.startsMs.at(-1)]).toEqual([0, 2, DAY]);
    expect(readHistogram(read.value, { fromStep: 2, bracketsSeconds: [0, 1.5] })).toMatchObject({
      ok: true,
      value: { from: 1, startsMs: [0, 1_500] },
    });
    expect(readHistogram(read.value, { bracketsSeconds: [5, 5] })).toMatchObject({
      ok: false,
      fault: { field: "histogram.bracketsSeconds" },
    });
    expect(readHistogram(read.value, { fromStep: 3 })).toMatchObject({ ok: false, fault: { field: "histogram" } });
  });
});

test("figures of a funnel have rates and times, and none where nobody came", () => {
  expect(shapeFunnel({ reached: [4, 2, 0], sums: [6_000, 0, 0], medians: [3_000, null, null] })).toEqual({
    steps: [
      { step: 1, people: 4, dropped: 0, fromPrevious: null, fromFirst: 1, averageSeconds: null, medianSeconds: null },
      { step: 2, people: 2, dropped: 2, fromPrevious: 0.5, fromFirst: 0.5, averageSeconds: 3, medianSeconds: 3 },
      { step: 3, people: 0, dropped: 2, fromPrevious: 0, fromFirst: 0, averageSeconds: null, medianSeconds: null },
    ],
    conversion: 0,
    averageSeconds: null,
    medianSeconds: null,
  });
  expect(shapeFunnel({ reached: [0], sums: [0], medians: [null] })).toMatchObject({ conversion: null, averageSeconds: null });
});
