import type { ProviderKind } from "@terrace/domain/messages/channel";

/** A field of a provider's settings: its place in them, and how it is entered. */
export type ProviderField = {
  readonly path: readonly [string] | readonly [string, string];
  readonly form: "text" | "number" | "lines" | "switch" | readonly string[];
  readonly initial?: string | number | boolean;
  readonly example?: string;
};
/** Names of fields as the language files have them: `dkim.domain` for a nested one. */
export const FIELD_NAMES = [
  "host",
  "port",
  "security",
  "user",
  "from",
  "replyTo",
  "dkim.domain",
  "dkim.selector",
  "accessKeyId",
  "signName",
  "endpoint",
  "secretId",
  "sdkAppId",
  "region",
  "accountSid",
  "sender",
  "url",
  "method",
  "contentType",
  "headers",
  "body",
  "success.field",
  "success.equals",
  "success.idField",
  "projectId",
  "clientEmail",
  "appKey",
  "production",
  "publicKey",
  "subject",
  "appId",
  "platform",
  "corpId",
  "staff",
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

const text = (name: FieldName, example?: string): ProviderField => {
  const [first = "", second] = name.split(".");
  return { path: second === undefined ? [first] : [first, second], form: "text", ...(example === undefined ? {} : { example }) };
};
const among = (name: FieldName, choices: readonly string[], initial: string): ProviderField => ({ path: [name], form: choices, initial });

/** What each kind asks for besides its secrets, in the order in which it is filled in. */
export const PROVIDER_FIELDS: Readonly<Record<ProviderKind, readonly ProviderField[]>> = {
  smtp: [
    text("host", "smtp.example.com"),
    { path: ["port"], form: "number", initial: 587 },
    among("security", ["starttls", "tls", "none"], "starttls"),
    text("user"),
    text("from", "Name <news@example.com>"),
    text("replyTo"),
    text("dkim.domain", "example.com"),
    text("dkim.selector", "s1"),
  ],
  aliyun_sms: [text("accessKeyId"), text("signName"), text("endpoint", "https://dysmsapi.aliyuncs.com")],
  tencent_sms: [
    text("secretId"),
    text("sdkAppId", "1400006666"),
    text("signName"),
    { ...text("region"), initial: "ap-guangzhou" },
    text("endpoint", "https://sms.tencentcloudapi.com"),
  ],
  twilio_sms: [text("accountSid", "AC…"), text("sender", "+15005550006"), text("endpoint", "https://api.twilio.com")],
  http_sms: [
    text("url", "https://sms.example.com/send"),
    among("method", ["POST", "PUT", "GET"], "POST"),
    among("contentType", ["application/json", "application/x-www-form-urlencoded"], "application/json"),
    { path: ["headers"], form: "lines", example: "Authorization: Bearer {{secret}}" },
    { path: ["body"], form: "lines", initial: '{"to": "{{to}}", "text": "{{text}}", "id": "{{reference}}"}' },
    text("success.field", "code"),
    text("success.equals", "0"),
    text("success.idField", "data.id"),
  ],
  fcm: [text("projectId"), text("clientEmail"), text("endpoint", "https://fcm.googleapis.com")],
  jpush: [text("appKey"), { path: ["production"], form: "switch", initial: true }, text("endpoint", "https://api.jpush.cn")],
  web_push: [text("publicKey"), text("subject", "mailto:ops@example.com")],
  wechat_template: [text("appId", "wx…"), text("endpoint", "https://api.weixin.qq.com")],
  wechat_subscription: [
    text("appId", "wx…"),
    among("platform", ["official_account", "mini_program"], "official_account"),
    text("endpoint", "https://api.weixin.qq.com"),
  ],
  wecom_customer: [text("corpId", "ww…"), text("staff"), text("endpoint", "https://qyapi.weixin.qq.com")],
  own: [],
  sandbox: [],
};

/** Keys in PEM take several lines. */
export const LONG_SECRETS: ReadonlySet<string> = new Set(["fcm.privateKey", "smtp.dkimKey"]);

export function nameOf({ path }: ProviderField): FieldName {
  const name = path.join(".");
  const found = FIELD_NAMES.find((known) => known === name);
  if (found === undefined) throw new Error(`${name} is no field`);
  return found;
}
