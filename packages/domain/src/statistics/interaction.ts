import { chiSquareTail, fisherUpper } from "./distributions.ts";
import type { Effect } from "./effect.ts";

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
