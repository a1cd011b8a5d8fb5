import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { armOf, rangesOf } from "../assignment/allocation.ts";
import { BUCKETS } from "../assignment/bucket.ts";
import { estimateArm } from "../statistics/arm.ts";
import { checkSampleRatio, checkSampleRatioOver } from "../statistics/sample-ratio.ts";
import type { SummableArm } from "../statistics/merge-arms.ts";
import { joinPeriods, stratifiedArm, type DrawnPeriod, type JoinedPeriod, type PeriodArms } from "../statistics/stratified-arms.ts";
import { reportBandit } from "./bandit-report.ts";
import { evenParts, movedParts, planShares, seedOfPeriod, wholeParts } from "./bandit.ts";

const parts = (arms: number) =>
  fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: arms, maxLength: arms }).map((weights) => {
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return wholeParts(
      weights.map((weight) => weight / sum),
      0,
    );
  });
const proportion = (n: number, sum: number): SummableArm => ({ kind: "proportion", n, sum });
/** Periods as if all arms had the same share in each. */
const drawnEvenly = (periods: readonly PeriodArms[]): readonly DrawnPeriod[] =>
  periods.map((arms) => ({ parts: evenParts(arms.length), arms }));
/** The same, each by itself. */
const alone = (periods: readonly PeriodArms[]): readonly JoinedPeriod[] =>
  periods.map((arms) => ({ counts: arms.map(({ n }) => n), arms }));
const SETTINGS = { exploration: 0.2, unitsMin: 100, lowerIsBetter: false, seed: 5, draws: 500 };

describe("wholeParts", () => {
  test("sum to 10,000, are off by less than one but for what the least asks, and none is below it", () => {
    const some = fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 })
      .filter((all) => all.some((x) => x > 0));
    fc.assert(
      fc.property(some, fc.double({ min: 0.05, max: 0.5, noNaN: true }), (weights, exploration) => {
        const sum = weights.reduce((all, weight) => all + weight, 0);
        const least = exploration / weights.length;
        const shares = weights.map((weight) => least + ((1 - exploration) * weight) / sum);
        const found = wholeParts(shares, least);
        expect(found.reduce((all, part) => all + part, 0)).toBe(BUCKETS);
        for (const [at, part] of found.entries()) {
          expect(part / BUCKETS).toBeGreaterThanOrEqual(least - 1e-9);
          expect(Math.abs(part - (shares[at] ?? 0) * BUCKETS)).toBeLessThanOrEqual(weights.length);
        }
      }),
    );
  });
  test("give what is left to those that lost most, the first of equals", () => {
    expect(evenParts(3)).toEqual([3_334, 3_333, 3_333]);
    expect(wholeParts([0.5, 0.25, 0.25], 0)).toEqual([5_000, 2_500, 2_500]);
    expect(wholeParts([0.00004, 0.99996], 0.001)).toEqual([10, 9_990]);
  });
});

test("moved parts are the buckets whose arm is another one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5 }).chain((arms) => fc.tuple(parts(arms), parts(arms))),
      ([before, after]) => {
        const [was, is] = [rangesOf({ weights: before, coverage: BUCKETS }), rangesOf({ weights: after, coverage: BUCKETS })];
        const buckets = Array.from({ length: BUCKETS }, (_, at) => at);
        expect(movedParts(before, after)).toBe(buckets.filter((at) => armOf(at, was) !== armOf(at, is)).length);
        // Of two arms nobody moves but those by whom one grew.
        if (before.length === 2) expect(movedParts(before, after)).toBe(Math.abs((before[0] ?? 0) - (after[0] ?? 0)));
      },
    ),
    { numRuns: 30 },
  );
});

