import { z } from "zod";
import { doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";
import { useSchema } from "./segments.ts";
import { contentsSchema, findingSchema, languageSchema, messageChannelSchema } from "./templates-content.ts";

/** Templates of a workspace. */
export const TEMPLATES_MAX = 2_000;
export const TEMPLATES = "/api/workspaces/:workspace/templates";
const key = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,59}$/, "Begin the key with a small letter, then up to 59 small letters, digits, underscores and hyphens");
const name = z.string().trim().min(1).max(80);
const substance = {
  purpose: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,59}$/, "A purpose is written in small letters, digits, underscores and hyphens")
    .describe("Key of the purpose of consent"),
  tags: z.array(z.string().trim().min(1).max(30)).max(10).describe("What kind of message it is, for caps"),
  transactional: z.boolean().describe("What the person asked for or must know"),
  defaultLanguage: languageSchema.describe("What people get whose language is not there, or not known"),
  contents: contentsSchema,
};
export const substanceSchema = z.strictObject(substance);
const edition = z.number().int().min(1);
const basedOn = edition.optional().describe("The edition that was changed; refused when somebody else was faster");
const version = z.coerce.number().int().min(1).max(1_000_000);

export const templateRowSchema = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  channel: messageChannelSchema,
  purpose: z.string(),
  tags: z.array(z.string()),
  transactional: z.boolean(),
  languages: z.array(z.string()),
  edition: edition.describe("Grows with every change"),
  publishedVersion: z.number().int().nullable().describe("What is sent; null: nothing yet"),
  changedSince: z.boolean().describe("The draft is not what is published"),
  archivedAt: z.string().nullable(),
  changedAt: z.string(),
  changedBy: z.string(),
});
export type TemplateRow = z.infer<typeof templateRowSchema>;
const whole = templateRowSchema.extend({ draft: substanceSchema });
export type TemplateView = z.infer<typeof whole>;
const detail = whole.extend({ usedBy: z.array(useSchema) });
export type TemplateDetail = z.infer<typeof detail>;
export const templateParams = workspaceParams.extend({ template: z.string().max(20) });
const versionParams = templateParams.extend({ version });
const versionRow = z.object({ version: z.number().int(), note: z.string(), publishedAt: z.string(), publishedBy: z.string() });
export type TemplateVersionRow = z.infer<typeof versionRow>;
const diffPart = z.object({
  language: z.string().describe("Empty: all"),
  path: z.string(),
  lines: z.array(z.object({ kind: z.enum(["same", "gone", "new"]), text: z.string() })),
});
export type TemplateDiffPart = z.infer<typeof diffPart>;
const LARGE_BODY = 4_000_000;

