/** How many searches of a term there were, now and in the period before, and what came of those of now. */
export type TermCounts = {
  readonly searches: number;
  readonly people: number;
  readonly withoutResult: number;
  readonly clicked: number;
  readonly ordered: number;
  readonly previous: number;
};
export type TermShown = TermCounts & {
  readonly term: string;
  readonly clickRate: number | null;
  readonly orderRate: number | null;
  readonly change: number | null;
  readonly rise: number;
  readonly isRising: boolean;
};

export const SEARCH_OUTCOMES = ["searched", "without_result", "clicked", "not_clicked", "ordered"] as const;
export type SearchOutcome = (typeof SEARCH_OUTCOMES)[number];

/** Beyond so many deviations a rise is more than chance brings to one term in forty. */
const RISING = 1.96;

/**
 * How surprising the number of searches is after that of the period before, in deviations of the difference of two Poisson counts: (now − k × before) ÷ √(now + k² × before),
 * k how much longer the period is than the one before. From 1 to 3 is no news; from 100 to 300 is.
 */
export function riseOf(now: number, before: number, k: number): number {
  return now + before === 0 ? 0 : (now - k * before) / Math.sqrt(now + k * k * before);
}

/** A term as it is told. Rates are of its searches. */
export function shapeTerm(term: string, counts: TermCounts, k: number): TermShown {
  const rise = riseOf(counts.searches, counts.previous, k);
  const { searches, clicked, ordered, previous } = counts;
  return {
    term,
    ...counts,
    clickRate: searches === 0 ? null : clicked / searches,
    orderRate: searches === 0 ? null : ordered / searches,
    change: previous === 0 ? null : searches / (k * previous) - 1,
    rise,
    isRising: rise >= RISING,
  };
}

/** The three lists: the most searched, those that rise most, and those that most often find nothing. */
export function rankTerms(
  terms: readonly TermShown[],
  limit: number,
): { top: TermShown[]; rising: TermShown[]; withoutResult: TermShown[] } {
  const byName = (a: TermShown, b: TermShown): number => (a.term < b.term ? -1 : 1);
  const first = (among: readonly TermShown[], by: (term: TermShown) => number): TermShown[] =>
    among.toSorted((a, b) => by(b) - by(a) || byName(a, b)).slice(0, limit);
  const searched = terms.filter(({ searches }) => searches > 0);
  return {
    top: first(searched, ({ searches }) => searches),
    rising: first(
      searched.filter(({ rise }) => rise > 0),
      ({ rise }) => rise,
    ),
    withoutResult: first(
      searched.filter(({ withoutResult }) => withoutResult > 0),
      ({ withoutResult }) => withoutResult,
    ),
  };
}
