import { backTestOf, spreadOf, type LtvBackTest, type Test } from "./ltv-back-test.ts";

/**
 * A cohort as far as it is known: its people, and the net money of all of them by the end of each of its ages that is over. Cohorts are those of
 * intervals that follow each other, the oldest first, so that one more of them is known of each cohort before it.
 */
export type KnownCohort = { readonly size: number; readonly netMinor: readonly number[] };

/**
 * How a cohort goes on from what is known of it: it grows by the same factors as older ones did (chain ladder), or as much comes on top per head as of
 * older ones (additive).
 */
export const LTV_METHODS = ["chain_ladder", "additive"] as const;
export type LtvMethod = (typeof LTV_METHODS)[number];
/** Why nothing is told: too few older cohorts have come so far; the method could be tested on too few; nothing of the cohort is over. */
export const LTV_UNTOLD = ["too_few_cohorts", "too_few_tests", "no_age_over"] as const;
export type LtvUntold = (typeof LTV_UNTOLD)[number];

/** What a head is expected to bring by the end of the horizon, and by each age from the first unknown one on. */
export type LtvExpected = {
  readonly perHead: number;
  readonly low: number;
  readonly high: number;
  /** The cohort has come so far: this is what it brought. */
  readonly isKnown: boolean;
  readonly course: readonly number[];
};
export type LtvPrediction =
  | { readonly why: LtvUntold }
  | {
      readonly why: null;
      readonly method: LtvMethod;
      readonly backTest: LtvBackTest;
      /** By cohort; a reason where nothing can be told of one. */
      readonly cohorts: readonly (LtvExpected | { readonly why: LtvUntold })[];
    };

/** Older cohorts that a step is learned from at least, and tests without which nothing is told. */
const COHORTS_MIN = 2;
const TESTS_MIN = 6;
const TESTED_COHORTS_MIN = 3;
/** Moments a back-test looks ahead from, the latest ones. */
const ORIGINS_MAX = 40;

/**
 * Tells what a head of each cohort brings by the end of age `lastAge`, by whichever method was off less when asked of what is known now from earlier
 * moments, knowing only what was over then.
 */
export function predictLtv(
  cohorts: readonly KnownCohort[],
  { lastAge, level }: { readonly lastAge: number; readonly level: number },
): LtvPrediction {
  const over = cohorts.length;
  const steps = stepsAt(cohorts, over, lastAge);
  if (steps.some((step) => step === undefined)) return { why: "too_few_cohorts" };
  const tests = testsOf(cohorts, lastAge);
  const told = LTV_METHODS.filter((method) => tests[method].length >= TESTS_MIN && cohortsIn(tests[method]) >= TESTED_COHORTS_MIN);
  const [method] = told.toSorted((a, b) => offOnCommon(tests, a, told) - offOnCommon(tests, b, told));
  if (method === undefined) return { why: "too_few_tests" };
  return {
    why: null,
    method,
    backTest: backTestOf(tests[method], level),
    cohorts: cohorts.map((cohort) => expectedOf(cohort, { steps, lastAge, level, method, tests: tests[method] })),
  };
}

/** How much came on top from one age to the next, as a factor and per head. */
type Step = { readonly factor: number | undefined; readonly perHead: number };

/** The steps from each age to the next as they were known when `over` intervals were over; undefined where too few cohorts had come so far. */
function stepsAt(cohorts: readonly KnownCohort[], over: number, lastAge: number): readonly (Step | undefined)[] {
  return Array.from({ length: lastAge }, (_, age) => {
    const sums = { known: 0, next: 0, people: 0, seen: 0 };
    // Of a cohort as many ages are over as intervals since its own began.
    for (const { size, netMinor } of cohorts.slice(0, Math.max(0, over - age - 1))) {
      if (size === 0) continue;
      sums.known += netMinor[age] ?? 0;
      sums.next += netMinor[age + 1] ?? 0;
      sums.people += size;
      sums.seen += 1;
    }
    if (sums.seen < COHORTS_MIN) return undefined;
    return { factor: sums.known > 0 ? sums.next / sums.known : undefined, perHead: (sums.next - sums.known) / sums.people };
  });
}

/** What a head brings by each age after the one known last; undefined where a step or a factor is missing. */
function courseOf(
  { size, netMinor }: KnownCohort,
  { known, steps, method }: { readonly known: number; readonly steps: readonly (Step | undefined)[]; readonly method: LtvMethod },
): readonly number[] | undefined {
  let perHead = (netMinor[known - 1] ?? 0) / size;
  // Nothing times a factor stays nothing.
  if (method === "chain_ladder" && perHead <= 0) return undefined;
  const course: number[] = [];
  for (const step of steps.slice(known - 1)) {
    const factor = step?.factor;
    if (step === undefined || (method === "chain_ladder" && factor === undefined)) return undefined;
    perHead = method === "chain_ladder" ? perHead * (factor ?? 1) : perHead + step.perHead;
    course.push(perHead);
  }
  return course;
}

/** Asks from every earlier moment of the cohorts of which the answer is known by now. */
function testsOf(cohorts: readonly KnownCohort[], lastAge: number): { readonly [Method in LtvMethod]: readonly Test[] } {
  const tests: { [Method in LtvMethod]: Test[] } = { chain_ladder: [], additive: [] };
  const first = Math.max(1, cohorts.length - ORIGINS_MAX);
  for (let over = first; over < cohorts.length; over += 1) {
    const steps = stepsAt(cohorts, over, lastAge);
    for (const [index, cohort] of cohorts.slice(0, over).entries()) {
      const known = over - index;
      const actual = cohort.netMinor[lastAge];
      if (cohort.size === 0 || known > lastAge || actual === undefined) continue;
      for (const method of LTV_METHODS) {
        const told = courseOf(cohort, { known, steps, method })?.at(-1);
        if (told !== undefined) tests[method].push({ over, cohort: index, known, told, actual: actual / cohort.size });
      }
    }
  }
  return tests;
}

function cohortsIn(tests: readonly Test[]): number {
  return new Set(tests.map(({ cohort }) => cohort)).size;
}

/** How far a method was off where all of them could be asked. */
function offOnCommon(tests: { readonly [Method in LtvMethod]: readonly Test[] }, method: LtvMethod, among: readonly LtvMethod[]): number {
  const key = ({ over, cohort }: Test): string => `${over} ${cohort}`;
  const common = among.map((each) => new Set(tests[each].map(key)));
  const asked = tests[method].filter((test) => common.every((keys) => keys.has(key(test))));
  return asked.reduce((sum, { told, actual }) => sum + Math.abs(told - actual), 0);
}

type Ground = {
  readonly steps: readonly (Step | undefined)[];
  readonly lastAge: number;
  readonly level: number;
  readonly method: LtvMethod;
  readonly tests: readonly Test[];
};

function expectedOf(cohort: KnownCohort, { steps, lastAge, level, method, tests }: Ground): LtvExpected | { readonly why: LtvUntold } {
  const known = cohort.netMinor.length;
  if (cohort.size === 0 || known === 0) return { why: "no_age_over" };
  const brought = cohort.netMinor[lastAge];
  if (brought !== undefined) {
    const perHead = brought / cohort.size;
    return { perHead, low: perHead, high: perHead, isKnown: true, course: [] };
  }
  const course = courseOf(cohort, { known, steps, method });
  const perHead = course?.at(-1);
  if (course === undefined || perHead === undefined) return { why: "too_few_cohorts" };
  const spread = spreadOf(tests, { known, level });
  return { perHead, low: perHead - spread * Math.abs(perHead), high: perHead + spread * Math.abs(perHead), isKnown: false, course };
}
