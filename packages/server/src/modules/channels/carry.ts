import { hash } from "node:crypto";
import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { MessageChannel, ProviderKind } from "@terrace/domain/messages/channel";
import type { Handover, Repeating, RenderedMessage, SendOutcome } from "@terrace/domain/messages/delivery";
import { REPEATS } from "@terrace/domain/messages/repeating";
import { retry, refused, type Carried, type Found, type LookedUp } from "./adapters/adapter.ts";
import { createAliyunAdapter } from "./adapters/aliyun-sms.ts";
import { createFcmAdapter } from "./adapters/fcm.ts";
import { createHttpSmsAdapter } from "./adapters/http-sms.ts";
import { createJPushAdapter } from "./adapters/jpush.ts";
import { createInAppAdapter, createWebhookAdapter } from "./adapters/own.ts";
import { createProviderCall } from "./adapters/provider-call.ts";
import { createSandboxAdapter } from "./adapters/sandbox.ts";
import { createSmtpAdapter } from "./adapters/smtp.ts";
import { createTencentAdapter } from "./adapters/tencent-sms.ts";
import { createTwilioAdapter } from "./adapters/twilio-sms.ts";
import { createWebPushAdapter } from "./adapters/web-push.ts";
import { createWecomAdapter } from "./adapters/wecom-customer.ts";
import { createWechatSubscriptionAdapter, createWechatTemplateAdapter } from "./adapters/wechat.ts";
import type { ChannelDeps } from "./channel-deps.ts";
import { keepingParts } from "./keeping.ts";
import { createProviderReader, type OpenedProvider } from "./opened-provider.ts";
import { trustOf } from "./provider-faults.ts";
import { loadProviders, type ProviderRow } from "./provider.store.ts";
import { receiptPath } from "./receipts/receipt-path.ts";

/** The provider that carries a channel's messages, and what it allows. `repeatableForMs`: how long after the first attempt `repeating` holds; null: without an end. */
export type ProviderChoice = {
  readonly id: string;
  readonly kind: ProviderKind;
  readonly repeating: Repeating;
  readonly repeatableForMs: number | null;
  readonly ratePerSecond: number | null;
  /** How many it is handed at a time. */
  readonly atOnce: number;
  /** How long handing one over may take before nobody waits for the answer any more. */
  readonly handoverMs: number;
  /** Changes with the place and the account: what another one was handed cannot be asked about, or repeated, here. */
  readonly trust: string;
};
export type Carrier = {
  /** Hands a message over once. Trouble is an outcome; only a fault of the own database is thrown, before anything went out. */
  readonly send: (workspaceId: number, providerId: string, handover: Handover, signal: AbortSignal) => Promise<SendOutcome>;
  /** Asks a provider that can be asked what became of a message; all others are `unknown`. */
  readonly lookup: (workspaceId: number, providerId: string, asked: LookedUp, signal: AbortSignal) => Promise<Found>;
  /** The default of a channel, as long as it is on. */
  readonly providerFor: (workspaceId: number, channel: MessageChannel) => Promise<ProviderChoice | undefined>;
  /** A provider, also one that is off or no default; undefined when it is gone. */
  readonly provider: (workspaceId: number, id: string) => Promise<ProviderChoice | undefined>;
};

type Bound = {
  readonly send: (handover: Handover, signal: AbortSignal) => Promise<SendOutcome>;
  readonly lookup?: ((asked: LookedUp, signal: AbortSignal) => Promise<Found>) | undefined;
};
type AnyAdapter<Settings, Channel extends MessageChannel> = {
  readonly send: (
    provider: OpenedProvider & { readonly settings: Settings },
    carried: Carried<Channel>,
    signal: AbortSignal,
  ) => Promise<SendOutcome>;
  readonly lookup?: (provider: OpenedProvider & { readonly settings: Settings }, asked: LookedUp, signal: AbortSignal) => Promise<Found>;
};

export function createCarrier(deps: ChannelDeps): Carrier {
  const read = createProviderReader(deps);
  const bind = createBinding(deps);
  return {
    send: async (workspaceId, providerId, handover, signal) => {
      const provider = await read(workspaceId, providerId);
      if (provider === undefined) return retry("channel.provider_gone");
      // An operator may turn it on again.
      if (provider.state === "off") return retry("channel.provider_off", 60_000);
      return bind(provider).send(handover, signal);
    },
    lookup: async (workspaceId, providerId, asked, signal) => {
      const provider = await read(workspaceId, providerId);
      return (provider === undefined ? undefined : await bind(provider).lookup?.(asked, signal)) ?? "unknown";
    },
    providerFor: async (workspaceId, channel) => {
      const row = (await loadProviders(deps.db, workspaceId, { channel })).find(({ isDefault, state }) => isDefault && state === "on");
      return row === undefined ? undefined : choiceOf(row);
    },
    provider: async (workspaceId, id) => {
      const [row] = await loadProviders(deps.db, workspaceId, { id });
      return row === undefined ? undefined : choiceOf(row);
    },
  };
}

