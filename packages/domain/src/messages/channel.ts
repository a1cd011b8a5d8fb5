/** The ways by which Terrace reaches people, in the order in which they are shown. */
export const MESSAGE_CHANNELS = ["email", "sms", "push", "wechat", "wecom", "in_app", "webhook"] as const;
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

/** The channel of consent that has a say; a webhook tells a machine of the business, not the person. */
export const CONSENT_CHANNEL: Readonly<Record<MessageChannel, string | undefined>> = {
  email: "email",
  sms: "sms",
  push: "push",
  wechat: "wechat",
  wecom: "wechat",
  in_app: "app",
  webhook: undefined,
};

/** Who carries messages of a channel. `sandbox` carries nothing: it keeps what would have been sent. */
export const PROVIDER_KINDS = {
  email: ["smtp", "sandbox"],
  sms: ["aliyun_sms", "tencent_sms", "twilio_sms", "http_sms", "sandbox"],
  push: ["fcm", "jpush", "web_push", "sandbox"],
  wechat: ["wechat_template", "wechat_subscription", "sandbox"],
  wecom: ["wecom_customer", "sandbox"],
  in_app: ["own", "sandbox"],
  webhook: ["own", "sandbox"],
} as const satisfies Readonly<Record<MessageChannel, readonly string[]>>;
export type ProviderKind = (typeof PROVIDER_KINDS)[MessageChannel][number];
