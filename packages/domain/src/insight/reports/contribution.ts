/** What a value of a breakdown came to in a period: a part of the whole. Null stands for events without a value. */
export type Part = { readonly value: string | null; readonly other: boolean; readonly now: number; readonly before: number };

/** How much of a change is owed to one value. All of them add up to the change of the whole, to the last unit. */
export type Contribution = Part & { readonly delta: number };

export type Decomposition = {
  readonly total: { readonly now: number; readonly before: number; readonly delta: number };
  /** The largest first, whichever way. */
  readonly parts: readonly Contribution[];
  /** What the parts tell too much or too little: people stand under several values. */
  readonly overlap: number;
};

/** Takes a change of a sum apart by the values of a breakdown: total = parts + overlap, exactly, for whole numbers. */
export function decompose(total: { readonly now: number; readonly before: number }, parts: readonly Part[]): Decomposition {
  const told = parts.map((part) => ({ ...part, delta: part.now - part.before }));
  const delta = total.now - total.before;
  const sum = told.reduce((all, part) => all + part.delta, 0);
  const order = (a: Contribution, b: Contribution): number => Math.abs(b.delta) - Math.abs(a.delta) || compare(a, b);
  return { total: { ...total, delta }, parts: told.toSorted(order), overlap: delta - sum };
}

function compare(a: Part, b: Part): number {
  const [left, right] = [a.value ?? "", b.value ?? ""];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A value of a breakdown of a quotient: what is divided, and by what. */
export type RatioPart = {
  readonly value: string | null;
  readonly now: { readonly of: number; readonly per: number };
  readonly before: { readonly of: number; readonly per: number };
};
export type RatioContribution = {
  readonly value: string | null;
  /** By its own quotient having changed. */
  readonly rate: number;
  /** By its weight among all having changed. */
  readonly mix: number;
};

/**
 * Takes a change of a quotient apart: of each value, how much its own quotient moved the whole (at its mean weight) and how much its weight did (at the
 * distance of its mean quotient from that of all). The sum of both over all values is the change of the whole. Undefined where nothing was divided by.
 */
export function decomposeRatio(parts: readonly RatioPart[]): readonly RatioContribution[] | undefined {
  const sum = (pick: (part: RatioPart) => number): number => parts.reduce((all, part) => all + pick(part), 0);
  const [perNow, perBefore] = [sum((part) => part.now.per), sum((part) => part.before.per)];
  if (perNow === 0 || perBefore === 0) return undefined;
  const middle = (sum((part) => part.now.of) / perNow + sum((part) => part.before.of) / perBefore) / 2;
  return parts.map(({ value, now, before }) => {
    const [weightNow, weightBefore] = [now.per / perNow, before.per / perBefore];
    // Where a value had no weight its quotient is unknown, and its coming or going is all of its effect.
    const rateNow = now.per === 0 ? (before.per === 0 ? 0 : before.of / before.per) : now.of / now.per;
    const rateBefore = before.per === 0 ? rateNow : before.of / before.per;
    return {
      value,
      rate: ((rateNow - rateBefore) * (weightNow + weightBefore)) / 2,
      mix: (weightNow - weightBefore) * ((rateNow + rateBefore) / 2 - middle),
    };
  });
}

/** The one value that explains a change best: the largest that goes the same way, when it makes up at least a quarter of it. That a value is missing explains nothing. */
export function bestExplanation({ total, parts }: Decomposition): (Contribution & { readonly share: number }) | undefined {
  if (total.delta === 0) return undefined;
  const same = parts.find(
    ({ delta, other, value }) => !other && value !== null && value !== "" && Math.sign(delta) === Math.sign(total.delta),
  );
  const share = same === undefined ? 0 : same.delta / total.delta;
  return same === undefined || share < LEAST_SHARE ? undefined : { ...same, share };
}

const LEAST_SHARE = 0.25;
