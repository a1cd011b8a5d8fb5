import type { Arm } from "./arm.ts";
import { type Effect, estimateEffect, type Refused } from "./effect.ts";
import { fixedInterval, type Interval } from "./interval.ts";

/** A figure with the interval that holds it. */
export type Bounded = { readonly estimate: number; readonly low: number; readonly high: number };
/**
 * What a program brought. `perUnit`: absolute difference of who was reached from who was held out; `total`: that times everyone who was reached, in the unit of the
 * metric (conversions; money in minor units, unrounded). `p`: how likely chance alone shows as much.
 */
export type HoldoutEffect = {
  readonly kind: "estimated";
  readonly effect: Effect;
  readonly perUnit: Bounded;
  readonly total: Bounded;
  readonly p: number;
};
export type HoldoutSettings = {
  /** Everyone whom the program reached or would have, without those held out; the arm's own units unless said. */
  readonly reachedUnits?: number;
  /** How the effect is read: once, unless a sequential interval is given. */
  readonly intervalOf?: (effect: Effect) => Interval;
};

/** What is brought by reaching people rather than not: those held out show what would have happened anyway. */
export function holdoutEffect(
  { heldOut, reached }: { readonly heldOut: Arm; readonly reached: Arm },
  { reachedUnits = reached.n, intervalOf = (effect) => fixedInterval(effect) }: HoldoutSettings = {},
): HoldoutEffect | Refused {
  const effect = estimateEffect(heldOut, reached, "absolute");
  if (effect.kind === "refused") return effect;
  const { low, high, p } = intervalOf(effect);
  const perUnit = { estimate: effect.estimate, low, high };
  return { kind: "estimated", effect, perUnit, total: scaled(perUnit, reachedUnits), p };
}

/** (what was brought − what it cost) ÷ what it cost, in the same minor units; null where nothing was spent. The cost is booked, so it adds no doubt. */
export function returnOnCost(brought: Bounded, cost: number): Bounded | null {
  return cost > 0 ? scaled({ estimate: brought.estimate - cost, low: brought.low - cost, high: brought.high - cost }, 1 / cost) : null;
}

function scaled({ estimate, low, high }: Bounded, times: number): Bounded {
  return { estimate: estimate * times, low: low * times, high: high * times };
}
