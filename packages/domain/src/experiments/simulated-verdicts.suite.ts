import { drawNormal, type Draw } from "../statistics/random.ts";
import { exponential } from "../statistics/simulated-arms.suite.ts";
import type { Moments, ReadMetric } from "./arms-of-moments.ts";
import type { MetricRole } from "./experiment.ts";
import { tellResults, type Call, type ReadingSettings, type Verdict } from "./tell-results.ts";

/** What is measured of a person in an experiment whose variants are the same: the values whose sums are told. */
type Measured = Pick<ReadMetric, "statistic" | "yesOrNo"> & { readonly values: (draw: Draw) => readonly number[] };

/** One metric of each kind: a share, a mean, money of few, a quotient, and a mean less what was before. */
const METRICS: readonly Measured[] = [
  { statistic: "proportion", yesOrNo: [true], values: (draw) => [Number(draw() < 0.2)] },
  { statistic: "mean", yesOrNo: [false], values: (draw) => [3 + drawNormal(draw)] },
  { statistic: "mean", yesOrNo: [false], values: (draw) => [draw() < 0.3 ? exponential(draw, 50) : 0] },
  {
    statistic: "ratio",
    yesOrNo: [false, false],
    values: (draw) => {
      const count = 1 + Math.floor(3 * draw());
      return [count * (20 + 4 * drawNormal(draw)), count];
    },
  },
  {
    statistic: "mean",
    yesOrNo: [false, false],
    values: (draw) => {
      const before = 30 + 10 * drawNormal(draw);
      return [before + 3 + 5 * drawNormal(draw), before];
    },
  },
];

const [VARIANTS, DAYS, PEOPLE_A_DAY] = [3, 30, 40];

type Sums = { n: number; readonly sums: number[]; readonly products: number[][] };

function emptySums(values: number): Sums {
  const places = Array.from({ length: values }, (_, at) => at);
  return { n: 0, sums: places.map(() => 0), products: places.map((at) => places.slice(at).map(() => 0)) };
}

/** Of each value the products with itself and with those behind it. */
function take(into: Sums, values: readonly number[]): void {
  into.n += 1;
  for (const [at, value] of values.entries()) {
    into.sums[at] = (into.sums[at] ?? 0) + value;
    const own = into.products[at] ?? [];
    for (const [beside, other] of values.slice(at).entries()) own[beside] = (own[beside] ?? 0) + value * other;
  }
}

/** Whether an experiment without any effect was told to win or to harm on any of thirty days, read sequentially with Holm; `roles` are of the five metrics. */
export function verdictsOnAnyDay(draw: Draw, roles: readonly MetricRole[]): ReadonlySet<Verdict["kind"]> {
  const sums = METRICS.map(({ yesOrNo }) => Array.from({ length: VARIANTS }, () => emptySums(yesOrNo.length)));
  const found = new Set<Verdict["kind"]>();
  for (let day = 1; day <= DAYS; day += 1) {
    for (let person = 0; person < VARIANTS * PEOPLE_A_DAY; person += 1)
      for (const [at, { values }] of METRICS.entries()) {
        const into = sums[at]?.[person % VARIANTS];
        if (into !== undefined) take(into, values(draw));
      }
    const told = tellResults(
      {
        variants: Array.from({ length: VARIANTS }, () => ({ people: day * PEOPLE_A_DAY })),
        metrics: METRICS.map(({ statistic, yesOrNo }, at) => ({
          statistic,
          yesOrNo,
          known: true,
          variants: (sums[at] ?? []).map((of): Moments => ({ ...of, waiting: 0 })),
        })),
      },
      {
        weights: Array.from({ length: VARIANTS }, () => 1),
        metrics: roles.map((role) => ({ role, better: "up" })),
        method: "sequential",
        level: 0.95,
        correction: "holm",
        difference: "relative",
        prior: null,
        isEarly: false,
      },
    );
    found.add(told.verdict.kind);
  }
  return found;
}

const ONE_SHARE: ReadingSettings = {
  weights: [1, 1],
  metrics: [{ role: "primary", better: "up" }],
  method: "sequential",
  level: 0.95,
  correction: "none",
  difference: "relative",
  prior: null,
  isEarly: false,
};

/** How two variants of one share were called against each other on any of thirty days. */
export function callsOnAnyDay(draw: Draw, rate: number): ReadonlySet<Call> {
  const did = [0, 0];
  const calls = new Set<Call>();
  for (let day = 1; day <= DAYS; day += 1) {
    for (let person = 0; person < 2 * PEOPLE_A_DAY; person += 1) did[person % 2] = (did[person % 2] ?? 0) + Number(draw() < rate);
    const n = day * PEOPLE_A_DAY;
    const variants = did.map((sum): Moments => ({ n, waiting: 0, sums: [sum], products: [[sum]] }));
    const metric = { statistic: "proportion" as const, known: true, yesOrNo: [true], variants };
    const told = tellResults({ variants: [{ people: n }, { people: n }], metrics: [metric] }, ONE_SHARE);
    const call = told.metrics[0]?.variants[1]?.effect?.call;
    if (call !== undefined) calls.add(call);
  }
  return calls;
}
