import { describe, expect, test } from "vitest";
import { spreadOf } from "./ltv-back-test.ts";
import { predictLtv, type KnownCohort, type LtvPrediction } from "./predict-ltv.ts";

const AGES = 4;
/** Cohorts that grow by a curve of their own, known as far as intervals are over. */
const grown = (
  count: number,
  perHead: (cohort: number, age: number) => number,
  size: (cohort: number) => number = () => 10,
): readonly KnownCohort[] =>
  Array.from({ length: count }, (_, cohort) => ({
    size: size(cohort),
    netMinor: Array.from({ length: count - cohort }, (__, age) => perHead(cohort, age) * size(cohort)),
  }));
const asked = { lastAge: AGES - 1, level: 0.9 };

function told(prediction: LtvPrediction): Extract<LtvPrediction, { readonly why: null }> {
  if (prediction.why !== null) throw new Error(prediction.why);
  return prediction;
}
const CURVE = [100, 150, 180, 190];

describe("what a head will bring", () => {
  test("cohorts that grow by the same factors, each from its own height, are told exactly by the factors", () => {
    const prediction = told(
      predictLtv(
        grown(12, (cohort, age) => (1 + cohort) * (CURVE[age] ?? 190)),
        asked,
      ),
    );
    expect(prediction.method).toBe("chain_ladder");
    expect(prediction.backTest.error).toBeCloseTo(0, 12);
    const last = prediction.cohorts[11];
    expect(last).toMatchObject({ isKnown: false, course: [expect.closeTo(1_800), expect.closeTo(2_160), expect.closeTo(2_280)] });
    expect(last).toMatchObject({ perHead: expect.closeTo(2_280), low: expect.closeTo(2_280), high: expect.closeTo(2_280) });
    expect(prediction.cohorts[0]).toEqual({ perHead: 190, low: 190, high: 190, isKnown: true, course: [] });
  });

  test("cohorts to which as much is added whatever they began with are told exactly by what comes on top", () => {
    const prediction = told(
      predictLtv(
        grown(12, (cohort, age) => (cohort % 3 === 0 ? 0 : 50 * cohort) + (CURVE[age] ?? 0) - 100),
        asked,
      ),
    );
    expect(prediction.method).toBe("additive");
    expect(prediction.backTest).toMatchObject({ error: expect.closeTo(0), bias: expect.closeTo(0), coverage: 1 });
    // The factors say nothing of a cohort that has brought nothing yet.
    expect(prediction.cohorts[11]).toMatchObject({ perHead: expect.closeTo(550 + 90) });
  });

  test("where cohorts differ, the interval holds about as much as it says, in cohorts that were not asked of", () => {
    let seed = 7;
    const chance = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const factors = Array.from({ length: 60 }, () => 1 + (chance() - 0.5) * 0.4);
    const prediction = told(
      predictLtv(
        grown(60, (cohort, age) => 100 + ((CURVE[age] ?? 0) - 100) * (factors[cohort] ?? 1)),
        asked,
      ),
    );
    expect(prediction.backTest.tests).toBeGreaterThan(50);
    expect(prediction.backTest.coverage).toBeGreaterThan(0.8);
    expect(prediction.backTest.error).toBeLessThan(0.12);
    expect(prediction.backTest.error).toBeGreaterThan(0.01);
  });

  test("nothing is told where too few cohorts have come so far, or too few were there to be asked of, or nobody is there", () => {
    const plain = (count: number) =>
      predictLtv(
        grown(count, (_, age) => CURVE[age] ?? 0),
        asked,
      );
    expect(plain(0)).toEqual({ why: "too_few_cohorts" });
    expect(plain(4)).toEqual({ why: "too_few_cohorts" });
    expect(plain(5)).toEqual({ why: "too_few_tests" });
    expect(plain(12).why).toBeNull();
    const empty = told(
      predictLtv(
        grown(
          12,
          (_, age) => CURVE[age] ?? 0,
          (cohort) => (cohort === 11 ? 0 : 10),
        ),
        asked,
      ),
    );
    expect(empty.cohorts[11]).toEqual({ why: "no_age_over" });
  });

  test("tests at the most similar ages make the interval", () => {
    const test = (known: number, actual: number) => ({ over: 1, cohort: known, known, told: 100, actual });
    const tests = [...Array.from({ length: 5 }, () => test(3, 101)), ...Array.from({ length: 5 }, () => test(1, 150))];
    expect(spreadOf(tests, { known: 3, level: 0.9 })).toBeLessThan(0.03);
    expect(spreadOf(tests, { known: 1, level: 0.9 })).toBeGreaterThan(0.5);
  });
});
