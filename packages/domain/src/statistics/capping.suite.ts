import { quantile, rising } from "./describe.ts";

/**
 * How far one unit may pull a mean of money. What a unit has in all (not each order) is taken as at most the cap. `percentile`: that of the units of all arms
 * together, so that every arm is held to the same; with `ignoreZeros` of those who have anything at all. Winsorising from above, as Kohavi, Tang and Xu (2020, §18) advise.
 */
export type Cap =
  { readonly kind: "value"; readonly at: number } | { readonly kind: "percentile"; readonly share: number; readonly ignoreZeros: boolean };

/** The most that a unit counts, given what the units of all arms have; without a bound where there are none to take it from. */
export function capAt(values: readonly number[], cap: Cap): number {
  if (cap.kind === "value") return cap.at;
  const counted = cap.ignoreZeros ? values.filter((value) => value !== 0) : values;
  return quantile(rising(counted), cap.share) ?? Number.POSITIVE_INFINITY;
}

/** The numbers of units, each at most the cap. */
export function capped(values: readonly number[], at: number): readonly number[] {
  return values.map((value) => Math.min(value, at));
}
