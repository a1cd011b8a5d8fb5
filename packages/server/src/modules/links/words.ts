import type { InBothLanguages, Words } from "@terrace/domain/in-both-languages";

export type PageLanguage = "zh" | "en";

/** What the pages behind links in messages say. */
export const WORDS = {
  endTitle: { zh: "退订", en: "Unsubscribe" },
  endAsk: {
    zh: "不再通过{channel}接收 {business} 的「{purpose}」消息？",
    en: "Stop getting “{purpose}” messages from {business} by {channel}?",
  },
  endButton: { zh: "确认退订", en: "Unsubscribe" },
  endedTitle: { zh: "已退订", en: "You are unsubscribed" },
  ended: { zh: "今后不会再通过{channel}收到「{purpose}」消息。", en: "You will get no more “{purpose}” messages by {channel}." },
  choose: { zh: "选择想接收的消息", en: "Choose what you get" },
  title: { zh: "接收设置", en: "Message preferences" },
  intro: {
    zh: "选择 {business} 可以怎样联系您。点一下立即生效。订单、账户等必要通知不受影响。",
    en: "Choose how {business} may contact you. One tap takes effect at once. Necessary notices, such as of orders and your account, stay as they are.",
  },
  data: { zh: "数据的使用", en: "How your data are used" },
  on: { zh: "接收", en: "On" },
  off: { zh: "不接收", en: "Off" },
  allowed: { zh: "允许", en: "Allowed" },
  refused: { zh: "不允许", en: "Not allowed" },
  pending: { zh: "等待邮件确认", en: "Waiting for you to confirm by e-mail" },
  allOff: { zh: "全部不接收", en: "Stop all messages" },
  saved: { zh: "已保存。", en: "Saved." },
  mailed: { zh: "已发送确认邮件，点开其中的链接后生效。", en: "We sent you an e-mail. It takes effect once you follow the link in it." },
  confirmTitle: { zh: "确认订阅", en: "Confirm your subscription" },
  confirmAsk: { zh: "同意通过邮件接收 {business} 的以下消息？", en: "Do you agree to get these messages from {business} by e-mail?" },
  confirmButton: { zh: "确认", en: "Confirm" },
  confirmedTitle: { zh: "已确认", en: "Confirmed" },
  confirmed: { zh: "已生效，随时可以更改。", en: "It is in effect. You can change it at any time." },
  nothingTitle: { zh: "没有待确认的内容", en: "There is nothing to confirm" },
  nothing: { zh: "可能已经确认过，或已过期。", en: "You may have confirmed it already, or it took too long." },
  wrongTitle: { zh: "链接无效", en: "This link does not work" },
  wrong: { zh: "请从消息中重新打开完整的链接。", en: "Open the whole link from the message again." },
  overTitle: { zh: "链接已过期", en: "This link has expired" },
  over: { zh: "请使用最近一封消息中的链接。", en: "Use the link of a newer message." },
  goneTitle: { zh: "没有可更改的内容", en: "There is nothing to change" },
  gone: { zh: "我们没有与这个链接相关的资料。", en: "We hold nothing about whom this link was made for." },
  busyTitle: { zh: "请稍后再试", en: "Try again shortly" },
  busy: { zh: "操作太频繁，请一分钟后再试。", en: "That was too often. Try again in a minute." },
  otherLanguage: { zh: "English", en: "中文" },
} as const satisfies Readonly<Record<string, InBothLanguages>>;

const CHANNEL_NAMES: Words<"sms" | "email" | "push" | "wechat" | "phone" | "app" | "web"> = {
  email: { zh: "邮件", en: "e-mail" },
  sms: { zh: "短信", en: "text message" },
  push: { zh: "推送", en: "push" },
  wechat: { zh: "微信", en: "WeChat" },
  app: { zh: "应用内消息", en: "messages in the app" },
  phone: { zh: "电话", en: "phone" },
  web: { zh: "网页", en: "the website" },
};

export function channelName(channel: string, language: PageLanguage): string {
  return Object.entries(CHANNEL_NAMES).find(([key]) => key === channel)?.[1][language] ?? channel;
}

/** A text with what stands in braces filled in. */
export function say(key: keyof typeof WORDS, language: PageLanguage, values: Readonly<Record<string, string>> = {}): string {
  return WORDS[key][language].replaceAll(/\{(\w+)\}/g, (_whole, name: string) => values[name] ?? "");
}

/** Zh for a tongue of China, en for any other; undefined when nothing is told. */
export function pageLanguage(told: string | undefined): PageLanguage | undefined {
  if (told === undefined || told === "") return undefined;
  return /^zh\b/i.test(told) ? "zh" : "en";
}
