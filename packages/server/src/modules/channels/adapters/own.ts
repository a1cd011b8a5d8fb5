import type { Carried } from "./adapter.ts";
import { signatureHeaders } from "../../../platform/outbound/webhook-signature.ts";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, retry, type Adapter } from "./adapter.ts";
import { byStatus, type ProviderCall } from "./provider-call.ts";

/** Keeps a message until the person's app fetches it. */
export type KeepMessage = (
  provider: OpenedProvider,
  kept: { readonly carried: Carried<"in_app">; readonly untilMs: number },
) => Promise<void>;

const IN_APP_DAYS = 90;
const DAY_MS = 86_400_000;
/** What the message may not set: these say where it goes, how long it is, and who signed it. */
const OURS = /^(?:host|content-length|transfer-encoding|connection|webhook-.*)$/i;

/** Messages in the own app or site: kept under their reference, so the same one twice is one. */
export function createInAppAdapter(deps: { readonly keep: KeepMessage; readonly nowMs: () => number }): Adapter<"own", "in_app"> {
  return {
    send: async (provider, carried) => {
      await deps.keep(provider, { carried, untilMs: carried.message.untilMs ?? deps.nowMs() + IN_APP_DAYS * DAY_MS });
      return accepted();
    },
  };
}

/** Calls to a system of the business, signed as the Standard Webhooks specification says; `webhook-id` is the reference, by which the other side tells a repeat. */
export function createWebhookAdapter({
  call,
  nowMs,
}: {
  readonly call: ProviderCall;
  readonly nowMs: () => number;
}): Adapter<"own", "webhook"> {
  return {
    send: async ({ secrets }, { reference, message }, signal) => {
      const atMs = nowMs();
      const old = Number(secrets["oldSigningSecretUntil"] ?? 0) > atMs ? [secrets["oldSigningSecret"] ?? ""] : [];
      const body = JSON.stringify(message.body);
      const theirs = Object.entries(message.headers).filter(([name]) => !OURS.test(name));
      const headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Terrace-Messages/1",
        ...Object.fromEntries(theirs.map(([name, value]) => [name.toLowerCase(), value])),
        ...signatureHeaders({ id: reference, seconds: Math.floor(atMs / 1_000), body }, [secrets["signingSecret"] ?? "", ...old]),
      };
      const called = await call(message.url, { method: message.method, headers, body }, signal);
      if ("failed" in called) return called.failed;
      if (called.answer.status === 503) return retry("webhook_http_503", called.answer.retryAfterMs);
      return byStatus(called.answer, "webhook") ?? accepted();
    },
  };
}
