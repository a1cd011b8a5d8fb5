import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { answerMetaSchema } from "./insight-analysis.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { personIdSchema } from "./people.ts";
import { layerKeySchema } from "./pyramids.ts";

/** People ranked at once. */
export const RANKED_MAX = 200;

const params = workspaceParams.extend({ pyramid: z.string().max(40) });
const layerParams = params.extend({ layer: z.string().max(40) });
const base = "/api/workspaces/:workspace/pyramids/:pyramid";
const side = layerKeySchema.nullable().describe("A layer; null for none");
const meta = answerMetaSchema.omit({ cached: true, stale: true });
const ranked = z.object({
  limit: z.coerce.number().int().min(1).max(RANKED_MAX).default(50),
  queryId: z.uuid().optional().describe("By which the query can be looked at and ended while it runs"),
});
const sum = z.object({ total: z.number(), share: z.number().nullable().describe("Of all layers together, 0 to 1; null where that is 0") });

export const getPyramidShares = route({
  id: "getPyramidShares",
  tag: "Pyramids",
  summary: "The share of each layer in people, and in what they did in a period: contribution, events, turnover",
  method: "GET",
  path: `${base}/shares`,
  access: "people:read",
  params,
  query: z.object({
    from: z.iso.date().optional().describe("A local date. Default: 30 days back"),
    to: z.iso.date().optional().describe("A local date, not included. Default: tomorrow"),
    queryId: z.uuid().optional(),
  }),
  response: z.object({
    zone: z.string(),
    fromAt: z.string(),
    toAt: z.string(),
    layers: z
      .array(
        z.object({
          layer: side.describe("Null: people in no layer"),
          people: z.number().int(),
          share: z.number().nullable().describe("Of everyone, 0 to 1; null where there is nobody"),
          contribution: sum.nullable().describe("Null where the pyramid says nothing of contributions"),
          events: sum,
          turnover: sum.describe("Revenue of what counts as an order, in minor units of the workspace's currency, refunds not taken off"),
        }),
      )
      .describe("From the top down; people by the layer in which they are now"),
    meta,
  }),
});
export const getPyramidFlow = route({
  id: "getPyramidFlow",
  tag: "Pyramids",
  summary: "From which layer to which people went between the beginnings of two local days, who stayed too",
  method: "GET",
  path: `${base}/flow`,
  access: "people:read",
  params,
  query: z.object({
    from: z.iso.date().optional().describe("A local date. Default: 30 days back"),
    to: z.iso.date().optional().describe("A local date; one to come is now. Default: tomorrow"),
  }),
  response: z.object({
    zone: z.string(),
    since: z.string().describe("When the pyramid was made: nothing is known of before"),
    fromAt: z.string().describe("`listClassMoves` with the pyramid's class tells the people of a flow between these two"),
    toAt: z.string(),
    flows: z.array(z.object({ from: side, to: side, people: z.number().int() })).describe("In the order of the layers; nobody: left out"),
  }),
});

/** One countable thing that somebody still lacks. */
const lackSchema = z.object({
  leaf: personConditionSchema.describe("The part of the condition it is about"),
  has: z.number(),
  needs: z.number(),
  op: z.enum(["gt", "gte", "eq", "lt", "lte"]),
});
export const listCloseToPromotion = route({
  id: "listCloseToPromotion",
  tag: "Pyramids",
  summary: "People of lower layers by how near they are to meeting a layer's rule, the nearest first, with what each still lacks",
  method: "GET",
  path: `${base}/layers/:layer/close`,
  access: "people:read",
  params: layerParams,
  query: ranked,
  response: z.object({
    items: z.array(
      z.object({
        personId: personIdSchema,
        displayName: z.string(),
        layer: side,
        progress: z.number().describe("0 to 1: `all` is the mean of its parts, `any` the greatest; 1 is met"),
        lacks: z.array(lackSchema).describe("Countable parts that are not met, the nearest way through an `any` only"),
        unmet: z.array(personConditionSchema).describe("Parts that are not met and have no distance"),
      }),
    ),
    countable: z.array(personConditionSchema).describe("Parts of the rule that tell a distance"),
    uncountable: z.array(personConditionSchema).describe("Parts that are met or not, and count as 1 or 0"),
    meta,
  }),
});
export const listInDanger = route({
  id: "listInDanger",
  tag: "Pyramids",
  summary: "People of a layer who have not contributed the monthly minimum so far this month, the least first",
  method: "GET",
  path: `${base}/layers/:layer/danger`,
  access: "people:read",
  params: layerParams,
  query: ranked,
  response: z.object({
    month: z.string().describe("YYYY-MM"),
    minimum: z.number(),
    people: z.number().int().describe("All of them"),
    items: z.array(
      z.object({
        personId: personIdSchema,
        displayName: z.string(),
        contribution: z.number(),
        monthsBelow: z.number().int().describe("Complete months below it until now, one after another, that count towards demotion"),
        leavesAt: z.string().nullable().describe("When a grace ends after which they leave"),
      }),
    ),
    meta,
  }),
});
export const listPyramidReviews = route({
  id: "listPyramidReviews",
  tag: "Pyramids",
  summary: "Monthly reviews that were made, the newest first",
  method: "GET",
  path: `${base}/reviews`,
  access: "people:read",
  params,
  response: z.object({
    items: z.array(
      z.object({
        month: z.string().describe("YYYY-MM that was reviewed"),
        at: z.string(),
        promoted: z.number().int().describe("Standings given"),
        demoted: z.number().int().describe("Standings taken for the monthly minimum, without a grace"),
        warned: z.number().int().describe("Standings that end after a grace"),
      }),
    ),
  }),
});

export const pyramidFigureRoutes = [getPyramidShares, getPyramidFlow, listCloseToPromotion, listInDanger, listPyramidReviews] as const;
