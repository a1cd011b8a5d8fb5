import { rangesOf } from "../assignment/allocation.ts";
import { BUCKETS, hashOf } from "../assignment/bucket.ts";
import { measureVariance, type MeanArm } from "../statistics/arm.ts";
import { thompsonShares, type BanditArm, type BanditShare } from "../statistics/bandit.ts";
import { joinPeriods, stratifiedArm, type DrawnPeriod, type JoinedPeriod } from "../statistics/stratified-arms.ts";

/** Bounds of what a bandit is told: shares for exploration, hours of a period, and people an arm has before any is preferred. */
export const BANDIT_EXPLORATION = { min: 0.05, max: 0.5, usual: 0.1 } as const;
export const BANDIT_HOURS = { min: 1, max: 168, usual: 24 } as const;
export const BANDIT_PEOPLE = { min: 20, max: 1_000_000, usual: 100 } as const;

export type SharesSettings = {
  readonly exploration: number;
  /** People that every arm has before any is preferred. */
  readonly unitsMin: number;
  readonly lowerIsBetter: boolean;
  readonly seed: number;
  readonly draws?: number;
};

/**
 * What is known of an arm, and what follows. `mean` and `error` are null while nothing can be told, the error also while no arm varies; `best` and `loss` while shares
 * are even because too little is known.
 */
export type PlannedArm = {
  readonly n: number;
  readonly mean: number | null;
  readonly error: number | null;
  readonly best: number | null;
  readonly loss: number | null;
};
/** `parts` are of 10,000: the share of each arm of the people who come next. */
export type PlannedShares = { readonly parts: readonly number[]; readonly arms: readonly PlannedArm[] };

/** The seed of a period: the same in every process and every time it is reckoned. */
export function seedOfPeriod(experiment: string, period: number): number {
  return hashOf(`bandit:${experiment}:${period}`);
}

/** Everyone the same, while nothing is known. */
export function evenParts(arms: number): readonly number[] {
  return wholeParts(
    Array.from({ length: arms }, () => 1 / arms),
    0,
  );
}

/**
 * The shares of the next period, by what arms showed in all periods before: each arm as often as it is likely to be the best, above an even share for exploration.
 * Means are those over periods (`stratifiedArm`), not those of all people at once: more people came to the better arm later, and what changed meanwhile would count
 * for it. A share is believed after a uniform prior of as many people as the mean is worth. A number that is the same of everybody says nothing of how sure its
 * means are: shares stay even. The same sums and seed give the same shares.
 */
export function planShares(periods: readonly DrawnPeriod[], settings: SharesSettings): PlannedShares {
  const first = periods[0]?.arms;
  const count = first?.length ?? 0;
  const joined = joinPeriods(periods);
  const arms = Array.from({ length: count }, (_, at) => knownOf(joined, at));
  const isShare = first?.every(({ kind }) => kind === "proportion") === true;
  const known = arms.flatMap((arm) => (arm === undefined || !(isShare || arm.error > 0) ? [] : [believed(arm, isShare)]));
  const isEven = known.length < count || arms.some((arm) => (arm?.n ?? 0) < settings.unitsMin);
  const { seed, exploration, lowerIsBetter, draws } = settings;
  const even = { best: null, share: 1 / count, loss: null };
  const shares: readonly (BanditShare | typeof even)[] = isEven
    ? arms.map(() => even)
    : thompsonShares(known, { seed, exploration, lowerIsBetter, ...(draws === undefined ? {} : { draws }) });
  return {
    parts: wholeParts(
      shares.map(({ share }) => share),
      isEven ? 0 : exploration / count,
    ),
    arms: arms.map((arm, at) => ({
      n: arm?.n ?? 0,
      mean: arm?.mean ?? null,
      error: arm === undefined || arm.error === 0 ? null : arm.error,
      best: shares[at]?.best ?? null,
      loss: shares[at]?.loss ?? null,
    })),
  };
}

type Known = Omit<MeanArm, "kind"> & { readonly effective: number; readonly mean: number; readonly error: number };

/** Of a metric that is a share or a mean; nothing is known of quotients. */
function knownOf(joined: readonly JoinedPeriod[], at: number): Known | undefined {
  const { n, arm } = stratifiedArm(joined, at) ?? {};
  if (arm?.kind !== "mean" || n === undefined) return undefined;
  return { ...arm, n, effective: arm.n, mean: arm.sum / arm.n, error: Math.sqrt(measureVariance(arm, arm.n) / arm.n) };
}

function believed({ mean, effective, ...of }: Known, isShare: boolean): BanditArm {
  if (isShare) return { kind: "beta", successes: mean * effective, failures: (1 - mean) * effective };
  return { kind: "gaussian", n: effective, sum: of.sum, sumSquares: of.sumSquares };
}

/**
 * Shares as parts of 10,000 that sum to it, none below `least`: rounded down, what is left to those that lost most by it (the first of equals), and what is missing
 * below `least` taken from the largest.
 */
export function wholeParts(shares: readonly number[], least: number): readonly number[] {
  const floor = Math.ceil(least * BUCKETS - 1e-9);
  const parts = shares.map((share) => Math.max(floor, Math.floor(share * BUCKETS)));
  const lost = shares
    .map((share, at) => ({ at, lost: share * BUCKETS - (parts[at] ?? 0) }))
    .toSorted((a, b) => b.lost - a.lost || a.at - b.at);
  let left = BUCKETS - parts.reduce((sum, part) => sum + part, 0);
  for (const { at } of lost) {
    if (left <= 0) break;
    parts[at] = (parts[at] ?? 0) + 1;
    left -= 1;
  }
  while (left !== 0) {
    const largest = parts.indexOf(Math.max(...parts));
    parts[largest] = (parts[largest] ?? 0) + Math.sign(left);
    left -= Math.sign(left);
  }
  return parts;
}

/** How many of 10,000 buckets belong to another arm after shares changed: people whom nothing but the hash decides. */
export function movedParts(before: readonly number[], after: readonly number[]): number {
  const [was, is] = [rangesOf({ weights: before, coverage: BUCKETS }), rangesOf({ weights: after, coverage: BUCKETS })];
  const stayed = was.reduce((sum, { from, to }, at) => {
    const now = is[at] ?? { from: 0, to: 0 };
    return sum + Math.max(0, Math.min(to, now.to) - Math.max(from, now.from));
  }, 0);
  return BUCKETS - stayed;
}