export const listTemplates = route({
  id: "listTemplates",
  tag: "Templates",
  summary: "Templates of messages, the last changed first",
  method: "GET",
  path: TEMPLATES,
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend({
    search: z.string().max(80).optional().describe("Part of the name, key, description or a tag"),
    channel: messageChannelSchema.optional(),
    state: z.enum(["draft", "published", "archived"]).optional().describe("draft: never published; without it all that are not archived"),
  }),
  response: pageOf(templateRowSchema),
});
export const createTemplate = route({
  id: "createTemplate",
  tag: "Templates",
  summary: "Begin a template, as a draft",
  method: "POST",
  path: TEMPLATES,
  access: "touch:write",
  params: workspaceParams,
  body: z.strictObject({
    key,
    name,
    description: z.string().trim().max(500).default(""),
    channel: messageChannelSchema,
    ...substance,
    tags: substance.tags.default([]),
    transactional: substance.transactional.default(false),
    contents: substance.contents.optional().describe("Without it: an empty one in the default language"),
  }),
  bodyBytesMax: LARGE_BODY,
  response: whole,
});
export const getTemplate = route({
  id: "getTemplate",
  tag: "Templates",
  summary: "One template with its draft, and what uses it",
  method: "GET",
  path: `${TEMPLATES}/:template`,
  access: "events:read",
  params: templateParams,
  response: detail,
});
export const updateTemplate = route({
  id: "updateTemplate",
  tag: "Templates",
  summary: "Change a template's draft or name, put it away or bring it back; what is published stays",
  method: "PATCH",
  path: `${TEMPLATES}/:template`,
  access: "touch:write",
  params: templateParams,
  body: z
    .strictObject({ name, description: z.string().trim().max(500), ...substance, archived: z.boolean() })
    .partial()
    .extend({ basedOn }),
  bodyBytesMax: LARGE_BODY,
  response: whole,
});
export const duplicateTemplate = route({
  id: "duplicateTemplate",
  tag: "Templates",
  summary: "Begin a template with the draft of another one",
  method: "POST",
  path: `${TEMPLATES}/:template/duplicate`,
  access: "touch:write",
  params: templateParams,
  body: z.strictObject({ key, name }),
  response: whole,
});
export const deleteTemplate = route({
  id: "deleteTemplate",
  tag: "Templates",
  summary: "Delete a template that never was published; others are put away",
  method: "DELETE",
  path: `${TEMPLATES}/:template`,
  access: "touch:write",
  params: templateParams,
  response: doneResponse,
});
export const publishTemplate = route({
  id: "publishTemplate",
  tag: "Templates",
  summary: "Publish the draft as the next version, with the snippets as they are now; refused while a check finds an error",
  method: "POST",
  path: `${TEMPLATES}/:template/publish`,
  access: "touch:write",
  params: templateParams,
  body: z.strictObject({ basedOn, note: z.string().trim().max(300).default("") }),
  response: whole,
});
export const listTemplateVersions = route({
  id: "listTemplateVersions",
  tag: "Templates",
  summary: "Published versions of a template, the newest first",
  method: "GET",
  path: `${TEMPLATES}/:template/versions`,
  access: "events:read",
  params: templateParams,
  query: pageQuery,
  response: pageOf(versionRow),
});
export const getTemplateVersion = route({
  id: "getTemplateVersion",
  tag: "Templates",
  summary: "What a published version says, and what changed since the version before it",
  method: "GET",
  path: `${TEMPLATES}/:template/versions/:version`,
  access: "events:read",
  params: versionParams,
  response: versionRow.extend({
    substance: substanceSchema,
    changes: z.array(diffPart).describe("Since the version before"),
    draftChanges: z.array(diffPart).describe("From this version to the draft"),
  }),
});
export const restoreTemplateVersion = route({
  id: "restoreTemplateVersion",
  tag: "Templates",
  summary: "Put an older version into the draft; it is sent once it is published again",
  method: "POST",
  path: `${TEMPLATES}/:template/versions/:version/restore`,
  access: "touch:write",
  params: versionParams,
  body: z.strictObject({ basedOn }),
  response: whole,
});
export const checkTemplate = route({
  id: "checkTemplate",
  tag: "Templates",
  summary: "What checks find in a draft, or in one that is not saved yet",
  method: "POST",
  path: `${TEMPLATES}/:template/check`,
  access: "events:read",
  params: templateParams,
  body: z.strictObject({ draft: substanceSchema.optional().describe("Without it: the draft as it is saved") }),
  bodyBytesMax: LARGE_BODY,
  response: z.object({
    findings: z.array(findingSchema),
    variables: z.array(z.string()).describe("What it names from outside, e.g. person.name"),
  }),
});
export type TemplateFinding = z.infer<typeof findingSchema>;

export const templateRoutes = [
  listTemplates,
  createTemplate,
  getTemplate,
  updateTemplate,
  duplicateTemplate,
  deleteTemplate,
  publishTemplate,
  listTemplateVersions,
  getTemplateVersion,
  restoreTemplateVersion,
  checkTemplate,
] as const;
