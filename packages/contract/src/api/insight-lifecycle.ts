import { LIFECYCLE_INTERVALS_MAX, LIFECYCLE_STATES } from "@terrace/domain/insight/lifecycle/lifecycle";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalLabelSchema, intervalSchema, periodSchema, selectorSchema, weekStartSchema } from "./insight-parts.ts";

export const lifecycleQuerySchema = z.strictObject({
  ...filtersQuery,
  ...groupsQuery,
  period: periodSchema.describe("Told in whole intervals"),
  interval: intervalSchema.default("day"),
  weekStart: weekStartSchema,
  event: selectorSchema.describe("What counts as being active"),
});
const counts = z.array(z.number().int());

const lifecycleFigures = z.object({
  zone: z.string(),
  intervals: z.array(intervalLabelSchema),
  states: z.object({
    new: counts.describe("The first event ever lies in the interval"),
    returning: counts.describe("Active in it and in the one before"),
    resurrecting: counts.describe("Active in it and earlier, but not in the one before"),
    dormant: counts.describe("Active in the one before, but not in it; below zero"),
  }),
});

export const queryLifecycle = analysisRoute({
  id: "queryLifecycle",
  summary: "Lifecycle: new, returning, resurrecting and dormant people per interval",
  kind: "lifecycle",
  body: lifecycleQuerySchema,
  response: lifecycleFigures.extend(groupsShown(lifecycleFigures)),
});
export const listLifecyclePeople = peopleBehindRoute({
  id: "listLifecyclePeople",
  summary: "People in a state of the lifecycle in an interval",
  kind: "lifecycle",
  body: lifecycleQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({ interval: z.number().int().min(0).max(LIFECYCLE_INTERVALS_MAX), state: z.enum(LIFECYCLE_STATES) }),
  }),
});

export const lifecycleRoutes = [queryLifecycle, listLifecyclePeople];