/** HTTP connections to one provider at a time. */
const AT_ONCE = 128;
const HANDOVER_MS = 20_000;
/** A mail server may read a letter through before it answers for it. */
const LETTER_MS = 60_000;

function choiceOf({ id, kind, settings, ratePerSecond }: ProviderRow): ProviderChoice {
  const { repeating, forMs } = REPEATS[kind];
  return {
    id,
    kind,
    repeating,
    repeatableForMs: forMs,
    ratePerSecond,
    atOnce: settings.kind === "smtp" ? settings.connections : AT_ONCE,
    handoverMs: settings.kind === "smtp" ? LETTER_MS : HANDOVER_MS,
    trust: hash("sha256", trustOf(settings), "hex"),
  };
}

type Binders = { readonly [Kind in ProviderKind]: (provider: OpenedProvider<SettingsOf<Kind>>) => Bound };

/** Finds who speaks a provider's language, and ties the two together. */
function createBinding(deps: ChannelDeps): (provider: OpenedProvider) => Bound {
  const adapters = adaptersOf(deps);
  const binders: Binders = {
    smtp: (provider) => bound(adapters.smtp, "email", provider),
    aliyun_sms: (provider) => bound(adapters.aliyun, "sms", provider),
    tencent_sms: (provider) => bound(adapters.tencent, "sms", provider),
    twilio_sms: (provider) => bound(adapters.twilio, "sms", provider),
    http_sms: (provider) => bound(adapters.http, "sms", provider),
    fcm: (provider) => bound(adapters.fcm, "push", provider),
    jpush: (provider) => bound(adapters.jpush, "push", provider),
    web_push: (provider) => bound(adapters.webPush, "push", provider),
    wechat_template: (provider) => bound(adapters.wechatTemplate, "wechat", provider),
    wechat_subscription: (provider) => bound(adapters.wechatSubscription, "wechat", provider),
    wecom_customer: (provider) => bound(adapters.wecom, "wecom", provider),
    own: (provider) =>
      provider.channel === "in_app" ? bound(adapters.inApp, "in_app", provider) : bound(adapters.webhook, "webhook", provider),
    sandbox: (provider) => ({
      send: (handover) => adapters.sandbox.send(provider, handover),
      lookup: (asked) => adapters.sandbox.lookup(provider, asked.reference),
    }),
  };
  // The kind that chooses the function is that of the settings it is given.
  return (provider) => (binders[provider.settings.kind] as (one: OpenedProvider) => Bound)(provider);
}

function adaptersOf(deps: ChannelDeps) {
  const kept = keepingParts(deps);
  const calling = { call: createProviderCall(deps.outbound), nowMs: deps.nowMs, randomId: deps.randomId };
  const receiptUrl = (provider: OpenedProvider): string | undefined =>
    deps.publicUrl === undefined ? undefined : new URL(receiptPath(provider.token), deps.publicUrl).href;
  return {
    smtp: createSmtpAdapter(deps),
    aliyun: createAliyunAdapter(calling),
    tencent: createTencentAdapter(calling),
    twilio: createTwilioAdapter({ ...calling, receiptUrl }),
    http: createHttpSmsAdapter(calling),
    fcm: createFcmAdapter(calling),
    jpush: createJPushAdapter({ ...calling, ...kept }),
    webPush: createWebPushAdapter(calling),
    wechatTemplate: createWechatTemplateAdapter(calling),
    wechatSubscription: createWechatSubscriptionAdapter(calling),
    wecom: createWecomAdapter(calling),
    inApp: createInAppAdapter({ keep: kept.keepInApp, nowMs: deps.nowMs }),
    webhook: createWebhookAdapter(calling),
    sandbox: createSandboxAdapter(kept),
  };
}

function bound<Settings, Channel extends MessageChannel>(
  adapter: AnyAdapter<Settings, Channel>,
  channel: Channel,
  provider: OpenedProvider & { readonly settings: Settings },
): Bound {
  const { lookup } = adapter;
  return {
    send: async ({ reference, address, message }, signal) => {
      if (!isOf(message, channel) || address.channel !== channel) return refused("channel.other_channel");
      return adapter.send(provider, { reference, to: address.value, message }, signal);
    },
    lookup: lookup === undefined ? undefined : (asked, signal) => lookup(provider, asked, signal),
  };
}

function isOf<Channel extends MessageChannel>(message: RenderedMessage, channel: Channel): message is Carried<Channel>["message"] {
  return message.channel === channel;
}
