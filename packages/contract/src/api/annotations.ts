import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";

const annotationId = z.string().max(20);
const day = z.iso.date().describe("A local date of the workspace");
const annotationText = z.string().trim().min(1).max(120);

export const annotationSchema = z.object({
  id: annotationId,
  day: z.string(),
  text: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
});
export type AnnotationView = z.infer<typeof annotationSchema>;

const annotationParams = workspaceParams.extend({ annotation: annotationId });

export const listAnnotations = route({
  id: "listAnnotations",
  tag: "Insight",
  summary: "Notes on charts by day, such as the start of a campaign",
  method: "GET",
  path: "/api/workspaces/:workspace/annotations",
  access: "events:read",
  params: workspaceParams,
  query: z.object({ from: day.optional(), to: day.optional().describe("Not included") }),
  response: z.object({ items: z.array(annotationSchema).describe("By day; the newest 500 of the time asked for") }),
});
export const createAnnotation = route({
  id: "createAnnotation",
  tag: "Insight",
  summary: "Note what happened on a day, for all charts over time",
  method: "POST",
  path: "/api/workspaces/:workspace/annotations",
  access: "insight:write",
  params: workspaceParams,
  body: z.strictObject({ day, text: annotationText }),
  response: annotationSchema,
});
export const updateAnnotation = route({
  id: "updateAnnotation",
  tag: "Insight",
  summary: "Change a note on charts",
  method: "PATCH",
  path: "/api/workspaces/:workspace/annotations/:annotation",
  access: "insight:write",
  params: annotationParams,
  body: z.strictObject({ day, text: annotationText }).partial(),
  response: annotationSchema,
});
export const deleteAnnotation = route({
  id: "deleteAnnotation",
  tag: "Insight",
  summary: "Delete a note on charts",
  method: "DELETE",
  path: "/api/workspaces/:workspace/annotations/:annotation",
  access: "insight:write",
  params: annotationParams,
  response: doneResponse,
});

export const annotationRoutes = [listAnnotations, createAnnotation, updateAnnotation, deleteAnnotation] as const;
