import type { seriesSchema } from "@terrace/contract/api/metric-parts";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { MetricUnit } from "@terrace/domain/insight/metrics/metric";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { lineOf } from "@terrace/domain/insight/trends/trends-answer";
import type { z } from "zod";
import type { ChStatement } from "../../../platform/storage/clickhouse.ts";
import type { Asking, Filters } from "../time/asking.ts";
import { peopleBehindLine, readLines } from "../trends/trends.views.ts";
import type { AtomGround } from "./atoms/atom-ground.ts";
import { mainEvents } from "./breakdown.views.ts";
import { evaluate, peopleBehindMetric, periodAt } from "./evaluate.ts";
import { boundMetric } from "./metric.analysis.ts";

/** A measure of events, or a metric. */
export type Series = z.output<typeof seriesSchema>;
/** A series of a question; `path` is where it stands in the body. */
export type SeriesAsked = {
  readonly series: Series;
  readonly path: string;
  readonly filters: Filters | undefined;
  readonly intervals: Intervals;
};
/** A number for each interval; null where there is nothing to tell. The unit is that of a metric. */
export type SeriesTold = { readonly points: readonly (number | null)[]; readonly unit: MetricUnit | null };

/** Tells a series over consecutive intervals. Throws the faults of its metric. */
export async function readSeries(asking: Asking, { series, path, filters, intervals }: SeriesAsked): Promise<SeriesTold> {
  if ("event" in series) {
    const lines = await readLines(asking, { series, intervals, breakdown: undefined, cumulative: false });
    return { points: lineOf(series.measure, lines.get(0) ?? { points: [], total: undefined }, false).points, unit: null };
  }
  const bound = boundMetric(asking, await asking.metricGround(), series, path);
  const { points } = await evaluate(groundOf(asking, filters), bound, intervals);
  return { points, unit: bound.unit };
}

/** The events of a series that groups of it are of. Throws the faults of its metric. */
export async function eventsOfSeries(asking: Asking, series: Series, path: string): Promise<readonly EventSelector[]> {
  return "event" in series ? [series.event] : mainEvents(boundMetric(asking, await asking.metricGround(), series, path));
}

/** A statement of the people behind an interval of a series. Throws `insight.no_people` for a metric that counts none. */
export async function peopleBehindSeries(
  asking: Asking,
  { series, path, filters, intervals }: SeriesAsked,
  interval: number,
): Promise<ChStatement> {
  if ("event" in series) return peopleBehindLine(asking, { series, intervals, breakdown: undefined }, { interval, place: 0 });
  const bound = boundMetric(asking, await asking.metricGround(), series, path);
  return peopleBehindMetric(groundOf(asking, filters), bound, { period: periodAt(intervals, interval), part: "numerator" });
}

function groundOf(asking: Asking, filters: Filters | undefined): AtomGround {
  return { asking, filters: filters ?? {} };
}
