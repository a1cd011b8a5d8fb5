import { listCorrelationPeople, queryCorrelation, type correlationQuerySchema } from "@terrace/contract/api/insight-correlation";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import { describeNumbers } from "@terrace/domain/statistics/describe";
import { changesOf, correlateSeries, shapePairs } from "@terrace/domain/statistics/correlation-pairs";
import { intervalCount, intervalLabels } from "@terrace/domain/insight/time/intervals";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { faultError } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { eventsOfSeries, peopleBehindSeries, readSeries, type SeriesTold } from "../metrics/series.ts";
import { finishedIntervals } from "../time/finished-intervals.ts";
import { correlatePeople, pairsOf, peopleInRanges, samplePeople } from "./correlation.views.ts";

/** Fewer say nothing about how measures go together. */
const POINTS_MIN = 3;

type Body = z.output<typeof correlationQuerySchema>;
type OverIntervals = Extract<Body, { readonly over: "intervals" }>;
type OverPeople = Extract<Body, { readonly over: "people" }>;

/** How measures go together, over time or over people, and the people behind the points. */
export const correlation = analysis({
  kind: "correlation",
  route: queryCorrelation,
  groups: { events: measuredEvents, narrows: "all" },
  answer: (asking, body) => (body.over === "intervals" ? overIntervals(asking, body) : overPeople(asking, body)),
  people: {
    route: listCorrelationPeople,
    behind: async (asking, body) => {
      if (body.over === "people") {
        const wrong = body.cell.ranges.findIndex(({ measure }) => measure >= body.measures.length);
        if (wrong >= 0) throw noSuch(`cell.ranges.${wrong}.measure`);
        return peopleInRanges(asking, periodOf(asking, body.period), { measures: body.measures, ranges: body.cell.ranges });
      }
      const intervals = finishedIntervals(asking, body, POINTS_MIN);
      const series = body.measures[body.cell.measure];
      // A change belongs to the interval it leads to.
      const interval = body.cell.interval + (body.changes ? 1 : 0);
      if (series === undefined || interval >= intervalCount(intervals)) throw noSuch("cell");
      return peopleBehindSeries(asking, { series, path: `measures.${body.cell.measure}`, filters: body.filters, intervals }, interval);
    },
  },
});

function noSuch(field: string): Error {
  return faultError("insight.no_such_cell", { field, mend: "Name a measure and an interval of the answer, counted from 0" });
}

async function overIntervals(asking: Asking, body: OverIntervals) {
  const intervals = finishedIntervals(asking, body, POINTS_MIN);
  const series: (readonly (number | null)[])[] = [];
  const units: SeriesTold["unit"][] = [];
  for (const [index, measured] of body.measures.entries()) {
    const told = await readSeries(asking, { series: measured, path: `measures.${index}`, filters: body.filters, intervals });
    series.push(body.changes ? changesOf(told.points) : told.points);
    units.push(told.unit);
  }
  const labels = intervalLabels(intervals, asking.calendar, asking.nowMs).slice(body.changes ? 1 : 0);
  return {
    from: isoInstant(intervals.bounds[0] ?? 0),
    to: isoInstant(intervals.bounds.at(-1) ?? 0),
    pairs: correlateSeries(series),
    measures: series.map((each, index) => {
      const { n, mean, sd } = describeNumbers(each.filter((value) => value !== null));
      return { n, mean, sd, unit: units[index] ?? null };
    }),
    intervals: labels,
    points: labels.map((_, at) => series.map((each) => each[at] ?? null)),
  };
}

async function overPeople(asking: Asking, body: OverPeople) {
  const span = periodOf(asking, body.period);
  const found = await correlatePeople(asking, span, body.measures);
  const places = pairsOf(body.measures.length);
  const points = await samplePeople(asking, span, body);
  return {
    from: isoInstant(span.fromMs),
    to: isoInstant(span.toMs),
    pairs: shapePairs(places.map(([a, b], index) => ({ a, b, ...(found.pairs[index] ?? { n: 0, pearson: null, spearman: null }) }))),
    measures: [...found.measures],
    points: points.map((point) => [...point]),
  };
}

async function measuredEvents(body: Body, asking: Asking): Promise<readonly EventSelector[]> {
  if (body.over === "people") return body.measures.flatMap((each) => ("event" in each ? [each.event] : []));
  const all: EventSelector[] = [];
  for (const [index, series] of body.measures.entries()) all.push(...(await eventsOfSeries(asking, series, `measures.${index}`)));
  return all;
}
