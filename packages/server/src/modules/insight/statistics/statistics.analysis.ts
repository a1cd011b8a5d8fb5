import { listStatisticsPeople, queryStatistics, type statisticsQuerySchema } from "@terrace/contract/api/insight-statistics";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import { isByPerson } from "@terrace/domain/insight/breakdown";
import { sumBrackets } from "@terrace/domain/insight/spread/distribution-plan";
import { skewOf } from "@terrace/domain/statistics/describe";
import { queryFault } from "@terrace/domain/insight/query-fault";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { numberCounts, numberFigures, peopleInRange, PERCENTILES, type NumberFigures } from "./statistics.views.ts";

type Body = z.output<typeof statisticsQuerySchema>;

/** Descriptive statistics of a number of events or people, and the people in a range of it. */
export const statistics = analysis({
  kind: "statistics",
  route: queryStatistics,
  groups: { events: groupedEvents, narrows: "all", cellOf: "group" },
  answer: async (asking, body) => {
    const span = periodOf(asking, body.period);
    const figures = await numberFigures(asking, span, body.of);
    const { n, without, sum, mean, min, max, variance, cubes } = figures;
    const at = (percentile: (typeof PERCENTILES)[number]): number | null => figures.percentiles[PERCENTILES.indexOf(percentile)] ?? null;
    return {
      from: isoInstant(span.fromMs),
      to: isoInstant(span.toMs),
      unit: "property" in body.of ? ("events" as const) : ("people" as const),
      n,
      without: "property" in body.of ? without : null,
      sum,
      mean,
      sd: variance === null ? null : Math.sqrt(variance),
      skew: skewOf({ n, variance, cubes }),
      min,
      max,
      percentiles: PERCENTILES.map((percentile) => ({ percentile, value: at(percentile) })),
      whole: figures.broken === 0,
      median: at(50),
      q1: at(25),
      q3: at(75),
      histogram: await histogramOf(asking, body, { figures, p5: at(5) ?? 0, p95: at(95) ?? 0 }),
    };
  },
  people: {
    route: listStatisticsPeople,
    behind: async (asking, body) => peopleInRange(asking, periodOf(asking, body.period), { of: body.of, ...body.cell }),
  },
});

async function histogramOf(
  asking: Asking,
  body: Body,
  { figures, p5, p95 }: { readonly figures: NumberFigures; readonly p5: number; readonly p95: number },
) {
  const { n, min, max } = figures;
  if (min === null || max === null) return [];
  const starts = sumBrackets({ min, max, p5, p95 }, figures.broken === 0);
  const [, ...counts] = await numberCounts(asking, periodOf(asking, body.period), { of: body.of, starts });
  return starts.map((from, index) => ({
    from,
    to: starts[index + 1] ?? null,
    n: counts[index] ?? 0,
    share: n === 0 ? null : (counts[index] ?? 0) / n,
  }));
}

/** Of which events groups are; a trait is people's, whom any event makes known. Throws `insight.query_invalid` where an event is to tell traits apart. */
function groupedEvents({ of, breakdown }: Body): readonly EventSelector[] {
  if ("event" in of) return [of.event];
  if (breakdown === undefined || isByPerson(breakdown.by)) return [];
  return valueOrThrow(
    queryFault("breakdown.by", "A trait is told by what is known of people: choose a trait, segments or a first or last touch"),
  );
}