describe("planShares", () => {
  const known = drawnEvenly([[proportion(500, 50), proportion(500, 75)]]);
  test("are the same for the same sums and seed, and keep the share for exploration", () => {
    const found = planShares(known, SETTINGS);
    expect(planShares(known, SETTINGS)).toEqual(found);
    expect(found.parts.reduce((sum, part) => sum + part, 0)).toBe(BUCKETS);
    expect(Math.min(...found.parts)).toBeGreaterThanOrEqual(1_000);
    expect(found.parts[1]).toBeGreaterThan(8_500);
    expect(found.arms[1]).toMatchObject({ n: 500, mean: 0.15 });
    expect(planShares(known, { ...SETTINGS, lowerIsBetter: true }).parts[0]).toBeGreaterThan(8_500);
    expect(seedOfPeriod("7", 3)).toBe(seedOfPeriod("7", 3));
    expect(seedOfPeriod("7", 3)).not.toBe(seedOfPeriod("7", 4));
  });
  test("are even until every arm has people enough, and while nobody came", () => {
    expect(planShares(drawnEvenly([[proportion(500, 50), proportion(99, 75)]]), SETTINGS).parts).toEqual([5_000, 5_000]);
    expect(planShares(drawnEvenly([[proportion(500, 50), proportion(0, 0)]]), SETTINGS)).toEqual({
      parts: [5_000, 5_000],
      arms: [
        { n: 0, mean: null, error: null, best: null, loss: null },
        { n: 0, mean: null, error: null, best: null, loss: null },
      ],
    });
  });
  test("are even while no number varies, and an arm to which nothing happened is not sure to be the worst", () => {
    const paid = (sum: number, sumSquares: number): SummableArm => ({ kind: "mean", n: 100, sum, sumSquares });
    expect(planShares(drawnEvenly([[paid(0, 0), paid(0, 0)]]), SETTINGS)).toEqual({
      parts: [5_000, 5_000],
      arms: [
        { n: 100, mean: 0, error: null, best: null, loss: null },
        { n: 100, mean: 0, error: null, best: null, loss: null },
      ],
    });
    // One of a hundred paid 50: what an arm like the other may as well show.
    const { arms } = planShares(drawnEvenly([[paid(0, 0), paid(50, 2_500)]]), SETTINGS);
    expect(arms[0]?.error).toBeCloseTo(Math.sqrt(25 / 2 / 100), 9);
    expect(arms[0]?.best).toBeGreaterThan(0.1);
    expect(arms[0]?.loss).toBeGreaterThan(0);
  });
  test("do not prefer an arm for the better days on which more came to it", () => {
    // The same in each period; the second arm had most people on the good day.
    const periods = [
      [proportion(500, 50), proportion(500, 50)],
      [proportion(100, 30), proportion(900, 270)],
    ];
    const { arms } = planShares(drawnEvenly(periods), SETTINGS);
    expect(arms.map(({ mean }) => mean?.toFixed(9))).toEqual(["0.200000000", "0.200000000"]);
    const { arms: reported } = reportBandit(
      periods.map((of) => ({ parts: [5_000, 5_000], people: of.map(({ n }) => n), arms: of })),
      { ...SETTINGS, level: 0.95 },
    );
    expect(reported.map(({ naive }) => naive?.toFixed(3))).toEqual(["0.133", "0.229"]);
  });
});

const periodOf = fc.array(
  fc
    .record({ n: fc.integer({ min: 0, max: 12 }), some: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ n, some }) => proportion(n, Math.floor(n * some))),
  { minLength: 3, maxLength: 3 },
);
const drawnPeriods = fc.array(
  fc
    .tuple(periodOf, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 3, maxLength: 3 }))
    .map(([arms, parts]): DrawnPeriod => ({ parts, arms })),
  { maxLength: 8 },
);

/** Person by person: those of the next periods until each arm has five that weigh the same, each weighing as much as it was rarely drawn. */
function joinedSlowly(periods: readonly DrawnPeriod[]) {
  const groups: { readonly mean: number; readonly effective: number; readonly count: number }[][] = [];
  let open: DrawnPeriod[] = [];
  for (const period of periods) {
    open.push(period);
    const arms = [0, 1, 2].map((at) => {
      const people = open.flatMap(({ parts, arms: own }) => {
        const arm = own[at];
        if (arm?.kind !== "proportion") throw new Error("shares");
        const weight = parts.reduce((all, part) => all + part, 0) / (parts[at] ?? 0);
        return Array.from({ length: arm.n }, (_, person) => ({ weight, did: person < arm.sum ? 1 : 0 }));
      });
      const sum = (of: (person: (typeof people)[number]) => number): number => people.reduce((all, person) => all + of(person), 0);
      const weights = sum(({ weight }) => weight);
      return {
        mean: sum(({ weight, did }) => weight * did) / weights,
        effective: weights ** 2 / sum(({ weight }) => weight ** 2),
        count: people.length,
      };
    });
    if (arms.some(({ effective }) => !(effective >= 5 - 1e-9))) continue;
    groups.push(arms);
    open = [];
  }
  return groups;
}

