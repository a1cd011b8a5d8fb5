import type { Effect } from "./effect.ts";
import { bounded, type Interval, type IntervalSettings, type Side } from "./interval.ts";

/** At about how many units the interval is narrowest, unless said otherwise; also gbstats' default. */
export const SEQUENTIAL_TUNING = 5_000;
/** A one-sided p-value is told between these, as gbstats does: below or above them it says no more. */
const ONE_SIDED_P_MIN = 1e-5;
const ONE_SIDED_P_MAX = 0.4999;

export type SequentialSettings = IntervalSettings & { readonly tuning?: number };

/**
 * An interval that holds the effect with the confidence 1 − alpha at all times at once, so that it may be looked at every day and the experiment stopped when it
 * leaves 0: the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2021, arXiv 2103.06476; two-sided by their equation 9, p by
 * 155). It is wider than an interval that is looked at once, least so at about `tuning` units. A one-sided level must be below one half. Units stand for the time by which
 * it becomes known: proved where each adds about as much, which holds of fixed shares; where shares change (bandits, groups that grow) by simulation only.
 */
export function sequentialInterval(
  { estimate, standardError, n }: Pick<Effect, "estimate" | "standardError" | "n">,
  { alpha = 0.05, side = "two_sided", tuning = SEQUENTIAL_TUNING }: SequentialSettings = {},
): Interval {
  const rho = rhoOf({ alpha, side, tuning });
  const grown = n * rho ** 2 + 1;
  const spread = Math.sqrt((standardError ** 2 * 2 * grown) / (n * rho ** 2));
  const exponent = estimate ** 2 / spread ** 2;
  if (side === "two_sided") {
    const p = Math.min(1, Math.sqrt(grown) * Math.exp(-exponent));
    return { ...bounded(estimate, spread * Math.sqrt(Math.log(Math.sqrt(grown) / alpha)), side), p };
  }
  const inFavour = side === "greater" ? estimate > 0 : estimate < 0;
  const p = inFavour ? Math.sqrt(grown) / (2 * Math.expm1(exponent)) : ONE_SIDED_P_MAX;
  return {
    ...bounded(estimate, spread * Math.sqrt(Math.log1p(Math.sqrt(grown) / (2 * alpha))), side),
    p: Math.min(ONE_SIDED_P_MAX, Math.max(ONE_SIDED_P_MIN, p)),
  };
}

/**
 * The p of a chi-square that may be looked at on any day: a normal mixture in as many dimensions as it has degrees, the same that the two-sided interval stands on in
 * one (Lindon, Ham, Tingley and Bojinov 2022, "Anytime-valid inference in linear models", arXiv 2210.08589). `n`: how many units there are by now.
 */
export function sequentialChiSquare(
  { q, degrees, n }: { readonly q: number; readonly degrees: number; readonly n: number },
  { alpha = 0.05, tuning = SEQUENTIAL_TUNING }: Pick<SequentialSettings, "alpha" | "tuning"> = {},
): number {
  const rho = rhoOf({ alpha, side: "two_sided", tuning });
  const grown = n * rho ** 2 + 1;
  return Math.min(1, grown ** (degrees / 2) * Math.exp((-q * n * rho ** 2) / (2 * grown)));
}

/**
 * How many times wider than an interval that is looked at once (normal, two-sided) the sequential one is at `n` units. It is tuned at the level before a correction
 * (`tunedAt`), since its p is told before what others show is known.
 */
export function sequentialWidening(
  n: number,
  { alpha, tunedAt = alpha, tuning, z }: { readonly alpha: number; readonly tunedAt?: number; readonly tuning: number; readonly z: number },
): number {
  const rho = rhoOf({ alpha: tunedAt, side: "two_sided", tuning });
  const grown = n * rho ** 2 + 1;
  return Math.sqrt((2 * grown * Math.log(Math.sqrt(grown) / alpha)) / (n * rho ** 2)) / z;
}

function rhoOf({ alpha, side, tuning }: { readonly alpha: number; readonly side: Side; readonly tuning: number }): number {
  const level = side === "two_sided" ? alpha : 2 * alpha;
  if (!(level > 0 && level < 1) || !(tuning > 0))
    throw new RangeError("a sequential interval needs a level below one half and a tuning above 0");
  return Math.sqrt((-2 * Math.log(level) + Math.log(1 - 2 * Math.log(level))) / tuning);
}
