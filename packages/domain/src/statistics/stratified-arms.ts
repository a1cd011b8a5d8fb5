import { type MeanArm, type Measure, measureCovariance, measureVariance, type RatioArm } from "./arm.ts";
import { mergeArms, type SummableArm } from "./merge-arms.ts";

/** All arms among the units of one period, in the order of the arms. */
export type PeriodArms = readonly SummableArm[];

/** An arm over periods: `n` units, which say as much as those of `arm` would that were drawn evenly over all periods. */
export type StratifiedArm = { readonly n: number; readonly arm: MeanArm | RatioArm };

/** Of how many units each arm of a period has to have, so that its mean and variance say something. */
const PERIOD_UNITS_MIN = 5;

/**
 * Periods in order of time in which every arm has units enough; one that lacks them is put together with the next ones, the last with the one before. None where not
 * even all together have them. Neighbours are joined and no others, since what changes over time differs least between them.
 */
export function joinPeriods(periods: readonly PeriodArms[], unitsMin = PERIOD_UNITS_MIN): readonly PeriodArms[] {
  const joined: PeriodArms[] = [];
  let open: PeriodArms | undefined;
  for (const period of periods) {
    open = open === undefined ? period : together(open, period);
    if (open.every(({ n }) => n >= unitsMin)) {
      joined.push(open);
      open = undefined;
    }
  }
  const last = open === undefined ? undefined : joined.pop();
  return open === undefined || last === undefined ? joined : [...joined, together(last, open)];
}

/** How many units all arms of a period have. */
export function unitsOfPeriod(period: PeriodArms): number {
  return period.reduce((sum, { n }) => sum + n, 0);
}

/**
 * An arm as it would be had it, in every period, its share of all units: the mean of each period, weighted by how many units of all arms the period has. Shares follow
 * from earlier periods alone, so that each period's mean, and with it the whole, is right on average however shares were chosen (Zhang, Janson and Murphy 2020; what
 * the mean of all units at once is off by: Nie, Tian, Taylor and Zou 2018). Its units are as many as would know as much if drawn evenly (Kish 1965), and vary as units
 * do inside periods. That is taken of all periods together: of the few units that one period may have, a low mean would come with a low variance, and be believed.
 */
export function stratifiedArm(periods: readonly PeriodArms[], at: number): StratifiedArm | undefined {
  const all = periods.reduce((sum, period) => sum + unitsOfPeriod(period), 0);
  const parts = periods.flatMap((period) => {
    const arm = period[at];
    return arm === undefined ? [] : [{ weight: unitsOfPeriod(period) / all, ...momentsOf(arm) }];
  });
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  if (parts.length === 0 || parts.some((part) => part.n < 2)) return undefined;
  const effective = 1 / parts.reduce((sum, part) => sum + part.weight ** 2 / part.n, 0);
  const over = (of: (part: (typeof parts)[number]) => number): number => parts.reduce((sum, part) => sum + part.weight * of(part), 0);
  const inside = (of: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((sum, part) => sum + (part.n - 1) * of(part), 0) / (n - parts.length);
  const measure = (mean: number, variance: number): MeanMeasure => ({
    kind: "mean",
    sum: mean * effective,
    sumSquares: (effective - 1) * variance + effective * mean ** 2,
  });
  const first = over(({ means: [mean = 0] }) => mean);
  const own = measure(
    first,
    inside(({ spread }) => spread.first),
  );
  if (periods[0]?.[at]?.kind !== "ratio") return { n, arm: { n: effective, ...own } };
  const second = over(({ means: [, mean = 0] }) => mean);
  const denominator = measure(
    second,
    inside(({ spread }) => spread.second),
  );
  const products = (effective - 1) * inside(({ spread }) => spread.both) + effective * first * second;
  return { n, arm: { kind: "ratio", n: effective, numerator: own, denominator, products } };
}

/** A number of a unit, also where it is yes or no: its variance divided by n − 1 is right on average of few units too. */
type MeanMeasure = Extract<Measure, { readonly kind: "mean" }>;
type Moments = {
  readonly n: number;
  readonly means: readonly number[];
  readonly spread: { readonly first: number; readonly second: number; readonly both: number };
};

function momentsOf(arm: SummableArm): Moments {
  const { n } = arm;
  if (arm.kind !== "ratio") return { n, means: [arm.sum / n], spread: { first: measureVariance(asMean(arm), n), second: 0, both: 0 } };
  const [above, below] = [asMean(arm.numerator), asMean(arm.denominator)];
  return {
    n,
    means: [above.sum / n, below.sum / n],
    spread: { first: measureVariance(above, n), second: measureVariance(below, n), both: measureCovariance(above, below, arm) },
  };
}

/** Yes or no as a number. */
export function asMean(measure: Measure): MeanMeasure {
  return measure.kind === "proportion" ? { kind: "mean", sum: measure.sum, sumSquares: measure.sum } : measure;
}

function together(a: PeriodArms, b: PeriodArms): PeriodArms {
  return a.map((arm, at) => {
    const other = b[at];
    if (other === undefined) throw new RangeError("every period has all arms");
    return mergeArms(arm, other);
  });
}