test("periods are joined with those after them until every arm has people enough, each person weighing as much as it was rarely drawn", () => {
  fc.assert(
    fc.property(drawnPeriods, (periods) => {
      const found = joinPeriods(periods, 5 - 1e-9).map(({ counts, arms }) =>
        arms.map((arm, at) => {
          if (arm.kind !== "proportion") throw new Error("shares");
          return { mean: arm.sum / arm.n, effective: arm.n, count: counts[at] };
        }),
      );
      expect(found).toEqual(
        joinedSlowly(periods).map((arms) =>
          arms.map(({ mean, effective, count }) => ({ mean: expect.closeTo(mean, 9), effective: expect.closeTo(effective, 9), count })),
        ),
      );
    }),
  );
});

test("two arms that are the same win nothing over each other, whoever had most people when everything rose", () => {
  const periods = (people: number, small: number) => [
    { parts: [5_000, 5_000], people: [1_000, 1_000], arms: [proportion(1_000, 100), proportion(1_000, 100)] },
    { parts: [9_700, 300], people: [people, small], arms: [proportion(people, 0.3 * people), proportion(small, 0.3 * small)] },
    { parts: [9_600, 400], people: [96, 4], arms: [proportion(96, 28.8), proportion(4, 1.2)] },
  ];
  for (const [people, small] of [
    [97, 3],
    [970, 30],
  ] as const) {
    const { won, arms } = reportBandit(periods(people, small), { ...SETTINGS, level: 0.95 });
    expect(won?.estimate).toBeCloseTo(0, 9);
    expect(arms[0]?.mean).toBeCloseTo(arms[1]?.mean ?? 0, 9);
  }
});

test("the mean over periods is that of each period, as often as it has people", () => {
  fc.assert(
    fc.property(drawnPeriods, (periods) => {
      const joined = joinPeriods(periods);
      if (joined.length === 0) return;
      const values = joined.flatMap(({ counts, arms }) => {
        const people = counts.reduce((sum, n) => sum + n, 0);
        const own = arms[1];
        return own === undefined || own.kind === "ratio" ? [] : Array.from({ length: people }, () => own.sum / own.n);
      });
      const { arm } = stratifiedArm(joined, 1) ?? {};
      const mean = arm?.kind === "mean" ? arm.sum / arm.n : Number.NaN;
      expect(mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9);
    }),
  );
});

