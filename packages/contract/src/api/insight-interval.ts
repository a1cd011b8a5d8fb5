import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { selectorSchema } from "./insight-parts.ts";
import { eventFieldSchema, figure, periodQuery, periodShown } from "./insight-sequence-parts.ts";

const count = z.number().int();
const seconds = z.number().min(0).max(1e9);
export const intervalQuerySchema = z.strictObject({
  ...filtersQuery,
  ...groupsQuery,
  ...periodQuery,
  start: selectorSchema,
  end: selectorSchema.describe("May be the same event as `start`: then from each time to the next"),
  holdConstant: eventFieldSchema.optional().describe("Both events have the same value of this; events without one are left out"),
  withinSeconds: z.number().min(1).max(1e9).optional().describe("Longer intervals are left out"),
});

const intervalFigures = z.object({
  ...periodShown,
  intervals: count,
  people: count,
  averageSeconds: figure,
  deviationSeconds: figure.describe("Standard deviation of all intervals"),
  minSeconds: figure,
  maxSeconds: figure,
  percentiles: z.array(z.object({ percent: z.number(), seconds: figure })),
  histogram: z.array(z.object({ fromSeconds: z.number(), toSeconds: z.number().nullable(), intervals: count, people: count })),
});

export const getInterval = analysisRoute({
  id: "getInterval",
  summary: "The time from an event to the next of another: percentiles and histogram",
  kind: "interval",
  body: intervalQuerySchema.extend({
    bracketsSeconds: z.array(seconds).min(1).max(60).optional().describe("Beginnings, rising; the last bracket is open"),
  }),
  response: intervalFigures.extend(groupsShown(intervalFigures)),
});

export const listIntervalPeople = peopleBehindRoute({
  id: "listIntervalPeople",
  summary: "The people with an interval of a length",
  kind: "interval",
  body: intervalQuerySchema.extend({
    ...ofGroup,
    cell: z
      .strictObject({ fromSeconds: seconds.default(0), toSeconds: seconds.nullable().default(null).describe("Not included") })
      .prefault({}),
  }),
});

export const intervalRoutes = [getInterval, listIntervalPeople] as const;
