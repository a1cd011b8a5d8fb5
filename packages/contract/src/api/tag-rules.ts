import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { segmentIdSchema, segmentLiveSchema } from "./segments.ts";

/** Days that a tag can be kept for. */
export const TAG_DAYS_MAX = 3_660;

/** How long a rule keeps its tag on somebody. */
export const tagKeepSchema = z
  .union([z.enum(["while", "forever"]), z.strictObject({ days: z.number().int().min(1).max(TAG_DAYS_MAX) })])
  .describe(
    "while: as long as they meet the rule; forever: from when they first met it; days: so many days from when they came to meet it",
  );
export type TagKeep = z.infer<typeof tagKeepSchema>;

export const tagRuleSchema = z.object({
  id: segmentIdSchema.describe("Also the id of the segment of those who meet the rule now: people can be listed by it"),
  name: z.string(),
  tag: z.string(),
  rule: personConditionSchema,
  keep: tagKeepSchema,
  people: z.number().int().describe("Who meets the rule now"),
  tagged: z.number().int().describe("People who have the tag by this rule now"),
  live: segmentLiveSchema,
  createdAt: z.string(),
  createdBy: z.string(),
});
export type TagRuleView = z.infer<typeof tagRuleSchema>;

const asked = z.strictObject({
  name: z.string().trim().min(1).max(80),
  tag: z.string().trim().min(1).max(60),
  rule: personConditionSchema,
  keep: tagKeepSchema,
});
const tagRuleParams = workspaceParams.extend({ rule: segmentIdSchema });

export const listTagRules = route({
  id: "listTagRules",
  tag: "Tag rules",
  summary: "Rules that put tags on people, the newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/tag-rules",
  access: "people:read",
  params: workspaceParams,
  response: z.object({ items: z.array(tagRuleSchema) }),
});
export const createTagRule = route({
  id: "createTagRule",
  tag: "Tag rules",
  summary: "Put a tag on whoever meets a condition from now on, and take it off again",
  method: "POST",
  path: "/api/workspaces/:workspace/tag-rules",
  access: "segments:write",
  params: workspaceParams,
  body: asked,
  response: tagRuleSchema,
});
export const updateTagRule = route({
  id: "updateTagRule",
  tag: "Tag rules",
  summary: "Change a rule, its tag, or for how long it keeps the tag on",
  method: "PATCH",
  path: "/api/workspaces/:workspace/tag-rules/:rule",
  access: "segments:write",
  params: tagRuleParams,
  body: asked.partial(),
  response: tagRuleSchema,
});
export const deleteTagRule = route({
  id: "deleteTagRule",
  tag: "Tag rules",
  summary: "Delete a rule, and take its tag off everyone on whom it put it",
  method: "DELETE",
  path: "/api/workspaces/:workspace/tag-rules/:rule",
  access: "segments:write",
  params: tagRuleParams,
  response: doneResponse,
});

export const tagRuleRoutes = [listTagRules, createTagRule, updateTagRule, deleteTagRule] as const;
