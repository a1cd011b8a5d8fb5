import { z } from "zod";
import { pageOf, pageQuery, route } from "../route.ts";
import { peopleBehindSchema } from "./insight-parts.ts";
import { personParams } from "./people.ts";
import { segmentIdSchema, segmentKindSchema, segmentParams } from "./segments.ts";

/** Intervals of one answer. */
export const SIZES_MAX = 400;

const person = peopleBehindSchema.shape.items.element;
const instant = z.iso.datetime({ offset: true });

/** Why somebody came in or left. */
export const STAY_WHYS = ["event", "trait", "tag", "merge", "time", "list", "schedule", "build", "rule", "refill", "snapshot"] as const;
export const stayWhySchema = z
  .enum(STAY_WHYS)
  .describe(
    "event, trait, tag, merge, time: what touched the person; list: somebody put them on a list, or took them off; schedule: where they stand among all people was reckoned; build, rule, refill: the segment was made, its rule changed, or what it asks for was counted anew; snapshot: it was taken",
  );
const whys = z.partialRecord(stayWhySchema, z.number().int());

/** From when to when somebody was in a segment. */
export const staySchema = z.object({
  enteredAt: z.string(),
  enteredWhy: stayWhySchema,
  leftAt: z.string().nullable().describe("Null: still in"),
  leftWhy: stayWhySchema.nullable(),
});

export const getSegmentSizes = route({
  id: "getSegmentSizes",
  tag: "Segments",
  summary: "The size of a segment over time, and how many came and left",
  method: "GET",
  path: "/api/workspaces/:workspace/segments/:segment/sizes",
  access: "people:read",
  params: segmentParams,
  query: z.object({
    from: z.iso.date().optional().describe("A local date; its whole interval is told. Default: 30 days, 26 weeks or 24 months back"),
    to: z.iso.date().optional().describe("A local date, not included. Default: tomorrow"),
    interval: z.enum(["day", "week", "month"]).default("day").describe("Weeks begin on Monday"),
  }),
  response: z.object({
    zone: z.string(),
    interval: z.enum(["day", "week", "month"]),
    intervals: z.array(
      z.object({
        from: z.string().describe("The first local date"),
        to: z.string().describe("The local date after the last"),
        fromAt: z.string(),
        toAt: z.string().describe("Not included"),
        size: z.number().int().describe("At its end; of the one that goes on, now"),
        entered: z.number().int(),
        left: z.number().int(),
        enteredBy: whys,
        leftBy: whys,
      }),
    ),
  }),
});

const changes = {
  what: z.enum(["entered", "left"]).default("entered").describe("By when they came in, or by when they left"),
  from: instant.optional(),
  to: instant.optional().describe("Not included"),
  why: stayWhySchema.optional(),
};

export const listSegmentHistory = route({
  id: "listSegmentHistory",
  tag: "Segments",
  summary: "Stays in a segment, the last change first: who came in when and why, and who left; also the people behind a figure of `sizes`",
  method: "GET",
  path: "/api/workspaces/:workspace/segments/:segment/history",
  access: "people:read",
  params: segmentParams,
  query: pageQuery.extend(changes),
  response: pageOf(staySchema.extend({ person })),
});
/** What a segment is made from when it holds who came or left: `{ kind: "segment_changes", query: { segment, what, from, to, why } }`. */
export const CHANGES_KIND = "segment_changes";
export const changesQuerySchema = z.strictObject({ segment: segmentIdSchema, ...changes });

export const listSegmentPeople = route({
  id: "listSegmentPeople",
  tag: "Segments",
  summary: "Who was in a segment at an instant",
  method: "GET",
  path: "/api/workspaces/:workspace/segments/:segment/people",
  access: "people:read",
  params: segmentParams,
  query: pageQuery.extend({ at: instant.optional().describe("Default: when the first page was asked for") }),
  response: pageOf(person).extend({ total: z.number().int().describe("Counted for the first page") }),
});

export const listPersonSegmentHistory = route({
  id: "listPersonSegmentHistory",
  tag: "Segments",
  summary: "When and why a person was in which segment, the last change first",
  method: "GET",
  path: "/api/workspaces/:workspace/people/:person/segments/history",
  access: "people:read",
  params: personParams,
  query: pageQuery,
  response: pageOf(staySchema.extend({ segment: z.object({ id: segmentIdSchema, name: z.string(), kind: segmentKindSchema }) })),
});

export const segmentHistoryRoutes = [getSegmentSizes, listSegmentHistory, listSegmentPeople, listPersonSegmentHistory] as const;
