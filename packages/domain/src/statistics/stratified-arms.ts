import { type Matrix, type MeanArm, type Measure, measureCovariance, measureVariance, quadratic, type RatioArm, ratioOf } from "./arm.ts";
import { total } from "./describe.ts";
import { mergeArms, scaled, type SummableArm } from "./merge-arms.ts";

/** All arms among the units of one period, in the order of the arms. */
export type PeriodArms = readonly SummableArm[];

/** The arms of a period, and by which parts its units were drawn. */
export type DrawnPeriod = { readonly parts: readonly number[]; readonly arms: PeriodArms };

/** One period, or several that are read as one: `counts` are the units of each arm, and `arms` what they show as if drawn by the same shares all the time. */
export type JoinedPeriod = { readonly counts: readonly number[]; readonly arms: PeriodArms };

/** An arm over periods: `n` units, which say as much as those of `arm` would that were drawn evenly over all periods. */
export type StratifiedArm = { readonly n: number; readonly arm: MeanArm | RatioArm };

/** Of how many units each arm of a period has to have, so that its mean and variance say something. */
const PERIOD_UNITS_MIN = 5;

/**
 * Periods in order of time in which every arm has units enough; one that lacks them is put together with the next ones. The last ones are left out until they have them:
 * with those before they would tell of few units that stand for many. Neighbours are joined and no others, since what changes over time differs least between them.
 * Where their shares differ each unit weighs as much as it was rarely drawn, or the arm that got most of the later units would be taken for what changed meanwhile; such
 * units are as many as would know as much if they weighed the same (Kish 1965).
 */
export function joinPeriods(periods: readonly DrawnPeriod[], unitsMin = PERIOD_UNITS_MIN): readonly JoinedPeriod[] {
  const joined: JoinedPeriod[] = [];
  let open: readonly DrawnPeriod[] = [];
  for (const period of periods) {
    open = [...open, period];
    const whole = together(open);
    if (whole.arms.every(({ n }) => n >= unitsMin)) {
      joined.push(whole);
      open = [];
    }
  }
  return joined;
}

/** How many units all arms of a period have. */
export function unitsOfPeriod({ counts }: JoinedPeriod): number {
  return total(counts);
}

/**
 * An arm as it would be had it, in every period, its share of all units: the mean of each period, weighted by how many units of all arms the period has. Shares follow
 * from earlier periods alone, so that each period's mean, and with it the whole, is right on average however shares were chosen (Zhang, Janson and Murphy 2020; what
 * the mean of all units at once is off by: Nie, Tian, Taylor and Zou 2018). Its error is that of these means, Σ w² v ÷ n; its units are as many as would know as much
 * if drawn evenly (Kish 1965, by the same variances).
 */
export function stratifiedArm(periods: readonly JoinedPeriod[], at: number): StratifiedArm | undefined {
  const found = strataOf(periods, at);
  if (found === undefined) return undefined;
  const { strata, means, isRatio } = found;
  const over = (of: (stratum: Stratum) => number): number => total(strata.map(of));
  const [even, squared] = [over(({ weight, variance }) => weight * variance), over((of) => (of.weight ** 2 * of.variance) / of.n)];
  const n = total(periods.map(({ counts }) => counts[at] ?? 0));
  const effective = squared > 0 ? even / squared : 1 / over((of) => of.weight ** 2 / of.n);
  const [first = 0, second = 0] = means;
  const covariance = (row: number, column: number): number =>
    effective * over(({ weight, n, covariance }) => (weight ** 2 * (covariance[row]?.[column] ?? 0)) / n);
  const measure = (mean: number, variance: number): MeanMeasure => ({
    kind: "mean",
    sum: mean * effective,
    sumSquares: (effective - 1) * variance + effective * mean ** 2,
  });
  const own = measure(first, covariance(0, 0));
  if (!isRatio) return { n, arm: { n: effective, ...own } };
  const products = (effective - 1) * covariance(0, 1) + effective * first * second;
  return { n, arm: { kind: "ratio", n: effective, numerator: own, denominator: measure(second, covariance(1, 1)), products } };
}

/** Of how much one unit of an arm differs in each period, what a quotient of it does by the delta method; none where the arm has too few units. */
export function variancesOf(periods: readonly JoinedPeriod[], at: number): readonly number[] {
  return strataOf(periods, at)?.strata.map(({ variance }) => variance) ?? [];
}

/** An arm in one period: its share of all units, its own units, and how those vary. */
type Stratum = { readonly weight: number; readonly n: number; readonly variance: number; readonly covariance: Matrix };
type Strata = { readonly strata: readonly Stratum[]; readonly means: readonly number[]; readonly isRatio: boolean };

/**
 * Units vary in a period as those of all arms do in it, times how much more or less those of this arm vary than all do over all periods. By its own few units in a
 * period a low mean would come with a low variance, and be believed; by its own units of all periods the variance would be that of the times when it had most of
 * them. That it varies less is believed as far as it has events to tell by: an arm to which nothing happened so far is one like all.
 */
