import { studentQuantile } from "../../statistics/distributions.ts";

/** What was told of a cohort from an earlier moment, when so many of its ages were known, and what it came to; per head. */
export type Test = {
  /** Intervals over at that moment. */
  readonly over: number;
  readonly cohort: number;
  readonly known: number;
  readonly told: number;
  readonly actual: number;
};

/** How a method did. */
export type LtvBackTest = {
  readonly tests: number;
  readonly cohorts: number;
  /** All that it was off, as a share of all that came. */
  readonly error: number | null;
  /** How much too high (or low) it was in all, as a share of all that came. */
  readonly bias: number | null;
  /** Which share of what came lay in the interval, as the tests of other cohorts make it. */
  readonly coverage: number;
};

/** Tests that an interval is made of at least, where there are as many: those at the most similar age. */
const NEAR_MIN = 5;

/** Sums up how some tests went. */
export function backTestOf(tests: readonly Test[], level: number): LtvBackTest {
  const came = tests.reduce((sum, { actual }) => sum + Math.abs(actual), 0);
  const off = tests.reduce((sum, { told, actual }) => sum + Math.abs(told - actual), 0);
  const over = tests.reduce((sum, { told, actual }) => sum + told - actual, 0);
  const within = tests.filter((test) => {
    const spread = spreadOf(
      tests.filter(({ cohort }) => cohort !== test.cohort),
      { known: test.known, level },
    );
    return Math.abs(test.actual - test.told) <= spread * Math.abs(test.told);
  });
  return {
    tests: tests.length,
    cohorts: new Set(tests.map(({ cohort }) => cohort)).size,
    error: came === 0 ? null : off / came,
    bias: came === 0 ? null : over / came,
    coverage: within.length / tests.length,
  };
}

/**
 * Half the width of the interval around what is told of a cohort of which so many ages are known, as a share of it: Student's t times the root mean square
 * of how far tests at the most similar ages were off.
 */
export function spreadOf(tests: readonly Test[], { known, level }: { readonly known: number; readonly level: number }): number {
  const usable = tests.filter(({ told }) => told !== 0);
  const apart = (test: Test): number => Math.abs(test.known - known);
  const widest = usable.map(apart).toSorted((a, b) => a - b)[Math.min(NEAR_MIN, usable.length) - 1];
  const near = usable.filter((test) => widest !== undefined && apart(test) <= widest);
  if (near.length === 0) return 0;
  const meanSquare = near.reduce((sum, { told, actual }) => sum + ((actual - told) / told) ** 2, 0) / near.length;
  return studentQuantile((1 + level) / 2, near.length) * Math.sqrt(meanSquare * (1 + 1 / near.length));
}
