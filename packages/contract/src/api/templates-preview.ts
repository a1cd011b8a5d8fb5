import { z } from "zod";
import { doneResponse, route, workspaceParams } from "../route.ts";
import { jsonObjectSchema } from "./insight-saved.ts";
import { personIdSchema } from "./people.ts";
import { useSchema } from "./segments.ts";
import { languageSchema, messageChannelSchema, templateContentSchema } from "./templates-content.ts";
import { TEMPLATES, templateParams } from "./templates.ts";

/** Snippets of a workspace. */
export const SNIPPETS_MAX = 200;
const SNIPPETS = "/api/workspaces/:workspace/template-snippets";
const pairs = z.record(z.string(), z.string());

/** A message as its person would get it. */
export const renderedMessageSchema = z.discriminatedUnion("channel", [
  z.object({
    channel: z.literal("email"),
    subject: z.string(),
    html: z.string(),
    text: z.string(),
    replyTo: z.string().optional(),
    unsubscribeUrl: z.string().optional(),
  }),
  z.object({
    channel: z.literal("sms"),
    text: z.string(),
    signature: z.string().optional(),
    template: z.object({ id: z.string(), params: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly() }).optional(),
  }),
  z.object({
    channel: z.literal("push"),
    title: z.string(),
    body: z.string(),
    imageUrl: z.string().optional(),
    link: z.string().optional(),
    data: pairs,
  }),
  z.object({
    channel: z.literal("wechat"),
    templateId: z.string(),
    data: pairs,
    link: z.string().optional(),
    miniProgram: z.object({ appId: z.string(), page: z.string() }).optional(),
  }),
  z.object({ channel: z.literal("wecom"), text: z.string(), link: z.object({ title: z.string(), url: z.string() }).optional() }),
  z.object({
    channel: z.literal("in_app"),
    form: z.enum(["message", "pop_up"]),
    title: z.string(),
    body: z.string(),
    imageUrl: z.string().optional(),
    buttons: z.array(z.object({ label: z.string(), url: z.string() })).readonly(),
    untilMs: z.number().optional(),
  }),
  z.object({
    channel: z.literal("webhook"),
    url: z.string(),
    method: z.enum(["POST", "PUT"]),
    headers: pairs,
    body: z.record(z.string(), z.json()).readonly(),
  }),
]);
export type ShownMessage = z.infer<typeof renderedMessageSchema>;

const previewed = z.object({
  language: z.string(),
  message: renderedMessageSchema.nullable().describe("null: it could not be made"),
  fault: z
    .object({ code: z.string(), mend: z.string(), details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) })
    .nullable(),
});
export type TemplatePreview = z.infer<typeof previewed>;
const asked = {
  language: languageSchema.optional().describe("Without it: the person's, else the default"),
  content: templateContentSchema.optional().describe("A content that is not saved yet, in this language; without it the draft"),
  version: z.number().int().min(1).optional().describe("A published version instead of the draft"),
  event: jsonObjectSchema.default({}).describe("Properties of the event that sets it off"),
};
const LARGE_BODY = 1_000_000;

export const previewTemplate = route({
  id: "previewTemplate",
  tag: "Templates",
  summary: "The message a made-up person would get; nothing is sent",
  method: "POST",
  path: `${TEMPLATES}/:template/preview`,
  access: "events:read",
  params: templateParams,
  body: z.strictObject({ ...asked, person: jsonObjectSchema.default({}).describe("Traits of the made-up person") }),
  bodyBytesMax: LARGE_BODY,
  response: previewed,
});
export const previewTemplateAs = route({
  id: "previewTemplateAs",
  tag: "Templates",
  summary: "The message a real person would get, with personal values as the caller's role sees them; nothing is sent",
  method: "POST",
  path: `${TEMPLATES}/:template/preview/:person`,
  access: "people:read",
  params: templateParams.extend({ person: personIdSchema }),
  body: z.strictObject({
    ...asked,
    reason: z.string().trim().min(3).max(300).optional().describe("Shows personal values in clear to who may unmask, and is put on record"),
  }),
  bodyBytesMax: LARGE_BODY,
  response: previewed,
});
export const listTemplateVariables = route({
  id: "listTemplateVariables",
  tag: "Templates",
  summary: "What templates of this workspace may name, and how many people have each trait",
  method: "GET",
  path: "/api/workspaces/:workspace/template-variables",
  access: "events:read",
  params: workspaceParams,
  response: z.object({
    people: z.number().int().describe("Identified people"),
    traits: z.array(z.object({ key: z.string(), people: z.number().int() })).describe("The most frequent first"),
    variables: z.array(z.string()).describe("Besides traits and properties of events"),
    filters: z.array(z.string()),
  }),
});
export type TemplateVariables = z.infer<(typeof listTemplateVariables)["response"]>;

