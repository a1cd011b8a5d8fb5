import { getDistribution, listDistributionPeople } from "@terrace/contract/api/insight-distribution";
import { COUNT_BRACKETS, readBrackets, shapeBrackets, sumBrackets, untilLast } from "@terrace/domain/insight/spread/distribution-plan";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { peoplePage } from "../sequence/people-page.ts";
import { queryGround } from "../sequence/query-ground.ts";
import { refuseUnseen, type AnalysisDeps } from "../time/asking.ts";
import { distributionFigures, distributionPeople } from "./distribution.views.ts";

/** People by what they did in sum, and the people of a bracket. */
export function distributionRoutes(deps: AnalysisDeps): readonly RouteHandler[] {
  const { warehouse } = deps;
  return [
    handle(getDistribution, async ({ body }, context) => {
      const { signal } = context;
      const { period, tools } = await queryGround(deps, context, body);
      refuseUnseen(context.fields, body.measure.kind === "sum" ? body.measure.property : undefined, "measure.property");
      const plan = { ...period, event: body.event, measure: body.measure };
      const own = body.brackets === undefined ? undefined : valueOrThrow(readBrackets(body.brackets));
      const known = own ?? (body.measure.kind === "sum" ? undefined : COUNT_BRACKETS);
      const spread = await distributionFigures(warehouse, plan, tools, { starts: known ?? [], signal });
      // Only what a sum comes to has to be seen before it can be parted.
      const starts = known ?? sumBrackets(spread);
      const figures = known === undefined ? await distributionFigures(warehouse, plan, tools, { starts, signal }) : spread;
      const [below = 0, ...counts] = figures.counts;
      const brackets = shapeBrackets(starts, counts, figures.people);
      return {
        from: isoInstant(period.fromMs),
        to: isoInstant(period.toMs),
        people: figures.people,
        total: figures.total,
        average: figures.people === 0 ? null : figures.total / figures.people,
        median: figures.median,
        below,
        brackets: own === undefined ? untilLast(brackets) : brackets,
      };
    }),
    handle(listDistributionPeople, async ({ body, query }, context) => {
      const { period, tools } = await queryGround(deps, context, body);
      refuseUnseen(context.fields, body.measure.kind === "sum" ? body.measure.property : undefined, "measure.property");
      const plan = { ...period, event: body.event, measure: body.measure };
      return peoplePage(deps, context, query, (page) => distributionPeople(warehouse, plan, tools, { ...body.cell, ...page }));
    }),
  ];
}
