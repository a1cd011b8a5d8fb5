import webPush from "web-push";
import { z } from "zod";
import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, badAddress, type Adapter, type Carried } from "./adapter.ts";
import { byStatus, type ProviderCall } from "./provider-call.ts";

/** What a browser gives on subscribing (PushSubscription.toJSON). */
const subscriptionSchema = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(2_000),
  keys: z.object({ p256dh: z.string().max(200), auth: z.string().max(100) }),
});
type Subscription = z.infer<typeof subscriptionSchema>;

const DAY_SECONDS = 86_400;

/** Web push (RFC 8030) with VAPID (RFC 8292) and aes128gcm (RFC 8291); the address is the browser's subscription as JSON. */
export function createWebPushAdapter({ call }: { readonly call: ProviderCall }): Adapter<"web_push", "push"> {
  return {
    send: async (provider, carried, signal) => {
      const subscription = subscriptionIn(carried.to);
      const request = subscription === undefined ? undefined : requestOf(provider, subscription, carried);
      if (request === undefined) return badAddress("web_push_subscription");
      const called = await call(request.endpoint, { method: "POST", headers: request.headers, body: request.body }, signal);
      if ("failed" in called) return called.failed;
      const { status } = called.answer;
      // The push service forgot the subscription, or never knew it.
      if (status === 404 || status === 410) return badAddress(`web_push_http_${status}`);
      return byStatus(called.answer, "web_push") ?? accepted();
    },
  };
}

function subscriptionIn(text: string): Subscription | undefined {
  try {
    return subscriptionSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: no subscription.
    return undefined;
  }
}

function requestOf({ settings, secrets }: OpenedProvider<SettingsOf<"web_push">>, subscription: Subscription, carried: Carried<"push">) {
  const { title, body, imageUrl, link, data } = carried.message;
  const payload = JSON.stringify({ title, body, image: imageUrl, link, data, reference: carried.reference });
  const { subject, publicKey } = settings;
  try {
    const details = webPush.generateRequestDetails(subscription, payload, {
      TTL: DAY_SECONDS,
      // A repeat takes the place of the first one as long as the browser has not fetched it.
      topic: carried.reference,
      vapidDetails: { subject, publicKey, privateKey: secrets["privateKey"] ?? "" },
    });
    const headers = Object.fromEntries(Object.entries(details.headers).map(([name, value]) => [name.toLowerCase(), value]));
    return { endpoint: subscription.endpoint, headers, body: details.body };
  } catch {
    // The keys of the subscription are none; those of the provider were tried when they were saved.
    return undefined;
  }
}
