import { type Draw, drawBeta, drawNormal, seededDraw } from "./random.ts";

/** What is known of an arm: how often it was followed and how often not, or the sums of a number per unit. */
export type BanditArm =
  | { readonly kind: "beta"; readonly successes: number; readonly failures: number }
  | { readonly kind: "gaussian"; readonly n: number; readonly sum: number; readonly sumSquares: number };

/**
 * `exploration`: the share of units that all arms are given evenly whatever is known, so that each keeps being measured. `seed`: the same knowledge and seed give
 * the same shares. Before every arm has two units all are given evenly: fewer say nothing of a variance.
 */
export type BanditSettings = {
  readonly seed: number;
  readonly exploration: number;
  readonly draws?: number;
  readonly lowerIsBetter?: boolean;
};
/** `best`: how likely the arm is the best of all. `share`: of the units that come next. `loss`: what a unit loses on average by it if another is better; null: not known. */
export type BanditShare = { readonly best: number; readonly share: number; readonly loss: number | null };

const DRAWS = 10_000;

/**
 * How units that come next are shared among the arms: each arm as often as it is likely to be the best (Thompson 1933), above an even share for exploration. Yes or
 * no after a uniform prior (beta), numbers after a flat one (normal). Arms that are drawn equal share the win.
 */
export function thompsonShares(
  arms: readonly BanditArm[],
  { seed, exploration, draws = DRAWS, lowerIsBetter = false }: BanditSettings,
): readonly BanditShare[] {
  const even = 1 / arms.length;
  if (arms.some((arm) => unitsOf(arm) < 2)) return arms.map(() => ({ best: even, share: even, loss: null }));
  const draw = seededDraw(seed);
  const drawn = arms.map(posteriorDraw);
  const wins = arms.map(() => 0);
  const losses = arms.map(() => 0);
  for (let round = 0; round < draws; round += 1) {
    const values = drawn.map((from) => (lowerIsBetter ? -from(draw) : from(draw)));
    const most = Math.max(...values);
    const winners = values.flatMap((value, at) => (value === most ? [at] : []));
    for (const at of winners) wins[at] = (wins[at] ?? 0) + 1 / winners.length;
    for (const [at, value] of values.entries()) losses[at] = (losses[at] ?? 0) + most - value;
  }
  return wins.map((won, at) => ({
    best: won / draws,
    share: exploration * even + (1 - exploration) * (won / draws),
    loss: (losses[at] ?? 0) / draws,
  }));
}

function unitsOf(arm: BanditArm): number {
  return arm.kind === "beta" ? arm.successes + arm.failures : arm.n;
}

function posteriorDraw(arm: BanditArm): (draw: Draw) => number {
  if (arm.kind === "beta") return (draw) => drawBeta(draw, 1 + arm.successes, 1 + arm.failures);
  const mean = arm.sum / arm.n;
  const variance = Math.max(0, (arm.sumSquares - (arm.sum * arm.sum) / arm.n) / (arm.n - 1));
  const error = Math.sqrt(variance / arm.n);
  return (draw) => mean + error * drawNormal(draw);
}
