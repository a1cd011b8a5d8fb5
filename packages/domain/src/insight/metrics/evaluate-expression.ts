import { formulaLine, type Line } from "../trends/trends-answer.ts";
import { readFormula } from "../trends/formula.ts";
import type { LtvUntold } from "../ltv/predict-ltv.ts";
import type { BoundAtom, BoundExpression } from "./metric.ts";

/** Figures over some intervals and over the whole of them; null where there is nothing to tell. */
export type MetricLine = {
  readonly points: readonly (number | null)[];
  readonly total: number | null;
  /** Of figures that are told ahead: why one is not. */
  readonly why?: WhyLine;
};
/** Why there is nothing to tell of an interval, and of all; null where there is, or where it is as with any figure. */
export type WhyLine = { readonly points: readonly (LtvUntold | null)[]; readonly total: LtvUntold | null };

/** Where the figures of an atom come from; `shifted`: of the intervals before. */
export type AtomLines = (atom: BoundAtom, shifted: number) => MetricLine;

/** The figures of an expression, put together from those of its atoms. */
export function evaluateExpression(expression: BoundExpression, lines: AtomLines, shifted = 0): MetricLine {
  if ("atom" in expression) return lines(expression.atom, shifted);
  if ("previous" in expression) return evaluateExpression(expression.previous, lines, shifted + 1);
  if ("ratio" in expression) {
    const of = evaluateExpression(expression.ratio.of, lines, shifted);
    const per = evaluateExpression(expression.ratio.per, lines, shifted);
    return { points: of.points.map((point, at) => quotient(point, per.points[at] ?? null)), total: quotient(of.total, per.total) };
  }
  const formula = readFormula(expression.formula, expression.parts.length);
  if (!formula.ok) throw new TypeError(`a bound expression holds an unreadable formula: ${expression.formula}`);
  return formulaLine(
    formula.value,
    expression.parts.map((part): Line => {
      const { points, total } = evaluateExpression(part, lines, shifted);
      return { points: [...points], total };
    }),
  );
}

/** What a quotient is made of, point by point; undefined where a metric is no quotient at its top. */
export function basisOf(
  expression: BoundExpression,
  lines: AtomLines,
): { readonly numerator: MetricLine; readonly denominator: MetricLine } | undefined {
  if (!("ratio" in expression)) return undefined;
  return {
    numerator: evaluateExpression(expression.ratio.of, lines),
    denominator: evaluateExpression(expression.ratio.per, lines),
  };
}

/** The intervals before that atoms are asked for: 0 for those of the question itself. */
export function atomsAsked(expression: BoundExpression, shifted = 0): readonly { readonly atom: BoundAtom; readonly shifted: number }[] {
  if ("atom" in expression) return [{ atom: expression.atom, shifted }];
  if ("previous" in expression) return atomsAsked(expression.previous, shifted + 1);
  if ("ratio" in expression) return [...atomsAsked(expression.ratio.of, shifted), ...atomsAsked(expression.ratio.per, shifted)];
  return expression.parts.flatMap((part) => atomsAsked(part, shifted));
}

function quotient(of: number | null, per: number | null): number | null {
  return of === null || per === null || per === 0 ? null : of / per;
}
