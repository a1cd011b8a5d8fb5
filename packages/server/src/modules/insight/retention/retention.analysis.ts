import { listRetentionPeople, queryRetention, type retentionQuerySchema } from "@terrace/contract/api/insight-retention";
import { shapeRetention } from "@terrace/domain/insight/retention/retention-answer";
import { hasCell, planRetention } from "@terrace/domain/insight/retention/retention-plan";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import type { Asking } from "../time/asking.ts";
import { countRetention, peopleOfCell, type RetentionAsked } from "./retention.views.ts";

/** Retention, and the people behind its cells. */
export const retention = analysis({
  kind: "retention",
  route: queryRetention,
  groups: { events: (body) => [body.start], narrows: "start" },
  answer: async (asking, body) => {
    const asked = read(body, asking);
    const counts = await countRetention(asking, asked);
    const { kind, mode, relativeTo } = body;
    const answer = shapeRetention(asked.plan, counts, { ...asking, relativeTo, withValue: body.value !== undefined });
    return { zone: asking.calendar.zone, kind, mode, ...answer };
  },
  people: {
    route: listRetentionPeople,
    behind: async (asking, body) => {
      const asked = read(body, asking);
      const { cohort, column } = body.cell;
      const distances = asked.plan.columns[column];
      if (cohort >= asked.plan.cohorts || distances === undefined || !hasCell(asked.plan, cohort, distances))
        throw faultError("insight.no_such_cell", { field: "cell", mend: "Name a cohort and a column of the answer, counted from 0" });
      return peopleOfCell(asking, asked, body.cell);
    },
  },
});

function read(body: z.output<typeof retentionQuerySchema>, asking: Asking): RetentionAsked {
  const plan = valueOrThrow(planRetention(body, asking.calendar, asking.nowMs));
  return { plan, kind: body.kind, start: body.start, return: body.return, value: body.value };
}
