import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalLabelSchema, intervalSchema, selectorSchema } from "./insight-parts.ts";
import { figure, periodQuery, periodShown } from "./insight-sequence-parts.ts";

const count = z.number().int();
const seconds = z.number().min(0).max(1e9);

export const sessionsQuerySchema = z.strictObject({
  ...filtersQuery,
  ...groupsQuery,
  ...periodQuery,
  events: z.array(selectorSchema).min(1).max(50).optional().describe("The events that count; default: all"),
  sessionGapSeconds: z
    .number()
    .int()
    .min(1)
    .max(30 * 86_400)
    .default(1_800)
    .describe("So long a pause or longer begins a new session"),
});
const figures = {
  sessions: count,
  people: count.describe("With a session"),
  events: count,
  bounceRate: figure.describe("Part of the sessions that have one event"),
  averageSeconds: figure.describe("Of a session, from its first event to its last"),
  medianSeconds: figure,
  totalSeconds: z.number(),
  sessionsPerPerson: figure,
  secondsPerPerson: figure.describe("Average time of active people: total time over people with a session"),
};

const sessionsFigures = z.object({
  ...periodShown,
  ...figures,
  intervals: z.array(intervalLabelSchema.extend(figures)).optional(),
});

export const getSessions = analysisRoute({
  id: "getSessions",
  summary: "Sessions: how many, how long, bounces, average time of active people",
  kind: "sessions",
  body: sessionsQuerySchema.extend({ interval: intervalSchema.optional().describe("Also by the interval in which sessions began") }),
  response: sessionsFigures.extend(groupsShown(sessionsFigures)),
});

export const listSessionPeople = peopleBehindRoute({
  id: "listSessionPeople",
  summary: "The people with sessions of a length, or begun in an interval",
  kind: "sessions",
  body: sessionsQuerySchema.extend({
    ...ofGroup,
    cell: z
      .strictObject({
        bounced: z.boolean().optional().describe("Only sessions of one event, or only the others"),
        fromSeconds: seconds.optional(),
        toSeconds: seconds.optional().describe("Not included"),
        begunFrom: z.iso.datetime().optional().describe("`from` of an interval of the answer"),
        begunTo: z.iso.datetime().optional(),
      })
      .default({}),
  }),
});

export const sessionRoutes = [getSessions, listSessionPeople] as const;
