import { getDistribution, listDistributionPeople, type distributionQuerySchema } from "@terrace/contract/api/insight-distribution";
import { COUNT_BRACKETS, readBrackets, shapeBrackets, sumBrackets, untilLast } from "@terrace/domain/insight/spread/distribution-plan";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { distributionFigures, distributionPeople, type DistributionPlan } from "./distribution.views.ts";

/** People by what they did in sum, and the people of a bracket. */
export const distribution = analysis({
  kind: "distribution",
  route: getDistribution,
  groups: { events: (body) => [body.event], narrows: "all" },
  answer: async (asking, body) => {
    const plan = planOf(asking, body);
    const own = body.brackets === undefined ? undefined : valueOrThrow(readBrackets(body.brackets));
    const known = own ?? (body.measure.kind === "sum" ? undefined : COUNT_BRACKETS);
    const spread = await distributionFigures(asking, plan, known ?? []);
    // Only what a sum comes to has to be seen before it can be parted.
    const starts = known ?? sumBrackets(spread);
    const figures = known === undefined ? await distributionFigures(asking, plan, starts) : spread;
    const [below = 0, ...counts] = figures.counts;
    const brackets = shapeBrackets(starts, counts, figures.people);
    return {
      from: isoInstant(plan.fromMs),
      to: isoInstant(plan.toMs),
      people: figures.people,
      total: figures.total,
      average: figures.people === 0 ? null : figures.total / figures.people,
      median: figures.median,
      below,
      brackets: own === undefined ? untilLast(brackets) : brackets,
    };
  },
  people: {
    route: listDistributionPeople,
    behind: async (asking, body) => distributionPeople(planOf(asking, body), asking.tools, body.cell),
  },
});

function planOf(asking: Asking, { period, event, measure }: z.output<typeof distributionQuerySchema>): DistributionPlan {
  return { ...periodOf(asking, period), event, measure };
}
