import {
  type AdjustedArm,
  type AdjustedRatioArm,
  type MeanArm,
  type ProportionArm,
  quantileBounds,
  type QuantileArm,
  type RatioArm,
} from "./arm.ts";
import { quantile, rising } from "./describe.ts";

type Pair = readonly [number, number];

/** The arm of units with one number each: what a reading of sums must arrive at. */
export function meanArm(values: readonly number[]): MeanArm {
  return { kind: "mean", n: values.length, ...sumsOf(values) };
}

/** The arm of units that did something or not. */
export function proportionArm(did: readonly boolean[]): ProportionArm {
  return { kind: "proportion", n: did.length, sum: did.filter(Boolean).length };
}

/** The arm of units with a numerator and a denominator each. */
export function ratioArm(units: readonly Pair[]): RatioArm {
  const [numerator, denominator] = [units.map(([value]) => value), units.map(([, value]) => value)];
  return {
    kind: "ratio",
    n: units.length,
    numerator: { kind: "mean", ...sumsOf(numerator) },
    denominator: { kind: "mean", ...sumsOf(denominator) },
    products: productsOf(units),
  };
}

/** The arm of units with what they did after and before they were exposed. */
export function adjustedArm(units: readonly Pair[]): AdjustedArm {
  const [post, pre] = [units.map(([value]) => value), units.map(([, value]) => value)];
  return {
    kind: "adjusted",
    n: units.length,
    post: { kind: "mean", ...sumsOf(post) },
    pre: { kind: "mean", ...sumsOf(pre) },
    products: productsOf(units),
  };
}

/** The arm of units with a numerator and a denominator after they were exposed, and the same two before. */
export function adjustedRatioArm(units: readonly (readonly [after: Pair, before: Pair])[]): AdjustedRatioArm {
  const column = (
    of: (unit: readonly [Pair, Pair]) => number,
  ): { readonly kind: "mean"; readonly sum: number; readonly sumSquares: number } => ({
    kind: "mean",
    ...sumsOf(units.map(of)),
  });
  const product = (a: (unit: readonly [Pair, Pair]) => number, b: (unit: readonly [Pair, Pair]) => number): number =>
    productsOf(units.map((unit): Pair => [a(unit), b(unit)]));
  const [top, bottom, topBefore, bottomBefore] = [
    ([[value]]: readonly [Pair, Pair]) => value,
    ([[, value]]: readonly [Pair, Pair]) => value,
    ([, [value]]: readonly [Pair, Pair]) => value,
    ([, [, value]]: readonly [Pair, Pair]) => value,
  ] as const;
  return {
    kind: "adjusted_ratio",
    n: units.length,
    numerator: { post: column(top), pre: column(topBefore) },
    denominator: { post: column(bottom), pre: column(bottomBefore) },
    products: {
      post: product(top, bottom),
      pre: product(topBefore, bottomBefore),
      numerator: product(top, topBefore),
      denominator: product(bottom, bottomBefore),
      numeratorPostDenominatorPre: product(top, bottomBefore),
      numeratorPreDenominatorPost: product(bottom, topBefore),
    },
  };
}

/** The arm of a quantile of units with one number each. */
export function quantileArm(values: readonly number[], level: number): QuantileArm {
  return { kind: "quantile", n: values.length, level, ...placesOf(values, level) };
}

/** The arm of a quantile of all numbers of units that have several each. */
export function clusteredQuantileArm(units: readonly (readonly number[])[], level: number): QuantileArm {
  const values = units.flat();
  const places = placesOf(values, level);
  const counts = units.map((numbers): Pair => [numbers.filter((value) => value <= places.value).length, numbers.length]);
  const [below, all] = [counts.map(([count]) => count), counts.map(([, count]) => count)];
  const clusters = { units: units.length, below: sumsOf(below), all: sumsOf(all), products: productsOf(counts) };
  return { kind: "quantile", n: values.length, level, ...places, clusters };
}

function placesOf(values: readonly number[], level: number): Pick<QuantileArm, "value" | "low" | "high"> {
  const sorted = rising(values);
  const bounds = quantileBounds(level, values.length);
  const at = (share: number): number => quantile(sorted, share) ?? 0;
  return { value: at(level), low: at(bounds.low), high: at(bounds.high) };
}

function sumsOf(values: readonly number[]): { readonly sum: number; readonly sumSquares: number } {
  let [sum, sumSquares] = [0, 0];
  for (const value of values) {
    sum += value;
    sumSquares += value * value;
  }
  return { sum, sumSquares };
}

function productsOf(units: readonly Pair[]): number {
  return units.reduce((sum, [a, b]) => sum + a * b, 0);
}
