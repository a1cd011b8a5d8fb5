import { adjustedForMany, twoProportions, type ProportionTest } from "../../statistics/significance.ts";

/** How many people are compared: the group, those it is held against, and those of them who are not in the group. */
export type Sides = { readonly group: number; readonly against: number; readonly rest: number };

/** A value, a range of a number (from `from` up to and without `to`; null is open), or having none. */
export type Trait = { readonly value: string | null } | { readonly from: number | null; readonly to: number | null };
/** How many people have it. */
export type Counted = Trait & Sides;

/**
 * How a value is spread. `index`: the share in the group as a part of 100 of that in the comparison. The difference is that between the group and those of the comparison
 * who are not in it, with its 95 % interval; `q` is its p adjusted for all values looked at.
 */
export type Compared = Trait & {
  readonly group: number;
  readonly against: number;
  readonly share: number | null;
  readonly againstShare: number | null;
  readonly index: number | null;
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
  readonly q: number | null;
  readonly isSignificant: boolean;
};

/** Differences that chance alone brings are at most so many of those that are called significant. */
export const FALSE_SHARE = 0.05;

/** Compares all values of all dimensions; dimensions come in the order of their largest significant difference, values keep theirs. */
export function comparePortrait<D extends { readonly rows: readonly Counted[] }>(
  sides: Sides,
  dimensions: readonly D[],
): (Omit<D, "rows"> & { readonly rows: Compared[] })[] {
  const tests = dimensions.flatMap(({ rows }) =>
    rows.map(({ group, rest }) => twoProportions({ part: group, whole: sides.group }, { part: rest, whole: sides.rest })),
  );
  const adjusted = adjustedForMany(tests.map((test) => test?.p ?? null));
  let place = 0;
  const compared = dimensions.map((dimension) => ({
    ...dimension,
    rows: dimension.rows.map((row) => {
      const at = place;
      place += 1;
      return comparedRow(row, sides, { test: tests[at], q: adjusted[at] ?? null });
    }),
  }));
  return compared.toSorted((a, b) => largest(b.rows) - largest(a.rows));
}

function comparedRow(
  { rest: _rest, ...shown }: Counted,
  sides: Sides,
  { test, q }: { readonly test: ProportionTest | undefined; readonly q: number | null },
): Compared {
  const [share, againstShare] = [shareOf(shown.group, sides.group), shareOf(shown.against, sides.against)];
  const index = share === null || againstShare === null || againstShare === 0 ? null : (100 * share) / againstShare;
  const { difference, low, high, p } = test ?? { difference: null, low: null, high: null, p: null };
  return { ...shown, share, againstShare, index, difference, low, high, p, q, isSignificant: q !== null && q <= FALSE_SHARE };
}

/**
 * Where the group differs most: places of dimensions and of their values, the largest significant difference first. Having no value is left out: it tells of who has
 * left traces, once for every dimension, and little of who they are.
 */
export function topDifferences(
  dimensions: readonly { readonly rows: readonly Compared[] }[],
  most: number,
): { dimension: number; row: number }[] {
  return dimensions
    .flatMap(({ rows }, dimension) =>
      rows.flatMap((told, row) => {
        const isNone = "value" in told && told.value === null;
        return told.isSignificant && !isNone ? [{ dimension, row, size: Math.abs(told.difference ?? 0) }] : [];
      }),
    )
    .toSorted((a, b) => b.size - a.size)
    .slice(0, most)
    .map(({ dimension, row }) => ({ dimension, row }));
}

/** Ranges of a number from its quintiles: each holds about a fifth of the people; the first and the last are open. */
export function quintileRanges(quintiles: readonly number[]): { from: number | null; to: number | null }[] {
  const inner = [...new Set(quintiles.slice(1, -1))].filter((start) => start > (quintiles[0] ?? start));
  return [null, ...inner].map((from, index) => ({ from, to: inner[index] ?? null }));
}

/** Significant differences come before all others. */
function largest(rows: readonly Compared[]): number {
  const size = ({ difference, isSignificant }: Compared): number => Math.abs(difference ?? 0) + (isSignificant ? 1 : 0);
  return Math.max(0, ...rows.map(size));
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
