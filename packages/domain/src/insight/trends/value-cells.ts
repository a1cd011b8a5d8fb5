/** What events that have the same values come to, by interval (step); figures and what they are divided by add up exactly. */
export type ValueCells = {
  /** The values of such an event, each once; null is having none. */
  readonly values: readonly (string | null)[];
  /** By which values are ranked. */
  readonly rank: bigint;
  readonly cells: readonly StepCell[];
};
export type StepCell = { readonly step: number; readonly figure: bigint; readonly base: bigint };

/** The values of the highest rank, in their order: of the same rank by their texts, none at last. */
export function rankValues(all: readonly ValueCells[]): readonly (string | null)[] {
  const ranks = new Map<string | null, bigint>();
  for (const { values, rank } of all) for (const value of values) ranks.set(value, (ranks.get(value) ?? 0n) + rank);
  return [...ranks]
    .toSorted(([a, rankOfA], [b, rankOfB]) => (rankOfA === rankOfB ? compareTexts(a, b) : rankOfA > rankOfB ? -1 : 1))
    .map(([value]) => value);
}

/** Cells by place: from 1 for the values that are shown, 0 for all others. What has several values of a place counts there once. */
export function cellsByPlace(
  all: readonly ValueCells[],
  shown: readonly (string | null)[],
): ReadonlyMap<number, ReadonlyMap<number, StepCell>> {
  const places = new Map(shown.map((value, index) => [value, index + 1]));
  const found = new Map<number, Map<number, StepCell>>();
  for (const { values, cells } of all)
    for (const place of new Set(values.map((value) => places.get(value) ?? 0))) {
      const own = found.get(place) ?? new Map<number, StepCell>();
      found.set(place, own);
      for (const { step, figure, base } of cells) {
        const before = own.get(step);
        own.set(step, { step, figure: figure + (before?.figure ?? 0n), base: base + (before?.base ?? 0n) });
      }
    }
  return found;
}

/** In the order of their code points, as the event engine has them. */
function compareTexts(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((sign, index) => sign !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}
