import { describe, expect, test } from "vitest";
import { meanArm } from "../statistics/arm-of-units.ts";
import { estimateEffect } from "../statistics/effect.ts";
import { fixedInterval } from "../statistics/interval.ts";
import { drawNormal, seededDraw, type Draw } from "../statistics/random.ts";
import { tellNovelty, type DayMoments, type ReadNovelty } from "./tell-novelty.ts";
import type { ReadingSettings } from "./tell-results.ts";

const DAYS = 5;
const SETTINGS: ReadingSettings = {
  weights: [1, 1],
  metrics: [{ role: "primary", better: "up" }],
  method: "frequentist",
  level: 0.95,
  correction: "holm",
  difference: "absolute",
  prior: null,
  isEarly: false,
};

/** The days of some people, who differ from each other as well as from day to day; `more` is what a day brings on top. */
function peopleOf(draw: Draw, count: number, more: (day: number) => number): readonly (readonly number[])[] {
  return Array.from({ length: count }, () => {
    const own = 10 + 3 * drawNormal(draw);
    return Array.from({ length: DAYS }, (_, day) => own + more(day) + drawNormal(draw));
  });
}
function summed(rows: readonly (readonly number[])[]): DayMoments {
  const width = rows[0]?.length ?? 0;
  const sum = (of: (row: readonly number[]) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const at = Array.from({ length: width }, (_, index) => index);
  return {
    n: rows.length,
    sums: at.map((a) => sum((row) => row[a] ?? 0)),
    products: at.map((a) => at.slice(a).map((b) => sum((row) => (row[a] ?? 0) * (row[b] ?? 0)))),
  };
}
const slopeOf = (values: readonly number[]): number => values.reduce((sum, value, day) => sum + (day - 2) * value, 0) / 10;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function readOf(arms: readonly (readonly (readonly number[])[])[]): ReadNovelty {
  const variants = arms.map((people) => ({
    days: Array.from({ length: DAYS }, (_, day) => summed(people.map((values) => [values[day] ?? 0]))),
    trend: summed(people.map((values) => [slopeOf(values), meanOf(values)])),
  }));
  return { metrics: [{ statistic: "mean", known: true, yesOrNo: [false], variants }] };
}
const treated = (arms: readonly (readonly (readonly number[])[])[], settings = SETTINGS) =>
  tellNovelty(readOf(arms), settings)[0]?.variants[1];

describe("the effect by day since exposure", () => {
  const draw = seededDraw(5);
  const arms = [peopleOf(draw, 80, () => 0), peopleOf(draw, 70, (day) => 4 - day)];

  test("is that of each day with intervals that pay for all days", () => {
    for (const { day, effect, value } of treated(arms)?.days ?? []) {
      const [control, treatment] = arms.map((people) => meanArm(people.map((values) => values[day] ?? 0)));
      if (control === undefined || treatment === undefined) throw new Error("two arms");
      const alone = estimateEffect(control, treatment, "absolute");
      if (alone.kind === "refused") throw new Error(alone.reason);
      const { low, high } = fixedInterval(alone, { alpha: 0.05 / DAYS });
      expect(value).toBeCloseTo(alone.treatment, 10);
      expect([effect?.estimate, effect?.low, effect?.high].map((each) => each?.toFixed(8))).toEqual(
        [alone.estimate, low, high].map((each) => each.toFixed(8)),
      );
    }
  });

  test("fades where the people's own slopes differ from control's against it, by Welch's test of them", () => {
    const [control, treatment] = arms.map((people) => meanArm(people.map(slopeOf)));
    if (control === undefined || treatment === undefined) throw new Error("two arms");
    const alone = estimateEffect(control, treatment, "absolute");
    if (alone.kind === "refused") throw new Error(alone.reason);
    const trend = treated(arms)?.trend;
    expect(trend).toMatchObject({ n: 150, call: "fades" });
    expect(trend?.slope).toBeCloseTo(alone.estimate, 10);
    expect(trend?.p).toBeCloseTo(fixedInterval(alone).p, 10);
    const relative = treated(arms, { ...SETTINGS, difference: "relative" })?.trend;
    expect(relative?.slope).toBeCloseTo(alone.estimate / meanOf((arms[0] ?? []).map(meanOf)), 10);
    expect(relative?.call).toBe("fades");
  });

  test("grows where it goes away from 0, below as above; nothing is called of what is read once and still runs", () => {
    const base = peopleOf(seededDraw(6), 80, () => 0);
    expect(treated([base, peopleOf(seededDraw(7), 80, (day) => -day)])?.trend?.call).toBe("grows");
    expect(treated([base, peopleOf(seededDraw(8), 80, (day) => day - 6)])?.trend?.call).toBe("fades");
    expect(treated(arms, { ...SETTINGS, isEarly: true })?.trend?.call).toBe("unclear");
    expect(treated(arms, { ...SETTINGS, method: "sequential" })?.trend?.p).toBeGreaterThan(treated(arms)?.trend?.p ?? 1);
  });

  test("has no trend of a quotient, of few people or of a metric that never came, and no figures of a day that nobody had", () => {
    const { metrics } = readOf(arms);
    const [metric] = metrics;
    if (metric === undefined) throw new Error("a metric");
    const variants = metric.variants.map(({ days }) => ({ days: [...days, summed([])], trend: null }));
    const told = tellNovelty(
      {
        metrics: [
          { ...metric, variants },
          { ...metric, known: false },
        ],
      },
      { ...SETTINGS, metrics: [] },
    );
    expect(told[0]?.variants[1]?.trend).toBeNull();
    expect(told[0]?.variants[1]?.days.at(-1)).toEqual({ day: DAYS, n: 0, value: null, effect: null, untold: "too_few_units" });
    expect(told[1]?.variants[1]?.days[0]).toMatchObject({ value: null, untold: "unknown_metric" });
    expect(treated([arms[0] ?? [], (arms[1] ?? []).slice(0, 1)])?.trend).toBeNull();
  });

  test("by simulation a trend that is not there is found 5 times of 100, however much the days of one person go together", () => {
    const rounds = 1_000;
    for (const difference of ["absolute", "relative"] as const) {
      const own = seededDraw(difference.length);
      const found = Array.from({ length: rounds }, () =>
        treated([peopleOf(own, 40, () => 0), peopleOf(own, 60, () => 1)], { ...SETTINGS, difference }),
      ).filter((told) => told?.trend?.call !== "unclear");
      expect(Math.abs(found.length / rounds - 0.05)).toBeLessThan(3.2 * Math.sqrt((0.05 * 0.95) / rounds));
    }
  });

  test("by simulation all days at once hold the effect in 95 of 100", () => {
    const own = seededDraw(41);
    const held = Array.from({ length: 500 }, () => treated([peopleOf(own, 40, () => 0), peopleOf(own, 40, () => 1)])).filter((told) =>
      told?.days.every(({ effect }) => (effect?.low ?? 0) <= 1 && (effect?.high ?? 0) >= 1),
    );
    expect(held.length / 500).toBeGreaterThan(0.93);
  });
});
