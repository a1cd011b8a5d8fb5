import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { segmentIdSchema } from "./segments.ts";

/** Templates of a workspace. */
export const CONDITION_TEMPLATES_MAX = 200;
export const TEMPLATE_NOTE_MAX = 500;

export const conditionTemplateSchema = z.object({
  id: z.string(),
  name: z.string(),
  note: z.string(),
  rule: personConditionSchema,
  missingSegments: z
    .array(segmentIdSchema)
    .describe(
      "Segments that the rule names and that are gone: whoever begins with it has to replace them, else `condition.no_such_segment`",
    ),
  createdAt: z.string(),
  createdBy: z.string(),
  mayChange: z.boolean().describe("Whether the caller may change and delete it: its maker, and whoever manages members"),
});
export type ConditionTemplate = z.infer<typeof conditionTemplateSchema>;

const parts = {
  name: z.string().trim().min(1).max(80),
  note: z.string().trim().max(TEMPLATE_NOTE_MAX),
  rule: personConditionSchema,
};

export const listConditionTemplates = route({
  id: "listConditionTemplates",
  tag: "Segments",
  summary: "Conditions that were saved as templates of the workspace, the newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/condition-templates",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(conditionTemplateSchema) }),
});
export const createConditionTemplate = route({
  id: "createConditionTemplate",
  tag: "Segments",
  summary: "Save a condition as a template, to begin rules with",
  method: "POST",
  path: "/api/workspaces/:workspace/condition-templates",
  access: "segments:write",
  params: workspaceParams,
  body: z.strictObject({ name: parts.name, note: parts.note.default(""), rule: parts.rule }),
  response: conditionTemplateSchema,
});
export const updateConditionTemplate = route({
  id: "updateConditionTemplate",
  tag: "Segments",
  summary: "Rename a template, or give it another note or condition; rules that were begun with it stay",
  method: "PATCH",
  path: "/api/workspaces/:workspace/condition-templates/:template",
  access: "segments:write",
  params: workspaceParams.extend({ template: z.string().max(20) }),
  body: z.strictObject(parts).partial(),
  response: conditionTemplateSchema,
});
export const deleteConditionTemplate = route({
  id: "deleteConditionTemplate",
  tag: "Segments",
  summary: "Delete a template; rules that were begun with it stay",
  method: "DELETE",
  path: "/api/workspaces/:workspace/condition-templates/:template",
  access: "segments:write",
  params: workspaceParams.extend({ template: z.string().max(20) }),
  response: doneResponse,
});

export const conditionTemplateRoutes = [
  listConditionTemplates,
  createConditionTemplate,
  updateConditionTemplate,
  deleteConditionTemplate,
] as const;