describe("the error of a mean over periods", () => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const about = (values: readonly number[]): number => values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0);
  const paid = (values: readonly number[]): SummableArm => {
    const sum = values.reduce((all, value) => all + value, 0);
    return { kind: "mean", n: values.length, sum, sumSquares: values.reduce((all, value) => all + value ** 2, 0) };
  };
  const amounts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 12 });
  const worlds = fc.array(fc.array(amounts, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 5 });

  /** Person by person. */
  function slowly(periods: readonly (readonly (readonly number[])[])[], at: number): number {
    const own = periods.map((period) => period[at] ?? []);
    const all = periods.flat(2).length;
    const varies = periods.map(
      (period) => period.reduce((sum, arm) => sum + about(arm), 0) / period.reduce((sum, arm) => sum + arm.length - 1, 0),
    );
    const seen = own.reduce((sum, arm) => sum + about(arm), 0);
    const asAll = own.reduce((sum, arm, time) => sum + (arm.length - 1) * (varies[time] ?? 0), 0);
    const values = own.flat();
    const squares = values.reduce((sum, value) => sum + value ** 2, 0);
    const events = squares === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) ** 2 / squares;
    const ratio = asAll === 0 ? 1 : seen / asAll;
    const times = ratio < 1 ? (events * ratio + 10) / (events + 10) : ratio;
    return periods.reduce(
      (sum, period, time) => sum + ((period.flat().length / all) ** 2 * times * (varies[time] ?? 0)) / (own[time]?.length ?? 0),
      0,
    );
  }

  test("is that of the means of periods, in which people vary as those of all arms do", () => {
    fc.assert(
      fc.property(worlds, fc.nat(2), (world, at) => {
        const periods = world.map((period) => period.map(paid));
        const { arm } = stratifiedArm(alone(periods), at) ?? {};
        if (arm?.kind !== "mean") throw new Error("every arm has five people or more");
        const { variance, n } = estimateArm(arm);
        expect(variance / n).toBeCloseTo(slowly(world, at), 9);
        // A quotient over the number of people is the mean.
        const quotients = periods.map((period) =>
          period.map((of): SummableArm => {
            if (of.kind !== "mean") throw new Error("means");
            const one = { kind: "mean" as const, sum: of.n, sumSquares: of.n };
            return { kind: "ratio", n: of.n, numerator: of, denominator: one, products: of.sum };
          }),
        );
        const quotient = stratifiedArm(alone(quotients), at)?.arm;
        if (quotient?.kind !== "ratio") throw new Error("quotients");
        const found = estimateArm(quotient);
        expect([found.value, found.variance / found.n, found.n]).toEqual(
          [arm.sum / arm.n, variance / n, n].map((value) => expect.closeTo(value, 6)),
        );
      }),
    );
  });
  test("takes no arm for sure that all, or none, of its few people did", () => {
    const even = [[proportion(100, 100), proportion(100, 90), proportion(100, 0)]];
    const [all, , none] = [0, 1, 2].map((at) => stratifiedArm(alone(even), at)?.arm);
    for (const arm of [all, none]) expect(arm?.kind === "mean" && estimateArm(arm).variance).toBeCloseTo(9 / 297, 9);
  });
});

describe("the split over periods", () => {
  const counts = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 3, maxLength: 3 });
  test("is Pearson's where shares stayed as they were, however people fall on periods", () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 5 }), parts(3), (periods, weights) => {
        const units = [0, 1, 2].map((at) => periods.reduce((sum, period) => sum + (period[at] ?? 0), 0));
        const whole = checkSampleRatio(units.map((each, at) => ({ units: each, weight: weights[at] ?? 0 })));
        expect(checkSampleRatioOver(periods.map((each) => ({ units: each, weights }))).p).toBeCloseTo(whole.p, 9);
      }),
    );
  });
  test("is as planned where every period is, though all together are not even; and is off where one arm loses people", () => {
    const periods = [
      { units: [5_000, 5_000], weights: [1, 1] },
      { units: [1_000, 9_000], weights: [1, 9] },
    ];
    expect(checkSampleRatioOver(periods)).toMatchObject({ p: 1, degrees: 1, blocks: false });
    expect(checkSampleRatioOver([...periods, { units: [500, 9_000], weights: [1, 9] }]).blocks).toBe(true);
    expect(checkSampleRatioOver([]).p).toBe(1);
    // An arm that was to have nobody in any period is no part of the test.
    const without = periods.map(({ units, weights }) => ({ units: [...units, 3], weights: [...weights, 0] }));
    expect(checkSampleRatioOver(without)).toEqual({ ...checkSampleRatioOver(periods), unplanned: 3 * periods.length });
    expect(checkSampleRatioOver([{ units: [0, 0], weights: [1, 1] }]).p).toBe(1);
  });
  test("is judged by what can be off: not by arms that had all people of their periods, nor twice by two that never met the others", () => {
    expect(
      checkSampleRatioOver([
        { units: [500, 0], weights: [1, 0] },
        { units: [0, 500], weights: [0, 1] },
      ]),
    ).toMatchObject({ p: 1, degrees: 0 });
    const apart = (c: number) => [
      { units: [480, 520, 0, 0], weights: [1, 1, 0, 0] },
      { units: [0, 0, c, 1_000 - c], weights: [0, 0, 1, 1] },
    ];
    const [first, second] = [checkSampleRatioOver([{ units: [480, 520], weights: [1, 1] }]), checkSampleRatioOver(apart(500))];
    // 1.6 of one degree, of two where the other pair is as planned.
    expect([first.degrees, second.degrees]).toEqual([1, 2]);
    expect(second.p).toBeCloseTo(Math.exp(-0.8), 9);
    expect(checkSampleRatioOver(apart(400)).blocks).toBe(true);
  });
});
