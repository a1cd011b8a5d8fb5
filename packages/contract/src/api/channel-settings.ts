import type { ProviderKind } from "@terrace/domain/messages/channel";
import { z } from "zod";

const text = (max: number) => z.string().trim().min(1).max(max);
const host = text(255).regex(/^[^\s/@:]+$/, "Give a host's name without https:// and port");
const sender = z
  .string()
  .trim()
  .max(320)
  .regex(/^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, "Give name@example.com or Name <name@example.com>");
const httpUrl = z.url({ protocol: /^https?$/ }).max(2_000);
/** Where the API is reached instead of at the provider's usual address: another region, or a gateway of one's own. */
const endpoint = httpUrl
  .optional()
  .describe("Another address of the API, such as one of another region; left out: the provider's usual one");
const token = (max: number) => text(max).regex(/^[\w.:@-]+$/, "Give it as the provider's console shows it");

const smtp = z.strictObject({
  kind: z.literal("smtp"),
  host,
  port: z.int().min(1).max(65_535),
  security: z.enum(["tls", "starttls", "none"]),
  user: z.string().trim().max(320).default(""),
  from: sender,
  replyTo: z.email().max(320).optional(),
  dkim: z
    .strictObject({ domain: host, selector: text(63).regex(/^[\w-]+(?:\.[\w-]+)*$/, "Give the selector alone, such as s1") })
    .optional()
    .describe("Signs letters; the private key is the secret `dkimKey`"),
  connections: z.int().min(1).max(50).default(8).describe("Connections that are kept open at most"),
});
const aliyunSms = z.strictObject({
  kind: z.literal("aliyun_sms"),
  accessKeyId: token(128),
  signName: text(60).describe("The registered signature; a message may name another"),
  endpoint,
});
const tencentSms = z.strictObject({
  kind: z.literal("tencent_sms"),
  secretId: token(128),
  sdkAppId: text(20).regex(/^\d+$/, "Give the number that the console shows"),
  signName: text(60),
  region: token(40).default("ap-guangzhou"),
  endpoint,
});
const twilioSms = z.strictObject({
  kind: z.literal("twilio_sms"),
  accountSid: text(34).regex(/^AC[0-9a-fA-F]{32}$/, "An account's SID begins with AC"),
  sender: text(34).describe("A number in E.164, a sender's name, or the SID of a messaging service (MG…)"),
  endpoint,
});
const headers = z.record(text(100).regex(/^[\w-]+$/, "A header's name has letters, digits and hyphens"), z.string().max(2_000));
const httpSms = z.strictObject({
  kind: z.literal("http_sms"),
  url: httpUrl,
  method: z.enum(["POST", "PUT", "GET"]).default("POST"),
  headers: headers.default({}).describe("{{secret}} stands for the secret"),
  contentType: z.enum(["application/json", "application/x-www-form-urlencoded"]).default("application/json"),
  body: z
    .string()
    .max(10_000)
    .default("")
    .describe(
      "With {{to}}, {{text}}, {{signature}}, {{template}}, {{reference}}, {{secret}} and {{param.name}}; values are written as the content type asks",
    ),
  success: z
    .strictObject({
      statusBelow: z.int().min(200).max(400).default(300),
      field: z.string().max(100).optional().describe("Of a JSON answer, such as data.code"),
      equals: z.string().max(100).optional(),
      idField: z.string().max(100).optional().describe("Field of the answer that holds the provider's own id"),
    })
    .default({ statusBelow: 300 }),
});
const fcm = z.strictObject({
  kind: z.literal("fcm"),
  projectId: token(100),
  clientEmail: z.email().max(320).describe("Of the service account"),
  endpoint,
  tokenEndpoint: endpoint,
});
const jpush = z.strictObject({ kind: z.literal("jpush"), appKey: token(64), production: z.boolean().default(true), endpoint });
const webPush = z.strictObject({
  kind: z.literal("web_push"),
  publicKey: text(100).regex(/^[\w-]{86,88}$/, "Give the public VAPID key in base64url"),
  subject: text(320).regex(/^(?:mailto:|https:\/\/)/, "Give mailto:… or https://…"),
});
const wechatTemplate = z.strictObject({ kind: z.literal("wechat_template"), appId: token(64), endpoint });
const wechatSubscription = z.strictObject({
  kind: z.literal("wechat_subscription"),
  appId: token(64),
  platform: z.enum(["official_account", "mini_program"]),
  endpoint,
});
const wecomCustomer = z.strictObject({
  kind: z.literal("wecom_customer"),
  corpId: token(64),
  staff: token(64).describe("Who confirms and is seen as the sender"),
  endpoint,
});
const own = z.strictObject({ kind: z.literal("own") });
const sandbox = z.strictObject({ kind: z.literal("sandbox") });

/** What may be shown of a provider's settings; what may not is a secret. */
export const providerSettingsSchema = z.discriminatedUnion("kind", [
  smtp,
  aliyunSms,
  tencentSms,
  twilioSms,
  httpSms,
  fcm,
  jpush,
  webPush,
  wechatTemplate,
  wechatSubscription,
  wecomCustomer,
  own,
  sandbox,
]);
export type ProviderSettings = z.output<typeof providerSettingsSchema>;
export type SettingsOf<Kind extends ProviderKind> = Extract<ProviderSettings, { readonly kind: Kind }>;

/** The secrets of each kind, and which of them it cannot work without. `receiptSecret` checks what a provider posts where it signs by HMAC. */
export const PROVIDER_SECRETS = {
  smtp: { password: "optional", dkimKey: "optional", receiptSecret: "optional" },
  aliyun_sms: { accessKeySecret: "required" },
  tencent_sms: { secretKey: "required" },
  twilio_sms: { authToken: "required" },
  http_sms: { secret: "optional", receiptSecret: "optional" },
  fcm: { privateKey: "required" },
  jpush: { masterSecret: "required" },
  web_push: { privateKey: "required" },
  wechat_template: { appSecret: "required" },
  wechat_subscription: { appSecret: "required" },
  wecom_customer: { secret: "required" },
  own: {},
  sandbox: {},
} as const satisfies Readonly<Record<ProviderKind, Readonly<Record<string, "required" | "optional">>>>;
