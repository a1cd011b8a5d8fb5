import { listStickinessPeople, queryStickiness } from "@terrace/contract/api/insight-stickiness";
import { planStickiness, shapeStickiness } from "@terrace/domain/insight/stickiness/stickiness";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { startAsking, type AnalysisDeps } from "../time/asking.ts";
import { readPeopleBehind } from "../time/people-behind.views.ts";
import { countStickiness, peopleActiveIn } from "./stickiness.views.ts";

/** Stickiness, and the people behind its rows. */
export function stickinessRoutes(deps: AnalysisDeps): readonly RouteHandler[] {
  return [
    handle(queryStickiness, async ({ body }, context) => {
      const asking = await startAsking(deps, context, body.weekStart);
      const plan = valueOrThrow(planStickiness(body, asking.calendar, asking.nowMs));
      const counts = await countStickiness(asking, plan, body.event);
      return { zone: asking.calendar.zone, ...shapeStickiness(plan, counts, asking.calendar, asking.nowMs) };
    }),
    handle(listStickinessPeople, async ({ body, query }, context) => {
      const asking = await startAsking(deps, context, body.weekStart);
      const plan = valueOrThrow(planStickiness(body, asking.calendar, asking.nowMs));
      const people = peopleActiveIn(asking, plan, body.event, body.cell);
      return readPeopleBehind(deps, asking, context, { feature: "insight.stickiness_people", people, page: query });
    }),
  ];
}
