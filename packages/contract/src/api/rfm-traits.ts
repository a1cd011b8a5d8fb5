import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { selectorSchema } from "./insight-parts.ts";
import { tradeQuery } from "./insight-money-parts.ts";
import { rfmThresholdsSchema } from "./insight-rfm.ts";
import { segmentLiveSchema } from "./segments.ts";

/** How people are scored: as the analysis RFM does at the beginning of the local day. */
const scoringSchema = z.strictObject({
  lookbackDays: z.number().int().min(1).max(3_660).default(365),
  ...tradeQuery,
  scores: z.number().int().min(2).max(10).default(5).describe("Equal parts of people; equal values have the same score"),
  thresholds: rfmThresholdsSchema,
  dailyAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Give a time as HH:MM")
    .default("04:00")
    .describe("When everyone is scored, in the workspace's zone"),
});

export const rfmTraitsSchema = z.object({
  on: z.boolean(),
  scoring: scoringSchema.extend({ orders: selectorSchema.optional(), refunds: selectorSchema.optional() }).nullable(),
  scheduled: segmentLiveSchema.shape.scheduled.describe(
    "When everyone was last scored, and will be; `asOf` is the instant up to which orders count",
  ),
  people: z.number().int().describe("Those with scores"),
});
export type RfmTraits = z.infer<typeof rfmTraitsSchema>;

export const getRfmTraits = route({
  id: "getRfmTraits",
  tag: "Classes",
  summary:
    "Whether everyone's RFM scores are kept as traits ($rfm, $rfm_r, $rfm_f, $rfm_m), and how; the people of each are those of the classes rfm, rfm_r, rfm_f and rfm_m",
  method: "GET",
  path: "/api/workspaces/:workspace/rfm-traits",
  access: "people:read",
  params: workspaceParams,
  response: rfmTraitsSchema,
});
export const putRfmTraits = route({
  id: "putRfmTraits",
  tag: "Classes",
  summary: "Keep everyone's RFM scores and group as traits, anew each day, or score them in another way",
  method: "PUT",
  path: "/api/workspaces/:workspace/rfm-traits",
  access: "segments:write",
  params: workspaceParams,
  body: scoringSchema.extend({ language: z.enum(["zh", "en"]).default("zh").describe("In which classes and their values are named") }),
  response: rfmTraitsSchema,
});
export const deleteRfmTraits = route({
  id: "deleteRfmTraits",
  tag: "Classes",
  summary: "Keep RFM no longer: its classes, their history, and the traits of everyone go",
  method: "DELETE",
  path: "/api/workspaces/:workspace/rfm-traits",
  access: "segments:write",
  params: workspaceParams,
  response: doneResponse,
});

export const rfmTraitsRoutes = [getRfmTraits, putRfmTraits, deleteRfmTraits] as const;
