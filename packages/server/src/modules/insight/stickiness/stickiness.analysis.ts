import { listStickinessPeople, queryStickiness } from "@terrace/contract/api/insight-stickiness";
import { planStickiness, shapeStickiness } from "@terrace/domain/insight/stickiness/stickiness";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { countStickiness, peopleActiveIn } from "./stickiness.views.ts";

/** Stickiness, and the people behind its rows. */
export const stickiness = analysis({
  kind: "stickiness",
  route: queryStickiness,
  groups: { events: (body) => [body.event], narrows: "all" },
  answer: async (asking, body) => {
    const plan = valueOrThrow(planStickiness(body, asking.calendar, asking.nowMs));
    const counts = await countStickiness(asking, plan, body.event);
    return { zone: asking.calendar.zone, ...shapeStickiness(plan, counts, asking.calendar, asking.nowMs) };
  },
  people: {
    route: listStickinessPeople,
    behind: async (asking, body) => {
      const plan = valueOrThrow(planStickiness(body, asking.calendar, asking.nowMs));
      return peopleActiveIn(asking, plan, body.event, body.cell);
    },
  },
});
