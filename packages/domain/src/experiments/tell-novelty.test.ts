import { describe, expect, test } from "vitest";
import { meanArm } from "../statistics/arm-of-units.suite.ts";
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
    const [a, b] = arms.map((people) => ({ slope: meanOf(people.map(slopeOf)), mean: meanOf(people.map(meanOf)) }));
    if (a === undefined || b === undefined) throw new Error("two arms");
    expect(relative?.slope).toBeCloseTo((b.mean / a.mean) * (b.slope / b.mean - a.slope / a.mean), 10);
    expect(relative?.call).toBe("fades");
  });

  test("reverses where the first day is on one side of 0 and the last on the other, and no direction is called where neither end is sure", () => {
    const base = peopleOf(seededDraw(16), 400, () => 0);
    const turned = (count: number, more: (day: number) => number) =>
      treated([base.slice(0, count), peopleOf(seededDraw(17), count, more)])?.trend;
    expect(turned(400, (day) => 2 - 1.25 * day)?.call).toBe("reverses");
    expect(turned(400, (day) => 1.5 - 0.75 * day)?.call).toBe("reverses");
    const few = turned(20, (day) => 0.8 - 0.4 * day);
    expect([few?.call, (few?.p ?? 1) < 0.05]).toEqual(["unclear", true]);
    // The line of what is gone after a day ends below 0; the last day itself shows nothing.
    expect(turned(400, (day) => (day === 0 ? 3 : 0))?.call).toBe("fades");
    expect(turned(400, (day) => (day === 4 ? 3 : 0))?.call).toBe("grows");
  });

  test("ends with nothing where everyone acts on the first of two days only", () => {
    const own = seededDraw(19);
    const two = [0, 4].map((more) => Array.from({ length: 50 }, () => [10 + more + drawNormal(own), 0]));
    const variants = two.map((people) => ({
      days: [0, 1].map((day) => summed(people.map((values) => [values[day] ?? 0]))),
      trend: summed(people.map(([value = 0]) => [-value, value / 2])),
    }));
    const told = tellNovelty({ metrics: [{ statistic: "mean", known: true, yesOrNo: [false], variants }] }, SETTINGS);
    expect(told[0]?.variants[1]?.trend?.call).toBe("fades");
  });

  test("is called after the correction over all metrics and variants, by Holm where none was chosen; guardrails pay for nothing", () => {
    const { metrics } = readOf([arms[0] ?? [], peopleOf(seededDraw(9), 70, (day) => 0.3 * day), peopleOf(seededDraw(10), 70, () => 0)]);
    const [primary] = SETTINGS.metrics;
    if (primary === undefined) throw new Error("a metric");
    const told = tellNovelty(
      { metrics: [...metrics, ...metrics] },
      { ...SETTINGS, correction: "none", metrics: [primary, { ...primary, role: "guardrail" }] },
    ).map(({ variants }) => variants.map(({ trend }) => trend));
    const [, rises, same] = told[0] ?? [];
    const [, alone] = told[1] ?? [];
    expect(rises?.pAdjusted).toBeCloseTo(2 * (rises?.p ?? 0), 12);
    expect(rises?.low ?? 1).toBeLessThan(alone?.low ?? 0);
    expect(same?.pAdjusted).toBe(Math.max(same?.p ?? 0, rises?.pAdjusted ?? 0));
    for (const trend of told[1]?.slice(1) ?? []) expect(trend?.pAdjusted).toBe(trend?.p);
  });

  test("of what is believed is looked at on any day, and called by what holds on any", () => {
    const trendOf = (method: ReadingSettings["method"]) => treated(arms, { ...SETTINGS, method })?.trend;
    expect(trendOf("bayesian")).toEqual(trendOf("sequential"));
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
      ).filter((told) => (told?.trend?.p ?? 1) < 0.05);
      expect(Math.abs(found.length / rounds - 0.05)).toBeLessThan(3.2 * Math.sqrt((0.05 * 0.95) / rounds));
    }
  });

  test("by simulation an effect in proportion fades not where control itself falls from day to day", () => {
    const rounds = 400;
    const own = seededDraw(77);
    const falling = (count: number, times: number) =>
      Array.from({ length: count }, () => {
        const level = 10 + 2 * drawNormal(own);
        return [1, 0.8, 0.6, 0.4, 0.2].map((part) => times * part * (level + 2 * drawNormal(own)));
      });
    const settings: ReadingSettings = { ...SETTINGS, difference: "relative" };
    const found = Array.from({ length: rounds }, () => treated([falling(100, 1), falling(80, 1.3)], settings)?.trend?.p ?? 1);
    expect(Math.abs(found.filter((p) => p < 0.05).length / rounds - 0.05)).toBeLessThan(3.2 * Math.sqrt((0.05 * 0.95) / rounds));
  });

  test("by simulation all days at once hold the effect in 95 of 100", () => {
    const own = seededDraw(41);
    const held = Array.from({ length: 500 }, () => treated([peopleOf(own, 40, () => 0), peopleOf(own, 40, () => 1)])).filter((told) =>
      told?.days.every(({ effect }) => (effect?.low ?? 0) <= 1 && (effect?.high ?? 0) >= 1),
    );
    expect(held.length / 500).toBeGreaterThan(0.93);
  });
});
