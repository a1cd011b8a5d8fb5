import { coefficientP, fisherInterval, pearson, spearman } from "./correlation.ts";
import { adjustedForMany } from "./significance.ts";

/** A coefficient with all that tells how much it means; `q` is p adjusted for the pairs looked at. */
export type Coefficient = {
  readonly coefficient: number | null;
  readonly p: number | null;
  readonly q: number | null;
  readonly low: number | null;
  readonly high: number | null;
};
export type Pair = {
  readonly a: number;
  readonly b: number;
  readonly n: number;
  readonly pearson: Coefficient;
  readonly spearman: Coefficient;
};
type Found = {
  readonly a: number;
  readonly b: number;
  readonly n: number;
  readonly pearson: number | null;
  readonly spearman: number | null;
};

/** Pairs with their p-values and intervals, from coefficients found elsewhere. */
export function shapePairs(found: readonly Found[]): Pair[] {
  const pearsons = coefficients(found.map(({ n, pearson: coefficient }) => ({ n, coefficient, variance: 1 })));
  const spearmans = coefficients(
    found.map(({ n, spearman: coefficient }) => ({ n, coefficient, variance: coefficient === null ? 1 : 1 + coefficient ** 2 / 2 })),
  );
  return found.flatMap(({ a, b, n }, index) => {
    const [own, ranked] = [pearsons[index], spearmans[index]];
    return own === undefined || ranked === undefined ? [] : [{ a, b, n, pearson: own, spearman: ranked }];
  });
}

/** All pairs of some series, each over the places where both have a number. */
export function correlateSeries(series: readonly (readonly (number | null)[])[]): Pair[] {
  const found = series.flatMap((xs, a) =>
    series.slice(a + 1).map((ys, more) => {
      const both = xs.flatMap((x, at) => {
        const y = ys[at];
        return x === null || y === null || y === undefined ? [] : [{ x, y }];
      });
      const [left, right] = [both.map(({ x }) => x), both.map(({ y }) => y)];
      return {
        a,
        b: a + 1 + more,
        n: both.length,
        pearson: pearson(left, right).coefficient,
        spearman: spearman(left, right).coefficient,
      };
    }),
  );
  return shapePairs(found);
}

/** How a series changed from each place to the next. */
export function changesOf(series: readonly (number | null)[]): (number | null)[] {
  return series.slice(1).map((value, at) => {
    const before = series[at];
    return value === null || before === null || before === undefined ? null : value - before;
  });
}

function coefficients(
  found: readonly { readonly n: number; readonly coefficient: number | null; readonly variance: number }[],
): readonly Coefficient[] {
  const ps = found.map(({ n, coefficient }) => coefficientP(coefficient, n));
  const qs = adjustedForMany(ps);
  return found.map(({ n, coefficient, variance }, index) => ({
    coefficient,
    p: ps[index] ?? null,
    q: qs[index] ?? null,
    ...fisherInterval(coefficient, n, { level: 0.95, variance }),
  }));
}
