import type { ProviderKind } from "./channel.ts";
import type { Repeating } from "./delivery.ts";

/** What a provider allows after an attempt of unknown end, and for how long from the first attempt on; null: without an end. */
export type Repeats = { readonly repeating: Repeating; readonly forMs: number | null };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * By provider, as its documentation says; docs/guides/channels.md gives the reasons and compares with this table in a test. Times are shorter than
 * what is documented, so that an attempt that is begun inside them also arrives inside them.
 */
export const REPEATS: Readonly<Record<ProviderKind, Repeats>> = {
  smtp: { repeating: "neither", forMs: null },
  aliyun_sms: { repeating: "queryable", forMs: 29 * DAY_MS },
  tencent_sms: { repeating: "neither", forMs: null },
  twilio_sms: { repeating: "neither", forMs: null },
  http_sms: { repeating: "neither", forMs: null },
  fcm: { repeating: "neither", forMs: null },
  jpush: { repeating: "idempotent", forMs: DAY_MS - 60 * MINUTE_MS },
  web_push: { repeating: "neither", forMs: null },
  wechat_template: { repeating: "idempotent", forMs: 9 * MINUTE_MS },
  wechat_subscription: { repeating: "neither", forMs: null },
  wecom_customer: { repeating: "neither", forMs: null },
  own: { repeating: "idempotent", forMs: null },
  sandbox: { repeating: "idempotent", forMs: null },
};
