import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { identitySchema, personIdSchema, traitSchema } from "./people.ts";

const mergeSide = z.object({
  person: personIdSchema,
  displayName: z.string(),
  identities: z.array(identitySchema),
  traits: z.array(traitSchema),
  tags: z.array(z.string()),
  eventCount: z.number().int(),
});
export const mergePreviewSchema = z.object({
  survivor: personIdSchema,
  sides: z.array(mergeSide).length(2),
  traits: z.array(traitSchema).describe("As they will be"),
  conflicts: z
    .array(z.object({ kind: z.enum(IDENTITY_KINDS), values: z.array(z.string()) }))
    .describe("Ids of which a person should have only one"),
  allowed: z.boolean(),
  reason: z.string().describe("Fault code when not allowed, else empty"),
});
export const previewMerge = route({
  id: "previewMerge",
  tag: "Merges",
  summary: "What joining two people would give",
  method: "POST",
  path: "/api/workspaces/:workspace/merges/preview",
  access: "people:merge",
  params: workspaceParams,
  body: z.object({ people: z.array(personIdSchema).length(2) }),
  response: mergePreviewSchema,
});
export const mergeSchema = z.object({
  id: z.string(),
  survivor: personIdSchema,
  people: z.array(personIdSchema),
  displayNames: z.array(z.string()),
  by: z.string(),
  reason: z.string(),
  createdAt: z.string(),
  takenBackAt: z.string().nullable(),
  takenBackBy: z.string().nullable(),
});
export const createMerge = route({
  id: "createMerge",
  tag: "Merges",
  summary: "Join two people; can be taken back",
  method: "POST",
  path: "/api/workspaces/:workspace/merges",
  access: "people:merge",
  params: workspaceParams,
  body: z.object({
    people: z.array(personIdSchema).length(2),
    reason: z.string().trim().max(300).default(""),
    confirmConflicts: z.boolean().default(false).describe("Needed when the preview lists conflicts"),
  }),
  response: mergeSchema,
});
export const listMerges = route({
  id: "listMerges",
  tag: "Merges",
  summary: "Merges made by hand, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/merges",
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({ person: personIdSchema.optional() }),
  response: pageOf(mergeSchema),
});
export const takeBackMerge = route({
  id: "takeBackMerge",
  tag: "Merges",
  summary: "Take a merge back: both people are as if it had never been",
  method: "DELETE",
  path: "/api/workspaces/:workspace/merges/:merge",
  access: "people:merge",
  params: workspaceParams.extend({ merge: z.string().max(40) }),
  response: mergeSchema,
});
export const conflictSchema = z.object({
  id: z.string(),
  reason: z.enum(["two_identified", "too_many_ids"]),
  people: z.array(z.object({ person: personIdSchema, displayName: z.string() })),
  link: z.array(z.object({ kind: z.enum(IDENTITY_KINDS), value: z.string() })).describe("The two ids whose joining was refused"),
  seen: z.number().int(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  state: z.enum(["open", "merged", "kept_apart"]),
  decidedBy: z.string().nullable(),
});
export const listConflicts = route({
  id: "listConflicts",
  tag: "Merges",
  summary: "Joins that were refused and wait for a person's decision",
  method: "GET",
  path: "/api/workspaces/:workspace/conflicts",
  access: "people:read",
  params: workspaceParams,
  query: pageQuery.extend({ state: z.enum(["open", "merged", "kept_apart"]).default("open") }),
  response: pageOf(conflictSchema),
});
export const decideConflict = route({
  id: "decideConflict",
  tag: "Merges",
  summary: "Join the two people, or keep them apart",
  method: "POST",
  path: "/api/workspaces/:workspace/conflicts/:conflict",
  access: "people:merge",
  params: workspaceParams.extend({ conflict: z.string().max(40) }),
  body: z.object({ decision: z.enum(["merge", "keep_apart"]) }),
  response: conflictSchema,
});

export const mergeRoutes = [previewMerge, createMerge, listMerges, takeBackMerge, listConflicts, decideConflict] as const;
