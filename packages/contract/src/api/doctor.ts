import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";

/** What is checked, in this order. */
export const CHECKS = [
  "schema",
  "clocks",
  "disk",
  "cursors",
  "open batches",
  "events per day",
  "people",
  "belongings",
  "derived rows",
  "profiles",
  "search terms",
  "map of people",
  "erasures",
  "streams",
] as const;
export type CheckName = (typeof CHECKS)[number];

/** What a check can find; the console has words for each. */
export const OUTCOMES = [
  "schema.fine",
  "schema.newer",
  "schema.missing",
  "clocks.fine",
  "clocks.off",
  "disk.none",
  "disk.fine",
  "disk.low",
  "disk.full",
  "cursors.fine",
  "cursors.beyond",
  "cursors.gaps",
  "batches.fine",
  "batches.stuck",
  "days.fine",
  "days.doubled",
  "days.missing",
  "people.fine",
  "people.broken",
  "belongings.fine",
  "belongings.orphans",
  "derived.fine",
  "derived.orphans",
  "profiles.fine",
  "profiles.missing",
  "terms.fine",
  "terms.missing",
  "map.fine",
  "map.pending",
  "map.wrong",
  "erasures.fine",
  "erasures.unwritten",
  "erasures.ahead",
  "streams.fine",
  "streams.refused",
  "streams.elsewhere",
  "failed",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Kinds of rows that belong to nothing, as `figures` of an outcome names them. */
export const ORPHANS = [
  "idsWithoutPerson",
  "peopleWithoutIds",
  "wrongIdCounts",
  "linksWithoutIds",
  "mergesWithoutIds",
  "keysWithoutId",
  "valuesWithoutKey",
  "tagsWithoutId",
  "notesWithoutId",
  "profilesWithoutPerson",
  "termsWithoutTraits",
] as const;
export type OrphanKind = (typeof ORPHANS)[number];

export const findingSchema = z.object({
  check: z.enum(CHECKS),
  verdict: z.enum(["ok", "warn", "bad"]).describe("bad: data are missing or wrong; warn: something needs a look"),
  outcome: z.enum(OUTCOMES),
  figures: z.record(z.string(), z.union([z.number(), z.string()])).describe("The numbers and names that the outcome speaks of"),
  found: z.string().describe("The same in one English sentence"),
  mend: z.string().describe("What to do about it; empty when there is nothing to do"),
  mendable: z.boolean().describe("Mending can do it"),
  mended: z.boolean().describe("It was mended just now"),
});
export type Finding = z.infer<typeof findingSchema>;

export const examinationSchema = z.object({
  id: z.string(),
  mend: z.boolean().describe("Mends what is safe besides looking"),
  askedBy: z.string(),
  state: z.enum(["asked", "running", "done", "failed"]),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  checks: z.int().describe("How many checks there are"),
  findings: z.array(findingSchema).describe("Of the checks that are done, in their order"),
});

export const getExamination = route({
  id: "getExamination",
  tag: "Doctor",
  summary: "The newest examination of the whole installation, and the one before that ended; null when there is none",
  method: "GET",
  path: "/api/workspaces/:workspace/doctor",
  access: "workspace:manage",
  params: workspaceParams,
  response: z.object({ newest: examinationSchema.nullable(), lastDone: examinationSchema.nullable() }),
});

export const runExamination = route({
  id: "runExamination",
  tag: "Doctor",
  summary: "Check what must hold between and inside the engines; with `mend`, mend what is made from other data that are still there",
  method: "POST",
  path: "/api/workspaces/:workspace/doctor",
  access: "workspace:manage",
  params: workspaceParams,
  body: z.object({ mend: z.boolean().default(false) }),
  response: doneResponse,
});

export const doctorRoutes = [getExamination, runExamination] as const;
