import { z } from "zod";
import { pageQuery, route, workspaceParams } from "../route.ts";
import { answerMetaSchema } from "./insight-analysis.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { peopleBehindSchema } from "./insight-parts.ts";
import { combinationSchema, segmentIdSchema, segmentKindSchema, segmentUsesSchema } from "./segments.ts";

/** People shown with an estimate. */
export const SAMPLE_MAX = 5;
/** Segments that are compared with each other. */
export const OVERLAP_MAX = 5;

const askedQuery = z.object({ queryId: z.uuid().optional().describe("By which the query can be looked at and ended while it runs") });
const metaSchema = answerMetaSchema.omit({ cached: true, stale: true });
const person = peopleBehindSchema.shape.items.element;

export const segmentClassSchema = z.object({
  kind: z
    .enum(["local", "population"])
    .describe("local: a person's own data decide, members are right within moments; population: others' do too, evaluated on a schedule"),
  because: personConditionSchema.nullable().describe("The first leaf that makes it so; null for local"),
});

export const estimateSegment = route({
  id: "estimateSegment",
  tag: "Segments",
  summary: "Whom a rule or a combination would hold now, what it means, and what keeping it live would cost",
  method: "POST",
  path: "/api/workspaces/:workspace/segments/estimate",
  access: "people:read",
  params: workspaceParams,
  query: askedQuery,
  body: z.union([z.strictObject({ rule: personConditionSchema }), z.strictObject({ combination: combinationSchema })]),
  response: z.object({
    people: z.number().int().describe("Who meets it now; as fresh as what can be queried"),
    everyone: z.number().int(),
    share: z.number().describe("Of everyone, 0 to 1"),
    sample: z
      .array(person)
      .max(SAMPLE_MAX)
      .describe("Some of them, the same ones each time while they meet it; names as the caller's role sees them"),
    words: z.object({ zh: z.string(), en: z.string() }).describe("The condition in a sentence; segments in it by their ids"),
    uses: segmentUsesSchema,
    class: segmentClassSchema,
    changesWithTime: z.boolean().describe("Whether people may come and go although nothing happens"),
    cost: z
      .object({
        counters: z.number().int().describe("Counters that are not kept yet"),
        shared: z.number().int().describe("Counters that others ask for already"),
        events: z
          .array(z.object({ event: z.string().nullable(), perDay: z.number() }))
          .describe("What the new counters count, null for any event: how many a day, on average of the last 7 days before today"),
      })
      .describe("What keeping it live adds"),
    meta: metaSchema,
  }),
});

const overlapped = z
  .array(segmentIdSchema)
  .min(2)
  .max(OVERLAP_MAX)
  .refine((ids) => new Set(ids).size === ids.length, "Name each segment once");

/** The cell of an overlap: who is in these of the segments asked about, and in none of the others. */
export const overlapCellSchema = z.strictObject({ in: z.array(segmentIdSchema).min(1).max(OVERLAP_MAX) });
/** What a segment is made from when it holds an intersection: `{ kind: "segment_overlap", query: { segments }, cell: { in } }`. */
export const OVERLAP_KIND = "segment_overlap";

export const overlapSegments = route({
  id: "overlapSegments",
  tag: "Segments",
  summary: "How segments overlap: everyone of theirs, by exactly which of them they are in",
  method: "POST",
  path: "/api/workspaces/:workspace/segments/overlap",
  access: "people:read",
  params: workspaceParams,
  query: askedQuery,
  body: z.strictObject({ segments: overlapped }),
  response: z.object({
    segments: z.array(z.object({ id: segmentIdSchema, name: z.string(), kind: segmentKindSchema, people: z.number().int() })),
    union: z.number().int().describe("People in any of them"),
    intersections: z
      .array(overlapCellSchema.extend({ people: z.number().int() }))
      .describe(
        "All of the 2^n − 1, those that nobody is in too: the largest first, then those of fewer segments, then in the order asked",
      ),
    meta: metaSchema,
  }),
});
export const listOverlapPeople = route({
  id: "listOverlapPeople",
  tag: "Segments",
  summary: "The people who are in exactly these of some segments",
  method: "POST",
  path: "/api/workspaces/:workspace/segments/overlap/people",
  access: "people:read",
  params: workspaceParams,
  query: pageQuery,
  body: z.strictObject({ segments: overlapped, cell: overlapCellSchema }),
  response: peopleBehindSchema,
});

export const segmentFigureRoutes = [estimateSegment, overlapSegments, listOverlapPeople] as const;
