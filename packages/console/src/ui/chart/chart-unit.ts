import type { ChartSpec } from "./chart-spec.ts";
import { extentOf } from "./time-option.ts";

/** The unit in which the axis of a chart is written; nothing for charts whose figures carry their own. */
export function unitOf(spec: ChartSpec): string {
  if (spec.kind === "time") {
    const { low, high } = extentOf(spec);
    return spec.measure.axis(Math.max(high, -low)).unit;
  }
  if (spec.kind === "histogram") return spec.measure.axis(Math.max(0, ...spec.brackets.map(({ value }) => value))).unit;
  if (spec.kind === "funnel") return spec.measure.axis(Math.max(1, ...spec.groups.flatMap(({ people }) => people))).unit;
  return "";
}
