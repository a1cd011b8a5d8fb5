import { describe, expect, test } from "vitest";
import {
  chiSquareTail,
  chiSquareUpper,
  fisherUpper,
  incompleteBeta,
  logBeta,
  logGamma,
  normalQuantile,
  normalUpper,
  studentQuantile,
  studentUpper,
  upperGamma,
} from "./distributions.ts";

/** Reckoned with 40 digits (mpmath 1.2.1: erfc, erfinv, betainc, gammainc and a root finder), printed with 18. */
const NORMAL_UPPER = [
  [0.1, 0.460172162722971019],
  [1, 0.158655253931457051],
  [1.96, 0.0249978951482204341],
  [3, 0.00134989803163009453],
  [5, 2.86651571879193912e-7],
  [8, 6.22096057427178412e-16],
  [12, 1.776482112077679e-33],
  [30, 4.90671392714818706e-198],
] as const;
const NORMAL_QUANTILE = [
  [0.55, 0.125661346855074034],
  [0.9, 1.28155156554460047],
  [0.975, 1.95996398454005424],
  [0.995, 2.57582930354890076],
  [0.01, -2.3263478740408411],
  [1e-10, -6.3613409024040562],
] as const;
const STUDENT_UPPER = [
  [1, 1, 0.25],
  [2.5, 3.7, 0.035911011455913388],
  [0.3, 10, 0.385160303782899302],
  [2, 30, 0.027312522481491552],
  [1.96, 6459.3, 0.0250193607232826741],
  [3.5, 1_000_000, 0.000232639196840517487],
  [5, 250_000, 2.86844897919226832e-7],
  [12, 40, 3.91208565212798631e-15],
  [0.001, 12, 0.499609273765324735],
  [1.5, 1000, 0.0669650194110430861],
  [6, 1000, 1.37768458668873456e-9],
  [6, 999, 1.37813453445220725e-9],
  [0.1, 1000.5, 0.460182179504043486],
  [10, 2000, 2.61767668642549129e-23],
  [2.2, 20_000_000, 0.0139034532107185245],
] as const;
const STUDENT_QUANTILE = [
  [0.975, 1, 12.7062047361747046],
  [0.975, 3.7, 2.86752070719118946],
  [0.95, 56, 1.67252230307557766],
  [0.975, 6866.5, 1.96030952918987239],
  [0.995, 1_000_000, 2.57583422010533415],
  [0.6, 12, 0.259032745676887064],
  [0.99995, 8, 7.12000388273453793],
] as const;
const CHI_SQUARE_UPPER = [
  [0.5, 1, 0.479500122186953462],
  [3.841459, 1, 0.0499999946531957651],
  [40, 10, 0.0000169447439300673839],
  [200, 3, 4.21854110719204234e-43],
  [1000, 1000, 0.494052853829239642],
] as const;
const BETA = [
  [0.3, 2, 5, 0.579825],
  [0.52, 500, 480, 0.730088469493280245],
  [0.001, 0.5, 3000, 0.985714393216283884],
] as const;

function near(found: number, wanted: number, digits = 12): void {
  expect(Math.abs(found / wanted - 1)).toBeLessThan(10 ** -digits);
}

describe("distributions have the values of a reckoning with 40 digits, to twelve", () => {
  test.each(NORMAL_UPPER)("normal above %d", (z, wanted) => near(normalUpper(z), wanted));
  test.each(NORMAL_QUANTILE)("normal quantile of %d", (p, wanted) => near(normalQuantile(p), wanted));
  test.each(STUDENT_UPPER)("Student's t above %d with %d degrees", (t, degrees, wanted) => near(studentUpper(t, degrees), wanted));
  test.each(STUDENT_QUANTILE)("Student's quantile of %d with %d degrees", (p, degrees, wanted) =>
    near(studentQuantile(p, degrees), wanted),
  );
  test.each(CHI_SQUARE_UPPER)("chi-square above %d with %d degrees", (value, degrees, wanted) =>
    near(chiSquareUpper(value, degrees), wanted),
  );
  test.each(BETA)("incomplete beta at %d of (%d, %d)", (x, a, b, wanted) => near(incompleteBeta(x, a, b), wanted));
});

test("Fisher's F is as unlikely as its closed form with two degrees above, as Student's t with one, and as chi-square with many below", () => {
  for (const below of [3, 17.4, 900])
    for (const value of [0.2, 1, 4.5, 12]) {
      near(fisherUpper(value, 2, below), (1 + (2 * value) / below) ** (-below / 2));
      near(fisherUpper(value, 1, below), 2 * studentUpper(Math.sqrt(value), below));
    }
  near(fisherUpper(1.7, 5, Infinity), chiSquareUpper(8.5, 5));
  near(fisherUpper(1.7, 5, 9.9e6), chiSquareUpper(8.5, 5), 5);
  expect(fisherUpper(0, 3, 5)).toBe(1);
});

test("the value that chi-square passes with a probability has it", () => {
  for (const degrees of [1, 4, 19, 60])
    for (const tail of [0.999, 0.5, 0.05, 1e-9, 1e-200]) near(chiSquareUpper(chiSquareTail(tail, degrees), degrees), tail, 9);
});

test("below and above the middle mirror each other", () => {
  expect(normalUpper(-1.3) + normalUpper(1.3)).toBeCloseTo(1, 15);
  expect(studentUpper(-0.7, 4.2) + studentUpper(0.7, 4.2)).toBeCloseTo(1, 15);
  expect(studentQuantile(0.5, 7)).toBe(0);
  expect(studentQuantile(0.975, Number.POSITIVE_INFINITY)).toBe(normalQuantile(0.975));
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
});

test("the logarithm of beta agrees with that of gamma where nothing is lost", () => {
  for (const [a, b] of [
    [0.5, 3],
    [0.5, 25],
    [19, 21],
    [30, 40],
    [2, 100],
  ] as const) {
    expect(logBeta(a, b)).toBeCloseTo(logGamma(a) + logGamma(b) - logGamma(a + b), 11);
  }
  expect(upperGamma(1, 3)).toBeCloseTo(Math.exp(-3), 15);
});
