import type { MeanArm, Measure, ProportionArm, RatioArm } from "./arm.ts";

/** Arms whose sums may be added: those of other units of the same arm. */
export type SummableArm = ProportionArm | MeanArm | RatioArm;

/** The arm of the units of both; they must count the same thing. */
export function mergeArms(a: SummableArm, b: SummableArm): SummableArm {
  const n = a.n + b.n;
  if (a.kind === "ratio" && b.kind === "ratio") {
    const [numerator, denominator] = [mergeMeasures(a.numerator, b.numerator), mergeMeasures(a.denominator, b.denominator)];
    return { kind: "ratio", n, numerator, denominator, products: a.products + b.products };
  }
  if (a.kind !== "ratio" && b.kind !== "ratio") return { n, ...mergeMeasures(a, b) };
  throw new Error("only arms of one kind are merged");
}

/** The measure of the units of both. */
export function mergeMeasures(a: Measure, b: Measure): Measure {
  if (a.kind === "mean" && b.kind === "mean") return { kind: "mean", sum: a.sum + b.sum, sumSquares: a.sumSquares + b.sumSquares };
  if (a.kind === "proportion" && b.kind === "proportion") return { kind: "proportion", sum: a.sum + b.sum };
  throw new Error("only measures of one kind are merged");
}

/** The arm as if there were so many times its units, each as they are. */
export function scaled(arm: SummableArm, times: number): SummableArm {
  if (times === 1) return arm;
  const n = arm.n * times;
  if (arm.kind !== "ratio") return { n, ...scaledMeasure(arm, times) };
  const [numerator, denominator] = [scaledMeasure(arm.numerator, times), scaledMeasure(arm.denominator, times)];
  return { kind: "ratio", n, numerator, denominator, products: arm.products * times };
}

function scaledMeasure(of: Measure, times: number): Measure {
  return of.kind === "mean"
    ? { kind: "mean", sum: of.sum * times, sumSquares: of.sumSquares * times }
    : { kind: "proportion", sum: of.sum * times };
}
