import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { personIdSchema, personParams } from "./people.ts";

/** People that a segment can be made of by their ids at once. */
export const SEGMENT_IDS_MAX = 50_000;
/** Members of a segment. */
export const SEGMENT_SIZE_MAX = 5_000_000;

const json = z.record(z.string(), z.json());
/** A figure of an analysis: the kind of analysis, its query, and the cell of its answer, as `POST …/insight/<kind>/people` takes them. */
export const figureSchema = z.strictObject({
  kind: z.string().min(1).max(40).describe("Analysis, e.g. funnel"),
  query: json.describe("The query, without the cell"),
  cell: json.optional().describe("The cell of the answer; without it, everyone behind the answer where the analysis has that"),
});

export const segmentKindSchema = z.enum(["snapshot", "rule"]);
/** How fresh a segment by rule is. */
export const segmentLiveSchema = z.object({
  stage: z
    .enum(["filling", "settling", "live"])
    .describe(
      "filling: what the rule asks for is being counted; settling: everyone is being looked at once; live: members are right within moments",
    ),
  changedAt: z.string().nullable().describe("When somebody last came or went"),
  lag: z
    .object({ lastMs: z.number().int(), p99Ms: z.number().int() })
    .nullable()
    .describe("From the receipt of an event to the change it led to, of the last 100 changes; null while there was none"),
});
export const segmentIdSchema = z.string().max(20);
export const segmentSchema = z.object({
  id: segmentIdSchema,
  name: z.string(),
  kind: segmentKindSchema.describe("snapshot: the people of one moment; rule: those who meet a condition, now"),
  madeFrom: figureSchema.nullable().describe("The figure whose people these were; null for people given by their ids"),
  rule: personConditionSchema.nullable().describe("The condition of a segment by rule"),
  live: segmentLiveSchema.nullable().describe("How fresh a segment by rule is"),
  size: z.number().int().describe("Members; of a snapshot those when it was made, without those erased since"),
  createdAt: z.string(),
  createdBy: z.string(),
  archivedAt: z.string().nullable(),
  ready: z.boolean().describe("False for the moments in which analyses do not know all members yet"),
});
export type SegmentView = z.infer<typeof segmentSchema>;

/** What depends on a segment or a metric. A schedule of reports goes by their kind, business events by what they count as. */
export const useSchema = z.object({
  kind: z.enum(["segment", "analysis", "dashboard", "goal", "report", "alert", "metric", "business_events"]),
  id: z.string(),
  name: z.string(),
});
export type Use = z.infer<typeof useSchema>;

const name = z.string().trim().min(1).max(80);
const segmentParams = workspaceParams.extend({ segment: segmentIdSchema });

export const listSegments = route({
  id: "listSegments",
  tag: "Segments",
  summary: "Segments, the newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/segments",
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({
    search: z.string().max(80).optional().describe("Part of the name"),
    archived: z.enum(["true", "false"]).default("false"),
  }),
  response: pageOf(segmentSchema),
});
export const createSegment = route({
  id: "createSegment",
  tag: "Segments",
  summary: "Save the people behind a figure, people by their ids, or whoever meets a condition from now on, as a segment",
  method: "POST",
  path: "/api/workspaces/:workspace/segments",
  access: "segments:write",
  bodyBytesMax: 2_000_000,
  params: workspaceParams,
  body: z.union([
    z.strictObject({ name, from: figureSchema }),
    z.strictObject({ name, people: z.array(personIdSchema).min(1).max(SEGMENT_IDS_MAX) }),
    z.strictObject({ name, rule: personConditionSchema }),
  ]),
  response: segmentSchema.extend({ unknown: z.number().int().describe("Ids among those given that nobody has") }),
});
export const getSegment = route({
  id: "getSegment",
  tag: "Segments",
  summary: "One segment and what uses it; its members are the people listed with `segment`",
  method: "GET",
  path: "/api/workspaces/:workspace/segments/:segment",
  access: "people:read",
  params: segmentParams,
  response: segmentSchema.extend({ usedBy: z.array(useSchema) }),
});
export const updateSegment = route({
  id: "updateSegment",
  tag: "Segments",
  summary: "Rename a segment, put it away, bring it back, or give it another rule",
  method: "PATCH",
  path: "/api/workspaces/:workspace/segments/:segment",
  access: "segments:write",
  params: segmentParams,
  body: z.strictObject({ name, archived: z.boolean(), rule: personConditionSchema.describe("Of a segment by rule only") }).partial(),
  response: segmentSchema,
});
export const deleteSegment = route({
  id: "deleteSegment",
  tag: "Segments",
  summary: "Delete a segment that nothing uses",
  method: "DELETE",
  path: "/api/workspaces/:workspace/segments/:segment",
  access: "segments:write",
  params: segmentParams,
  response: doneResponse,
});
export const listPersonSegments = route({
  id: "listPersonSegments",
  tag: "Segments",
  summary: "The segments a person is in",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/segments",
  access: "people:read",
  params: personParams,
  response: z.object({ items: z.array(segmentSchema.pick({ id: true, name: true, kind: true })) }),
});

export const segmentRoutes = [listSegments, createSegment, getSegment, updateSegment, deleteSegment, listPersonSegments] as const;
