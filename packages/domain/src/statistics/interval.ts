import { studentQuantile, studentTwoSided, studentUpper } from "./distributions.ts";
import type { Effect } from "./effect.ts";

/** `two_sided`: the effect is not 0; `greater`: it is above 0; `lesser`: it is below 0. */
export const SIDES = ["two_sided", "greater", "lesser"] as const;
export type Side = (typeof SIDES)[number];

/** Where an effect lies with the confidence 1 − alpha, and how likely chance alone shows as much. A side that is not bounded is infinite. */
export type Interval = { readonly low: number; readonly high: number; readonly p: number };
export type IntervalSettings = { readonly alpha?: number; readonly side?: Side };

/** Welch's test of an effect that is looked at once, at the end that was planned. Read before, it finds too much: `sequentialInterval` may be read any day. */
export function fixedInterval(
  { estimate, standardError, degrees }: Pick<Effect, "estimate" | "standardError" | "degrees">,
  { alpha = 0.05, side = "two_sided" }: IntervalSettings = {},
): Interval {
  const t = estimate / standardError;
  const reach = studentQuantile(1 - (side === "two_sided" ? alpha / 2 : alpha), degrees) * standardError;
  return { ...bounded(estimate, reach, side), p: tailOf(t, degrees, side) };
}

/** The interval about an estimate, open on the side that is not asked about. */
export function bounded(estimate: number, reach: number, side: Side): { readonly low: number; readonly high: number } {
  return {
    low: side === "lesser" ? Number.NEGATIVE_INFINITY : estimate - reach,
    high: side === "greater" ? Number.POSITIVE_INFINITY : estimate + reach,
  };
}

function tailOf(t: number, degrees: number, side: Side): number {
  if (side === "two_sided") return studentTwoSided(t, degrees);
  return side === "greater" ? studentUpper(t, degrees) : studentUpper(-t, degrees);
}
