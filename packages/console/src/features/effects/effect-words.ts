import type { ExperimentResults, ExperimentView } from "@terrace/contract/api/experiments";
import { MINUS, MISSING } from "../../ui/format/numbers.ts";
import type { Measure, Unit } from "../../ui/format/measures.ts";

type Told = ExperimentResults["metrics"][number];
type ToldEffect = NonNullable<Told["variants"][number]["effect"]>;
/** An effect and what bounds it; a side without a bound is null. */
export type Bounds = Pick<ToldEffect, "estimate" | "low" | "high">;
/** Which way an effect went, as far as can be said. */
export type Call = ToldEffect["call"];

/** How an effect is written: relative ones in percent, absolute ones of shares in percentage points, others in the unit of the metric. */
export function effectWriter(
  difference: ExperimentView["definition"]["difference"],
  { unit, statistic }: Pick<Told, "unit" | "statistic">,
  measure: (unit: Unit) => Measure,
) {
  if (difference === "relative") return (value: number): string => signed(value, `${Math.abs(value * 100).toFixed(1)}%`);
  if (unitOf({ unit, statistic }) === "share") return (value: number): string => signed(value, `${Math.abs(value * 100).toFixed(2)} pp`);
  return (value: number): string => signed(value, measure(unitOf({ unit, statistic })).short(Math.abs(value)));
}

/** How effects are written along an axis: as `effectWriter` writes them. */
export function effectMeasure(
  difference: ExperimentView["definition"]["difference"],
  told: Pick<Told, "unit" | "statistic">,
  measure: (unit: Unit) => Measure,
): Measure {
  const own = measure(difference === "relative" ? "share" : unitOf(told));
  if (difference === "relative" || own.unit !== "share") return own;
  const points = (value: number | null | undefined): string =>
    value === null || value === undefined ? MISSING : `${value < 0 ? MINUS : ""}${Math.abs(value * 100).toFixed(2)} pp`;
  return { ...own, exact: points, short: points, inColumn: () => points, axis: (largest) => ({ ...own.axis(largest), unit: "pp" }) };
}

/** The unit in which a metric is told of one person: a share of them, or theirs. */
export function unitOf({ unit, statistic }: Pick<Told, "unit" | "statistic">): Unit {
  if (statistic === "proportion") return "share";
  return unit === "count" || unit === "people" ? "number" : unit;
}

/** How likely chance alone shows as much. */
export function probabilityWords(p: number | null): string {
  if (p === null) return MISSING;
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** From where to where an effect lies. */
export function rangeWords({ low, high }: Pick<Bounds, "low" | "high">, write: (value: number) => string): string {
  return `${low === null ? `${MINUS}∞` : write(low)} – ${high === null ? "∞" : write(high)}`;
}

/** The same in a sentence: `p = 0.032`. */
export function probabilitySaid(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
}

/** With its sign: a difference. */
export function signed(value: number, text: string): string {
  return value > 0 ? `+${text}` : value < 0 ? `${MINUS}${text}` : text;
}

/** Where intervals are drawn: the widest bound that is known on either side, alike on both, so that 0 is in the middle. */
export function reachOf(effects: readonly (Bounds | null)[]): number {
  return Math.max(
    0,
    ...effects.flatMap((effect) => (effect === null ? [] : [effect.low ?? 0, effect.high ?? 0, effect.estimate].map(Math.abs))),
  );
}