const snippet = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  texts: z.record(z.string(), z.string()),
  changedAt: z.string(),
  changedBy: z.string(),
  usedBy: z.array(z.object({ id: z.string(), name: z.string() })).describe("Templates whose draft names it"),
});
export type Snippet = z.infer<typeof snippet>;
const snippetBody = {
  name: z.string().trim().min(1).max(80),
  texts: z
    .record(languageSchema, z.string().max(50_000))
    .describe("Text by language; a language that is missing takes that of the template's default"),
};
const snippetParams = workspaceParams.extend({ snippet: z.string().max(20) });
export const listSnippets = route({
  id: "listSnippets",
  tag: "Templates",
  summary: "Shared parts of templates, e.g. a header and a footer",
  method: "GET",
  path: SNIPPETS,
  access: "events:read",
  params: workspaceParams,
  response: z.object({ items: z.array(snippet) }),
});
export const createSnippet = route({
  id: "createSnippet",
  tag: "Templates",
  summary: 'Make a shared part; templates name it by {% render "key" %}',
  method: "POST",
  path: SNIPPETS,
  access: "touch:write",
  params: workspaceParams,
  body: z.strictObject({
    key: z
      .string()
      .regex(/^[a-z][a-z0-9_-]{0,39}$/, "Begin the key with a small letter, then up to 39 small letters, digits, underscores and hyphens"),
    ...snippetBody,
  }),
  response: snippet,
});
export const updateSnippet = route({
  id: "updateSnippet",
  tag: "Templates",
  summary: "Change a shared part; what is published keeps the one it was published with",
  method: "PATCH",
  path: `${SNIPPETS}/:snippet`,
  access: "touch:write",
  params: snippetParams,
  body: z.strictObject(snippetBody).partial(),
  response: snippet,
});
export const deleteSnippet = route({
  id: "deleteSnippet",
  tag: "Templates",
  summary: "Delete a shared part that no draft names",
  method: "DELETE",
  path: `${SNIPPETS}/:snippet`,
  access: "touch:write",
  params: snippetParams,
  response: doneResponse,
});

const business = z.object({
  name: z.string().trim().max(80).describe("Empty: the workspace's"),
  address: z.string().trim().max(200),
  website: z.union([z.literal(""), z.url({ protocol: /^https?$/ }).max(200)]),
});
export const getMessageBusiness = route({
  id: "getMessageBusiness",
  tag: "Templates",
  summary: "What messages say of the business: name, address, website",
  method: "GET",
  path: "/api/workspaces/:workspace/message-business",
  access: "events:read",
  params: workspaceParams,
  response: business,
});
export const setMessageBusiness = route({
  id: "setMessageBusiness",
  tag: "Templates",
  summary: "Say what messages tell of the business",
  method: "PUT",
  path: "/api/workspaces/:workspace/message-business",
  access: "touch:write",
  params: workspaceParams,
  body: business.strict(),
  response: business,
});

const ready = z.object({
  key: z.string(),
  channel: messageChannelSchema,
  nameZh: z.string(),
  nameEn: z.string(),
  descriptionZh: z.string(),
  descriptionEn: z.string(),
  tags: z.array(z.string()),
  taken: useSchema.pick({ id: true, name: true }).nullable().describe("The template that was made of it"),
});
export type ReadyTemplateRow = z.infer<typeof ready>;
export const listReadyTemplates = route({
  id: "listReadyTemplates",
  tag: "Templates",
  summary: "Templates that are ready to be taken",
  method: "GET",
  path: "/api/workspaces/:workspace/template-gallery",
  access: "events:read",
  params: workspaceParams,
  response: z.object({ items: z.array(ready) }),
});
export const takeReadyTemplate = route({
  id: "takeReadyTemplate",
  tag: "Templates",
  summary: "Make and publish a template of one that is ready",
  method: "POST",
  path: "/api/workspaces/:workspace/template-gallery/:ready",
  access: "touch:write",
  params: workspaceParams.extend({ ready: z.string().max(60) }),
  body: z.strictObject({ defaultLanguage: z.enum(["zh-cn", "en"]).default("zh-cn") }),
  response: z.object({ id: z.string(), version: z.number().int() }),
});

export const templatePreviewRoutes = [
  previewTemplate,
  previewTemplateAs,
  listTemplateVariables,
  listSnippets,
  createSnippet,
  updateSnippet,
  deleteSnippet,
  getMessageBusiness,
  setMessageBusiness,
  listReadyTemplates,
  takeReadyTemplate,
] as const;
