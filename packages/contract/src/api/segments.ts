import { IDENTITY_KINDS, IDENTITY_LENGTH_MAX } from "@terrace/domain/identity/identity-kinds";
import { COMBINATION_OPS, COMBINED_MAX } from "@terrace/domain/segments/combination";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { personIdSchema, personParams } from "./people.ts";

/** People that a segment can be made of by their ids at once. */
export const SEGMENT_IDS_MAX = 50_000;
/** Bytes of a body with so many ids. */
const LIST_BYTES_MAX = 16_000_000;
/** Members of a segment. */
export const SEGMENT_SIZE_MAX = 5_000_000;

const json = z.record(z.string(), z.json());
/** A figure of an analysis: the kind of analysis, its query, and the cell of its answer, as `POST …/insight/<kind>/people` takes them. */
export const figureSchema = z.strictObject({
  kind: z.string().min(1).max(40).describe("Analysis, e.g. funnel"),
  query: json.describe("The query, without the cell"),
  cell: json.optional().describe("The cell of the answer; without it, everyone behind the answer where the analysis has that"),
});

/** When where people stand among all is reckoned. */
export const standingScheduleSchema = z
  .union([
    z.strictObject({ everyMinutes: z.number().int().min(15).max(10_080) }),
    z.strictObject({ dailyAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Give a time as HH:MM") }),
  ])
  .describe("When leaves about all people (population) are reckoned: every so many minutes, or daily at a time in the workspace's zone");

export const segmentKindSchema = z.enum(["snapshot", "rule", "list", "combination"]);
/** How fresh a segment by rule is. */
export const segmentLiveSchema = z.object({
  stage: z
    .enum(["building", "filling", "settling", "live"])
    .describe(
      "building: whoever meets the rule is being found; filling: they are members, and what the rule asks for is being counted; settling: everyone is being looked at once; live: members are right within moments",
    ),
  builtAt: z.string().nullable().describe("When whoever meets the rule was asked for; null while that is still to be done"),
  changedAt: z.string().nullable().describe("When somebody last came or went"),
  lag: z
    .object({ lastMs: z.number().int(), p99Ms: z.number().int() })
    .nullable()
    .describe("From the receipt of an event to the change it led to, of the last 100 changes; null while there was none"),
  scheduled: z
    .object({
      schedule: standingScheduleSchema,
      asOf: z.string().nullable().describe("When all of it was last reckoned; null while some of it never was"),
      nextAt: z.string(),
      lagMs: z.number().int().nullable().describe("From when it was last due to when it was written"),
      failedAt: z.string().nullable().describe("Since when it cannot be reckoned; it is tried again every few minutes, and members stay"),
    })
    .nullable()
    .describe("How what it asks about all people (population) is reckoned; null where it asks nothing of the kind"),
});
export const segmentIdSchema = z.string().max(20);
/** Other segments put together. */
export const combinationSchema = z
  .strictObject({
    op: z
      .enum(COMBINATION_OPS)
      .describe("union: who is in any of them; intersect: who is in all; except: who is in the first and in none of the others"),
    of: z
      .array(segmentIdSchema)
      .min(2)
      .max(COMBINED_MAX)
      .refine((ids) => new Set(ids).size === ids.length, "Name each segment once"),
  })
  .describe("Segments put together; kept live like a rule");
/** People by ids of one kind. */
export const listedIdsSchema = z.strictObject({
  identity: z.enum(["person", ...IDENTITY_KINDS]).describe("Of which kind the ids are; `person`: ids of people as this API gives them"),
  values: z.array(z.string().min(1).max(IDENTITY_LENGTH_MAX)).min(1).max(SEGMENT_IDS_MAX),
});
export const segmentSchema = z.object({
  id: segmentIdSchema,
  name: z.string(),
  kind: segmentKindSchema.describe(
    "snapshot: the people of one moment; rule: those who meet a condition, now; list: people by their ids; combination: other segments put together, live like a rule",
  ),
  madeFrom: figureSchema.nullable().describe("The figure whose people these were; null for people given by their ids"),
  rule: personConditionSchema.nullable().describe("The condition of a segment by rule"),
  combination: combinationSchema.nullable().describe("What a combination puts together"),
  live: segmentLiveSchema.nullable().describe("How fresh a segment by rule or a combination is"),
  size: z
    .number()
    .int()
    .describe("Members; of a snapshot those when it was made, of a list those when it last changed, without those erased since"),
  createdAt: z.string(),
  createdBy: z.string(),
  archivedAt: z.string().nullable(),
  ready: z.boolean().describe("False for the moments in which analyses do not know all members yet"),
});
export type SegmentView = z.infer<typeof segmentSchema>;

/** What depends on a segment, a metric or a trait. A schedule of reports goes by their kind, business events by what they count as, a class by its key. */
export const useSchema = z.object({
  kind: z.enum([
    "segment",
    "analysis",
    "dashboard",
    "goal",
    "report",
    "alert",
    "metric",
    "business_events",
    "verification",
    "referral_program",
    "class",
    "tag_rule",
    "flag",
    "experiment",
    "journey",
    "broadcast",
  ]),
  id: z.string(),
  name: z.string(),
});
export type Use = z.infer<typeof useSchema>;

/** What a segment asks about. */
export const segmentUsesSchema = z.object({
  segments: z.array(z.object({ id: segmentIdSchema, name: z.string() })),
  events: z.array(z.string().nullable()).describe("Names; null is any event"),
  traits: z.array(z.string()),
  tags: z.array(z.string()),
});

const name = z.string().trim().min(1).max(80);
export const segmentParams = workspaceParams.extend({ segment: segmentIdSchema });

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
  summary:
    "Save the people behind a figure, people by their ids, whoever meets a condition from now on, or other segments put together, as a segment",
  method: "POST",
  path: "/api/workspaces/:workspace/segments",
  access: "segments:write",
  bodyBytesMax: LIST_BYTES_MAX,
  params: workspaceParams,
  body: z.union([
    z.strictObject({ name, from: figureSchema }),
    z.strictObject({ name, people: z.array(personIdSchema).min(1).max(SEGMENT_IDS_MAX) }),
    z.strictObject({ name, rule: personConditionSchema, schedule: standingScheduleSchema.optional() }),
    z.strictObject({ name, list: listedIdsSchema }),
    z.strictObject({ name, combination: combinationSchema }),
  ]),
  response: segmentSchema.extend({ unknown: z.number().int().describe("Ids among those given that nobody has") }),
});
export const getSegment = route({
  id: "getSegment",
  tag: "Segments",
  summary: "One segment, what uses it and what it uses; its members are the people listed with `segment`",
  method: "GET",
  path: "/api/workspaces/:workspace/segments/:segment",
  access: "people:read",
  params: segmentParams,
  response: segmentSchema.extend({
    usedBy: z.array(useSchema),
    uses: segmentUsesSchema.describe("What its rule or combination asks about"),
  }),
});
export const updateSegment = route({
  id: "updateSegment",
  tag: "Segments",
  summary: "Rename a segment, put it away, bring it back, or give it another rule or combination",
  method: "PATCH",
  path: "/api/workspaces/:workspace/segments/:segment",
  access: "segments:write",
  params: segmentParams,
  body: z
    .strictObject({
      name,
      archived: z.boolean(),
      rule: personConditionSchema.describe("Of a segment by rule only"),
      combination: combinationSchema.describe("Of a combination only"),
      schedule: standingScheduleSchema.describe("Of a segment whose rule asks about all people (population) only. Default: daily at 03:00"),
    })
    .partial(),
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

export const changeSegmentPeople = route({
  id: "changeSegmentPeople",
  tag: "Segments",
  summary: "Put people on a list, or take them off, by their ids; who is in both stays on it, or comes",
  method: "POST",
  path: "/api/workspaces/:workspace/segments/:segment/people",
  access: "segments:write",
  bodyBytesMax: LIST_BYTES_MAX,
  params: segmentParams,
  body: z
    .strictObject({ add: listedIdsSchema, remove: listedIdsSchema })
    .partial()
    .refine(({ add, remove }) => add !== undefined || remove !== undefined, "Give `add`, `remove` or both"),
  response: z.object({
    added: z.number().int().describe("People who were not on it"),
    removed: z.number().int().describe("People who were on it"),
    unknown: z.number().int().describe("Ids among those given that nobody has"),
    size: z.number().int(),
  }),
});

export const segmentRoutes = [
  listSegments,
  createSegment,
  getSegment,
  updateSegment,
  deleteSegment,
  listPersonSegments,
  changeSegmentPeople,
] as const;
