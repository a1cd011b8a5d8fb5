import { ANALYSIS_KINDS } from "@terrace/domain/insight/analysis-kind";
import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { useSchema } from "./segments.ts";
import { basedOn, ownedShape, sharingSchema } from "./sharing.ts";

export const TAGS_MAX = 10;
const name = z.string().trim().min(1).max(80);
const description = z.string().trim().max(500);
const folder = z.string().trim().max(60);
const tags = z.array(z.string().trim().min(1).max(30)).max(TAGS_MAX);
export const jsonObjectSchema = z.record(z.string(), z.json());
const question = {
  kind: z.enum(ANALYSIS_KINDS).describe("Analysis: the query is a body of `POST …/insight/<kind>`"),
  query: jsonObjectSchema,
};
const display = jsonObjectSchema.describe("How the console draws the answer");

export const savedAnalysisSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  kind: z.enum(ANALYSIS_KINDS),
  folder: z.string(),
  tags: z.array(z.string()),
  archivedAt: z.string().nullable(),
  ...ownedShape,
});
export type SavedAnalysisRow = z.infer<typeof savedAnalysisSchema>;
const whole = savedAnalysisSchema.extend({ query: jsonObjectSchema, display: jsonObjectSchema });
export type SavedAnalysis = z.infer<typeof whole>;
const params = workspaceParams.extend({ analysis: z.string().max(20) });

export const listSavedAnalyses = route({
  id: "listSavedAnalyses",
  tag: "Insight",
  summary: "Saved analyses that the caller may see, the last changed first",
  method: "GET",
  path: "/api/workspaces/:workspace/insight-saved",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({
    search: z.string().max(80).optional().describe("Part of the name, description, folder or a tag"),
    kind: z.enum(ANALYSIS_KINDS).optional(),
    folder: folder.optional(),
    mine: z.enum(["true", "false"]).default("false"),
    archived: z.enum(["true", "false"]).default("false"),
  }),
  response: pageOf(savedAnalysisSchema),
});
export const createSavedAnalysis = route({
  id: "createSavedAnalysis",
  tag: "Insight",
  summary: "Save an analysis: its query and how it is drawn",
  method: "POST",
  path: "/api/workspaces/:workspace/insight-saved",
  access: "insight:write",
  params: workspaceParams,
  body: z.strictObject({
    name,
    description: description.default(""),
    ...question,
    display: display.default({}),
    folder: folder.default(""),
    tags: tags.default([]),
    sharing: sharingSchema.default({ with: "everyone", may: "view" }),
  }),
  response: whole,
});
export const getSavedAnalysis = route({
  id: "getSavedAnalysis",
  tag: "Insight",
  summary: "One saved analysis with its query, and what uses it",
  method: "GET",
  path: "/api/workspaces/:workspace/insight-saved/:analysis",
  access: "events:read",
  params,
  response: whole.extend({ usedBy: z.array(useSchema) }),
});
export const updateSavedAnalysis = route({
  id: "updateSavedAnalysis",
  tag: "Insight",
  summary: "Change a saved analysis; what it was before is kept",
  method: "PATCH",
  path: "/api/workspaces/:workspace/insight-saved/:analysis",
  access: "insight:write",
  params,
  body: z
    .strictObject({ name, description, ...question, display, folder, tags, sharing: sharingSchema, archived: z.boolean() })
    .partial()
    .extend({ basedOn }),
  response: whole,
});
export const duplicateSavedAnalysis = route({
  id: "duplicateSavedAnalysis",
  tag: "Insight",
  summary: "Make a copy of a saved analysis, which is the caller's",
  method: "POST",
  path: "/api/workspaces/:workspace/insight-saved/:analysis/duplicate",
  access: "insight:write",
  params,
  body: z.strictObject({ name }),
  response: whole,
});
export const listSavedAnalysisVersions = route({
  id: "listSavedAnalysisVersions",
  tag: "Insight",
  summary: "What a saved analysis was, the newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/insight-saved/:analysis/versions",
  access: "events:read",
  params,
  query: pageQuery,
  response: pageOf(
    whole.pick({ version: true, name: true, description: true, kind: true, query: true, display: true, changedAt: true, changedBy: true }),
  ),
});
export const deleteSavedAnalysis = route({
  id: "deleteSavedAnalysis",
  tag: "Insight",
  summary: "Delete a saved analysis that no dashboard shows",
  method: "DELETE",
  path: "/api/workspaces/:workspace/insight-saved/:analysis",
  access: "insight:write",
  params,
  response: doneResponse,
});

export const savedAnalysisRoutes = [
  listSavedAnalyses,
  createSavedAnalysis,
  getSavedAnalysis,
  updateSavedAnalysis,
  duplicateSavedAnalysis,
  listSavedAnalysisVersions,
  deleteSavedAnalysis,
] as const;
