import type { Arm } from "./arm.ts";
import { adjustedInterval, adjustedPs, type Correction } from "./corrections.ts";
import { chiSquareTail, fisherUpper } from "./distributions.ts";
import { type Difference, type Effect, estimateEffect, type Refused } from "./effect.ts";
import { fixedInterval, type Interval } from "./interval.ts";

export type SegmentArms = { readonly segment: string; readonly control: Arm; readonly treatment: Arm };
/** The effect among the units of one segment; p and bounds pay for how many segments were looked at. */
export type SegmentUplift =
  | {
      readonly kind: "estimated";
      readonly segment: string;
      readonly effect: Effect;
      readonly interval: Interval;
      readonly adjusted: Interval;
    }
  | (Refused & { readonly segment: string });
/**
 * Whether segments differ from each other by more than chance: Cochran's Q (1954), with the share of what differs that is not chance (I² of Higgins and Thompson 2002).
 * `chiSquare`: what a chi-square would be that is as unlikely as `p`.
 */
export type Interaction = {
  readonly q: number;
  readonly degrees: number;
  readonly p: number;
  readonly chiSquare: number;
  readonly heterogeneity: number;
};
export type SegmentsSettings = {
  readonly difference?: Difference;
  readonly alpha?: number;
  readonly correction?: Correction;
  /** How an effect is read: once, unless a sequential interval is given. */
  readonly intervalOf?: (effect: Effect) => Interval;
};

/**
 * Where an effect is larger or smaller. A segment that stands out among many does so by chance; only where `interaction` says that segments differ at all is one
 * worth acting on. Null: fewer than two segments can be told of.
 */
export function upliftBySegment(
  segments: readonly SegmentArms[],
  {
    difference = "relative",
    alpha = 0.05,
    correction = "holm",
    intervalOf = (effect) => fixedInterval(effect, { alpha }),
  }: SegmentsSettings = {},
): { readonly segments: readonly SegmentUplift[]; readonly interaction: Interaction | null } {
  const read = segments.map(({ segment, control, treatment }) => {
    const effect = estimateEffect(control, treatment, difference);
    return effect.kind === "refused" ? { segment, effect, interval: null } : { segment, effect, interval: intervalOf(effect) };
  });
  const ps = adjustedPs(
    read.map(({ interval }) => interval?.p ?? null),
    correction,
  );
  const told = read.map(({ segment, effect, interval }, at): SegmentUplift => {
    if (interval === null) return { ...effect, segment };
    const p = ps[at] ?? interval.p;
    const { estimate } = effect;
    const adjusted = correction === "none" ? interval : { ...adjustedInterval({ estimate, ...interval }, { p, alpha }), p };
    return { kind: "estimated", segment, effect, interval, adjusted };
  });
  return { segments: told, interaction: interactionOf(told.flatMap((each) => (each.kind === "estimated" ? [each.effect] : []))) };
}

/**
 * Whether some effects differ from each other by more than chance. Q takes their errors as known; those of few units are guesses, for which Welch's test (1951) makes up:
 * Q over what it is on average, against F.
 */
export function interactionOf(effects: readonly Pick<Effect, "estimate" | "standardError" | "degrees">[]): Interaction | null {
  if (effects.length < 2) return null;
  const weights = effects.map(({ standardError }) => 1 / standardError ** 2);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const middle = effects.reduce((sum, { estimate }, at) => sum + ((weights[at] ?? 0) * estimate) / all, 0);
  const q = effects.reduce((sum, { estimate }, at) => sum + (weights[at] ?? 0) * (estimate - middle) ** 2, 0);
  const degrees = effects.length - 1;
  const guessed = effects.reduce((sum, effect, at) => sum + (1 - (weights[at] ?? 0) / all) ** 2 / effect.degrees, 0);
  const square = effects.length ** 2 - 1;
  const value = q / degrees / (1 + (2 * (degrees - 1) * guessed) / square);
  const p = fisherUpper(value, degrees, guessed > 0 ? square / (3 * guessed) : Infinity);
  // As unlikely as nothing is, or as everything: then Q says as much.
  const chiSquare = p > 0 && p < 1 ? chiSquareTail(p, degrees) : q;
  return { q, degrees, p, chiSquare, heterogeneity: q > degrees ? (q - degrees) / q : 0 };
}
