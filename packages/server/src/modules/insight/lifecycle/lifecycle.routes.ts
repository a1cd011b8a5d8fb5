import { listLifecyclePeople, queryLifecycle } from "@terrace/contract/api/insight-lifecycle";
import { planLifecycle, shapeLifecycle } from "@terrace/domain/insight/lifecycle/lifecycle";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { startAsking, type AnalysisDeps } from "../time/asking.ts";
import { readPeopleBehind } from "../time/people-behind.views.ts";
import { countLifecycle, peopleInState } from "./lifecycle.views.ts";

/** Lifecycle, and the people in its states. */
export function lifecycleRoutes(deps: AnalysisDeps): readonly RouteHandler[] {
  return [
    handle(queryLifecycle, async ({ body }, context) => {
      const asking = await startAsking(deps, context, body.weekStart);
      const plan = valueOrThrow(planLifecycle(body, asking.calendar, asking.nowMs));
      const counts = await countLifecycle(asking, plan, body.event);
      return { zone: asking.calendar.zone, ...shapeLifecycle(plan, counts, asking.calendar, asking.nowMs) };
    }),
    handle(listLifecyclePeople, async ({ body, query }, context) => {
      const asking = await startAsking(deps, context, body.weekStart);
      const plan = valueOrThrow(planLifecycle(body, asking.calendar, asking.nowMs));
      // One interval more is read than is told of.
      if (body.cell.interval >= intervalCount(plan.intervals) - 1)
        throw faultError("insight.no_such_cell", { field: "cell.interval", mend: "Name an interval of the answer, counted from 0" });
      const people = peopleInState(asking, plan, body.event, body.cell);
      return readPeopleBehind(deps, asking, context, { feature: "insight.lifecycle_people", people, page: query });
    }),
  ];
}
