import { PATH_NODES } from "@terrace/domain/insight/paths/paths-plan";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { selectorSchema } from "./insight-parts.ts";
import { periodQuery, periodShown } from "./insight-sequence-parts.ts";

const node = z.string().min(1).max(2_048);
const count = z.number().int();

export const pathsQuerySchema = z.strictObject({
  ...filtersQuery,
  ...groupsQuery,
  ...periodQuery,
  node: z.enum(PATH_NODES).default("event").describe("event: names of events; page: paths of pages, of events that have one"),
  events: z.array(selectorSchema).min(1).max(50).optional().describe("The events that count; default: all"),
  sessionGapSeconds: z
    .number()
    .int()
    .min(1)
    .max(30 * 86_400)
    .default(1_800)
    .describe("So long a pause or longer begins a new session"),
  maxSteps: z.number().int().min(2).max(20).default(5),
  startAt: node.optional().describe("Paths begin where a session first comes here; sessions that never do are left out"),
  endAt: node.optional().describe("Paths end where a session first comes here (after startAt); sessions that never do are left out"),
  collapseRepeats: z.boolean().default(false).describe("The same node several times on end is one step"),
});

const pathsFigures = z.object({
  ...periodShown,
  sessions: count.describe("Sessions with a path"),
  people: count,
  edges: z.array(
    z.object({
      step: count.describe("Step of the source, from 1"),
      source: z.string(),
      target: z.string(),
      sessions: count,
      people: count,
    }),
  ),
  rest: z.object({ edges: count, sessions: count }).describe("Edges not shown, and how often they were gone"),
  ends: z.array(z.object({ step: count, node: z.string(), sessions: count, people: count })).describe("Where paths end, the most frequent"),
});

export const getPaths = analysisRoute({
  id: "getPaths",
  summary: "Paths: how often sessions go from a node to the next, by step",
  kind: "paths",
  body: pathsQuerySchema.extend({ limit: z.number().int().min(1).max(500).default(50).describe("Edges shown, the most frequent") }),
  response: pathsFigures.extend(groupsShown(pathsFigures)),
});

export const listPathPeople = peopleBehindRoute({
  id: "listPathPeople",
  summary: "The people behind an edge or an end of paths",
  kind: "paths",
  body: pathsQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      step: z.number().int().min(1).max(20),
      source: node.optional().describe("Without it: from anywhere"),
      target: node.nullable().optional().describe("null: paths that end here; without it: to anywhere, or nowhere"),
    }),
  }),
});

export const pathRoutes = [getPaths, listPathPeople] as const;
