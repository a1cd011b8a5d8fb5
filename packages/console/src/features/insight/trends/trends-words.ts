import type { queryTrends } from "@terrace/contract/api/insight-trends";
import type { Measure } from "@terrace/domain/insight/trends/trends-plan";
import type { Text } from "../../../app/i18n.ts";
import type { Unit } from "../../../ui/format/measures.ts";
import type { QueryOf } from "../frame/use-analysis.ts";

export type TrendsQuery = QueryOf<typeof queryTrends>;
export type TrendsSeries = TrendsQuery["series"][number];

/** The letter a formula knows a series by. */
export function letterOf(at: number): string {
  return String.fromCodePoint(65 + at);
}

/** What a measure is of: `Revenue 总和`. */
export function measureWords(measure: Measure, text: Text): string {
  const word = text(`insight.measure.${measure.kind}`);
  if (measure.kind === "percentile") return `${measure.property} P${measure.percentile}`;
  return "property" in measure ? `${measure.property} ${word}` : word;
}

/** The unit of a measure's figures. */
export function unitOfMeasure({ kind }: Measure): Unit {
  return kind === "people" ? "people" : kind === "events" ? "times" : "number";
}

/** One unit for all lines of a chart, or plain numbers where they differ. */
export function unitOfQuery({ series, formula }: TrendsQuery): Unit {
  const units = new Set(series.map(({ measure }) => unitOfMeasure(measure)));
  const [only] = units;
  return units.size === 1 && formula === undefined && only !== undefined ? only : "number";
}

/** What a series is called: the event, and the measure where it is not simply how often. */
export function seriesName(
  series: TrendsSeries,
  { text, nameOf }: { readonly text: Text; readonly nameOf: (event: string) => string },
): string {
  const event = series.event.event === null ? text("insight.anyEvent") : nameOf(series.event.event);
  return series.measure.kind === "events" ? event : `${event} · ${measureWords(series.measure, text)}`;
}
