import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import type { TemplateContent } from "@terrace/domain/templates/content";
import { FINDING_CODES, type FindingCode } from "@terrace/domain/templates/finding";
import { z } from "zod";
import { jsonObjectSchema } from "./insight-saved.ts";

/** Languages of one template. */
export const LANGUAGES_MAX = 20;
const BODY_MAX = 200_000;
const liquid = (most: number) => z.string().max(most).describe("Liquid");
const link = liquid(2_000);
const named = (name: RegExp, mend: string) => z.array(z.strictObject({ name: z.string().regex(name, mend), value: liquid(4_000) })).max(50);
const parameter = named(/^[\w.-]{1,64}$/, "Use 1 to 64 letters, digits and _ . -");
const header = named(/^[A-Za-z0-9-]{1,64}$/, "Use 1 to 64 letters, digits and hyphens");
const plain = (most: number) => z.string().trim().max(most);

export const messageChannelSchema = z.enum(MESSAGE_CHANNELS);
export const languageSchema = z
  .string()
  .regex(/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/, "A language is written in small letters with hyphens, e.g. zh-cn or en");

/** What is said in one language; its form is that of the template's channel. */
export const templateContentSchema = z.discriminatedUnion("channel", [
  z.strictObject({
    channel: z.literal("email"),
    subject: liquid(1_000),
    preheader: liquid(1_000),
    format: z.enum(["mjml", "html"]),
    body: liquid(BODY_MAX),
    replyTo: z.union([z.literal(""), z.email().max(254)]),
  }),
  z.strictObject({
    channel: z.literal("sms"),
    text: liquid(4_000),
    signature: plain(40),
    providerTemplate: z.strictObject({ id: plain(100), params: parameter }).nullable(),
  }),
  z.strictObject({
    channel: z.literal("push"),
    title: liquid(1_000),
    body: liquid(4_000),
    imageUrl: link,
    link,
    data: parameter,
  }),
  z.strictObject({
    channel: z.literal("wechat"),
    templateId: plain(100),
    data: parameter,
    link,
    miniProgram: z.strictObject({ appId: plain(64), page: liquid(1_000) }).nullable(),
  }),
  z.strictObject({
    channel: z.literal("wecom"),
    text: liquid(8_000),
    link: z.strictObject({ title: liquid(200), url: link }).nullable(),
  }),
  z.strictObject({
    channel: z.literal("in_app"),
    form: z.enum(["message", "pop_up"]),
    title: liquid(1_000),
    body: liquid(8_000),
    imageUrl: link,
    buttons: z.array(z.strictObject({ label: liquid(200), url: link })).max(3),
    hours: z.number().int().min(1).max(8_760).nullable(),
  }),
  z.strictObject({
    channel: z.literal("webhook"),
    method: z.enum(["POST", "PUT"]),
    url: link,
    headers: header,
    body: jsonObjectSchema,
  }),
]) satisfies z.ZodType<TemplateContent>;

export const contentsSchema = z
  .record(languageSchema, templateContentSchema)
  .refine((contents) => Object.keys(contents).length <= LANGUAGES_MAX, `A template has at most ${LANGUAGES_MAX} languages`)
  .describe("Content by language");

// Exactly the codes of the registry.
const FINDINGS = Object.keys(FINDING_CODES) as [FindingCode, ...FindingCode[]];

export const findingSchema = z.object({
  code: z.enum(FINDINGS),
  severity: z.enum(["error", "warning"]).describe("An error keeps the template from being published"),
  language: z.string().describe("Empty: all"),
  path: z.string().describe("Place within the content; empty: the template as a whole"),
  line: z.number().int().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});
