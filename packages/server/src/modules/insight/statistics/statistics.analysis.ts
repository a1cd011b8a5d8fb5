import { listStatisticsPeople, queryStatistics, type statisticsQuerySchema } from "@terrace/contract/api/insight-statistics";
import { sumBrackets } from "@terrace/domain/insight/spread/distribution-plan";
import { skewOf } from "@terrace/domain/insight/statistics/describe";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { analysis } from "../analysis.ts";
import { refuseUnseenMeasure } from "../person-values/person-values.views.ts";
import { periodOf, refuseUnseen, type Asking } from "../time/asking.ts";
import { numberCounts, numberFigures, peopleInRange, PERCENTILES, type NumberFigures } from "./statistics.views.ts";

type Of = z.output<typeof statisticsQuerySchema>["of"];

/** Descriptive statistics of a number of events or people, and the people in a range of it. */
export const statistics = analysis({
  kind: "statistics",
  route: queryStatistics,
  answer: async (asking, body) => {
    refuseHidden(asking, body.of);
    const period = periodOf(asking, body.period);
    const figures = await numberFigures(asking, period, body.of);
    const { n, without, sum, mean, min, max, variance, cubes } = figures;
    const at = (percentile: (typeof PERCENTILES)[number]): number | null => figures.percentiles[PERCENTILES.indexOf(percentile)] ?? null;
    return {
      from: isoInstant(period.fromMs),
      to: isoInstant(period.toMs),
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
      median: at(50),
      q1: at(25),
      q3: at(75),
      histogram: await histogramOf(asking, body, { figures, p5: at(5) ?? 0, p95: at(95) ?? 0 }),
    };
  },
  people: {
    route: listStatisticsPeople,
    behind: async (asking, body) => {
      refuseHidden(asking, body.of);
      return peopleInRange(asking, periodOf(asking, body.period), { of: body.of, ...body.cell });
    },
  },
});

function refuseHidden(asking: Asking, of: Of): void {
  if ("property" in of) refuseUnseen(asking.fields, of.property, "of.property");
  else refuseUnseenMeasure(asking, of, "of");
}

async function histogramOf(
  asking: Asking,
  { period, of }: z.output<typeof statisticsQuerySchema>,
  { figures, p5, p95 }: { readonly figures: NumberFigures; readonly p5: number; readonly p95: number },
) {
  const { n, min, max } = figures;
  if (min === null || max === null) return [];
  const starts = sumBrackets({ min, max, p5, p95 });
  const [, ...counts] = await numberCounts(asking, periodOf(asking, period), { of, starts });
  return starts.map((from, index) => ({
    from,
    to: starts[index + 1] ?? null,
    n: counts[index] ?? 0,
    share: n === 0 ? null : (counts[index] ?? 0) / n,
  }));
}
