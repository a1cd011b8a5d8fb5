import { plannedShares } from "../assignment/real-shares.ts";
import { total } from "../statistics/describe.ts";
import { checkSampleRatioOver, type SampleRatio } from "../statistics/sample-ratio.ts";
import { sequentialInterval } from "../statistics/sequential.ts";
import { joinPeriods, unitsOfPeriod, variancesOf, type DrawnPeriod } from "../statistics/stratified-arms.ts";
import { planShares, type PlannedArm, type SharesSettings } from "./bandit.ts";

/** A time in which shares stayed as they were: the parts of each arm, how many people came to it, and what its metric shows of them. */
export type BanditPeriod = DrawnPeriod & { readonly people: readonly number[] };

/** What an interval of 95 %, or another level, says at all times at once; null where nothing can be told. */
type Bounds = { readonly low: number | null; readonly high: number | null };
export type ReportedArm = PlannedArm &
  Bounds & {
    readonly people: number;
    /** How many people the shares of all periods would have brought. */
    readonly expected: number;
    /** The mean of all of its people at once, which more of the later people bend. */
    readonly naive: number | null;
  };
export type BanditReport = {
  readonly split: SampleRatio;
  readonly arms: readonly ReportedArm[];
  /** What all people who count brought more (less, where less is better) than they would have with even shares. */
  readonly won: (Bounds & { readonly estimate: number; readonly n: number }) | null;
};

/**
 * What a bandit shows up to now. Means are those over periods; intervals hold at all times at once, since shares were chosen by what was seen; the split is judged by
 * the shares of each period, as whole buckets gave them at the coverages.
 */
export function reportBandit(
  periods: readonly BanditPeriod[],
  { level, coverages = [], ...settings }: SharesSettings & { readonly level: number; readonly coverages?: readonly number[] },
): BanditReport {
  const alpha = 1 - level;
  const known = planShares(periods, settings).arms;
  return {
    split: checkSampleRatioOver(
      periods.map(({ people, parts }) => ({ units: people, weights: plannedShares(people, { weights: parts, coverages }) })),
    ),
    arms: known.map((arm, at) => ({
      ...arm,
      ...boundsOf({ estimate: arm.mean, standardError: arm.error, n: arm.n }, alpha),
      people: periods.reduce((sum, { people }) => sum + (people[at] ?? 0), 0),
      expected: periods.reduce((sum, { people, parts }) => sum + (total(people) * (parts[at] ?? 0)) / Math.max(1, total(parts)), 0),
      naive: naiveMean(periods, at),
    })),
    won: wonOver(periods, { alpha, lowerIsBetter: settings.lowerIsBetter }),
  };
}

/**
 * What was gained over even shares: of each period what its people brought, less what they would have at the same means had each arm as many. Means of a period do not
 * depend on its shares, so it is right on average.
 */
function wonOver(
  periods: readonly DrawnPeriod[],
  { alpha, lowerIsBetter }: { readonly alpha: number; readonly lowerIsBetter: boolean },
): BanditReport["won"] {
  const joined = joinPeriods(periods);
  if (joined.length === 0) return null;
  const variances = (joined[0]?.arms ?? []).map((_, at) => variancesOf(joined, at));
  let [estimate, variance, n] = [0, 0, 0];
  for (const [time, period] of joined.entries()) {
    const even = unitsOfPeriod(period) / period.arms.length;
    for (const [at, arm] of period.arms.entries()) {
      if (arm.kind === "ratio") return null;
      const count = period.counts[at] ?? 0;
      const more = count - even;
      estimate += (more * arm.sum) / arm.n;
      variance += (more ** 2 * (variances[at]?.[time] ?? 0)) / arm.n;
      n += count;
    }
  }
  const gained = lowerIsBetter ? 0 - estimate : estimate;
  return { estimate: gained, n, ...boundsOf({ estimate: gained, standardError: Math.sqrt(variance), n }, alpha) };
}

function boundsOf(
  { estimate, standardError, n }: { readonly estimate: number | null; readonly standardError: number | null; readonly n: number },
  alpha: number,
): Bounds {
  if (estimate === null || standardError === null || standardError === 0) return { low: null, high: null };
  const { low, high } = sequentialInterval({ estimate, standardError, n }, { alpha });
  return { low, high };
}

function naiveMean(periods: readonly DrawnPeriod[], at: number): number | null {
  const own = periods.flatMap((period) => {
    const arm = period.arms[at];
    return arm === undefined || arm.kind === "ratio" ? [] : [arm];
  });
  const n = total(own.map((arm) => arm.n));
  return n === 0 ? null : total(own.map(({ sum }) => sum)) / n;
}
