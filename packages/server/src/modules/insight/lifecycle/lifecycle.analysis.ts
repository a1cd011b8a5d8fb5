import { listLifecyclePeople, queryLifecycle } from "@terrace/contract/api/insight-lifecycle";
import { planLifecycle, shapeLifecycle } from "@terrace/domain/insight/lifecycle/lifecycle";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { countLifecycle, peopleInState } from "./lifecycle.views.ts";

/** Lifecycle, and the people in its states. */
export const lifecycle = analysis({
  kind: "lifecycle",
  route: queryLifecycle,
  groups: { events: (body) => [body.event], narrows: "all" },
  answer: async (asking, body) => {
    const plan = valueOrThrow(planLifecycle(body, asking.calendar, asking.nowMs));
    const counts = await countLifecycle(asking, plan, body.event);
    return { zone: asking.calendar.zone, ...shapeLifecycle(plan, counts, asking.calendar, asking.nowMs) };
  },
  people: {
    route: listLifecyclePeople,
    behind: async (asking, body) => {
      const plan = valueOrThrow(planLifecycle(body, asking.calendar, asking.nowMs));
      // One interval more is read than is told of.
      if (body.cell.interval >= intervalCount(plan.intervals) - 1)
        throw faultError("insight.no_such_cell", { field: "cell.interval", mend: "Name an interval of the answer, counted from 0" });
      return peopleInState(asking, plan, body.event, body.cell);
    },
  },
});