function strataOf(periods: readonly JoinedPeriod[], at: number): Strata | undefined {
  const all = total(periods.map(unitsOfPeriod));
  const parts = periods.flatMap((period) => {
    const own = period.arms[at];
    return own === undefined ? [] : [{ weight: unitsOfPeriod(period) / all, own: spreadOf(own), pool: pooled(period.arms.map(spreadOf)) }];
  });
  if (parts.length === 0 || parts.some(({ own }) => own.n < 2)) return undefined;
  const means = (parts[0]?.own.means ?? []).map((_, place) => total(parts.map(({ weight, own }) => weight * (own.means[place] ?? 0))));
  const isRatio = periods[0]?.arms[at]?.kind === "ratio";
  const gradient = isRatio ? ratioOf(means[0] ?? 0, means[1] ?? 0).gradient : [1];
  const inside = (of: (part: (typeof parts)[number]) => Matrix): number =>
    total(parts.map((part) => (part.own.n - 1) * quadratic(of(part), gradient)));
  const [own, pool] = [inside((part) => part.own.covariance), inside((part) => part.pool)];
  const times = pool > 0 ? timesOf(own / pool, eventsOf(periods.flatMap(({ arms }) => arms[at] ?? []))) : 1;
  const strata = parts.map(({ weight, own: { n }, pool }) => {
    const covariance = pool.map((row) => row.map((value) => times * value));
    return { weight, n, covariance, variance: quadratic(covariance, gradient) };
  });
  return { strata, means, isRatio };
}

/** How many events say as much of how an arm varies as all arms do. */
const EVENTS_OF_ALL = 10;

function timesOf(ratio: number, events: number): number {
  return ratio >= 1 ? ratio : 1 - ((1 - ratio) * events) / (events + EVENTS_OF_ALL);
}

/** How many units decide an arm's mean: those that did it, or did not if they are fewer; of numbers as many as would be alike (Kish 1965), e.g. about as many as paid. */
function eventsOf(arms: readonly SummableArm[]): number {
  const measures = arms.map((arm) => ({ ...(arm.kind === "ratio" ? arm.numerator : arm), n: arm.n }));
  const sum = total(measures.map((of) => of.sum));
  const squares = total(measures.map((of) => asMean(of).sumSquares));
  if (measures.every(({ kind }) => kind === "proportion")) return Math.min(sum, total(measures.map(({ n }) => n)) - sum);
  return squares > 0 ? sum ** 2 / squares : 0;
}

type Spread = { readonly n: number; readonly means: readonly number[]; readonly covariance: Matrix };

/** A number of a unit, also where it is yes or no: its variance divided by n − 1 is right on average of few units too. */
function spreadOf(arm: SummableArm): Spread {
  const { n } = arm;
  const own = asMean(arm.kind === "ratio" ? arm.numerator : arm);
  if (arm.kind !== "ratio") return { n, means: [own.sum / n], covariance: [[measureVariance(own, n)]] };
  const below = asMean(arm.denominator);
  const both = measureCovariance(own, below, arm);
  const covariance = [
    [measureVariance(own, n), both],
    [both, measureVariance(below, n)],
  ];
  return { n, means: [own.sum / n, below.sum / n], covariance };
}

/** How units of several arms vary, each about the mean of its own. */
function pooled(arms: readonly Spread[]): Matrix {
  const several = arms.filter(({ n }) => n >= 2);
  const degrees = total(several.map(({ n }) => n - 1));
  return (arms[0]?.covariance ?? []).map((row, place) =>
    row.map((_, column) => total(several.map(({ n, covariance }) => ((n - 1) * (covariance[place]?.[column] ?? 0)) / degrees))),
  );
}

type MeanMeasure = Extract<Measure, { readonly kind: "mean" }>;

/** Yes or no as a number. */
function asMean(measure: Measure): MeanMeasure {
  return measure.kind === "proportion" ? { kind: "mean", sum: measure.sum, sumSquares: measure.sum } : measure;
}

function together(periods: readonly DrawnPeriod[]): JoinedPeriod {
  const [first] = periods;
  if (first === undefined) throw new RangeError("there is no period");
  const own = (at: number) => periods.map(({ parts, arms }) => ({ share: shareOf(parts, at), arm: armAt(arms, at) }));
  const counts = first.arms.map((_, at) => total(own(at).map(({ arm }) => arm.n)));
  if (periods.length === 1) return { counts, arms: first.arms };
  const arms = first.arms.map((_, at) => {
    const weighed = own(at).map(({ share, arm }) => ({ arm, weight: shareOf(first.parts, at) / share }));
    const [sum, squares] = [1, 2].map((power) => total(weighed.map(({ arm, weight }) => weight ** power * arm.n)));
    const whole = weighed.map(({ arm, weight }) => scaled(arm, weight)).reduce(mergeArms);
    return scaled(whole, squares === undefined || squares === 0 ? 1 : (sum ?? 0) / squares);
  });
  return { counts, arms };
}

/** The share of an arm; one that was to have nobody and yet has somebody counts as the least that can be given. */
function shareOf(parts: readonly number[], at: number): number {
  return Math.max(1, parts[at] ?? 0) / Math.max(1, total(parts));
}

function armAt(arms: PeriodArms, at: number): SummableArm {
  const arm = arms[at];
  if (arm === undefined) throw new RangeError("every period has all arms");
  return arm;
}
