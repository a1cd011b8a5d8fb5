/** Ways to send the first event, in the order of the tabs. */
export const SNIPPET_KINDS = ["curl", "segment", "browser", "sensors", "posthog"] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number];

/** The code for one way of sending, with the address of this server and the write key filled in. `userId` is a sample id. */
export function snippet(kind: SnippetKind, origin: string, writeKey: string): string {
  return SNIPPETS[kind](origin, writeKey);
}

const SNIPPETS: Readonly<Record<SnippetKind, (origin: string, writeKey: string) => string>> = {
  curl: (origin, writeKey) => `curl ${origin}/v1/track \\
  -u ${writeKey}: \\
  -H 'content-type: application/json' \\
  -d '{
    "userId": "u-1001",
    "event": "Order Completed",
    "properties": { "order_id": "A-1", "revenue": 38, "currency": "CNY" }
  }'`,
  segment: (origin, writeKey) => `// npm install @segment/analytics-node
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({
  writeKey: "${writeKey}",
  host: "${origin}",
  path: "/v1/batch",
});

analytics.identify({ userId: "u-1001", traits: { name: "Li Lei", plan: "gold" } });
analytics.track({
  userId: "u-1001",
  event: "Order Completed",
  properties: { order_id: "A-1", revenue: 38, currency: "CNY" },
});
await analytics.closeAndFlush();`,
  browser: (origin, writeKey) => `const anonymousId = localStorage.anonymousId ??= crypto.randomUUID();

function track(event, properties = {}) {
  return fetch("${origin}/v1/track", {
    method: "POST",
    keepalive: true,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      writeKey: "${writeKey}",
      messageId: crypto.randomUUID(),
      anonymousId, event, properties,
      context: { page: { url: location.href, title: document.title, referrer: document.referrer } },
    }),
  });
}

track("Product Viewed", { product_id: "P-1", price: 38 });`,
  sensors: (origin, writeKey) => `// npm install sa-sdk-javascript
import sensors from "sa-sdk-javascript";

sensors.init({
  server_url: "${origin}/sa.gif?project=default&token=${writeKey}",
});
sensors.login("u-1001");
sensors.track("OrderCompleted", { order_id: "A-1", revenue: 38, currency: "CNY" });`,
  posthog: (origin, writeKey) => `// npm install posthog-node
import { PostHog } from "posthog-node";

const posthog = new PostHog("${writeKey}", { host: "${origin}" });

posthog.capture({
  distinctId: "u-1001",
  event: "Order Completed",
  properties: { order_id: "A-1", revenue: 38, currency: "CNY" },
});
await posthog.shutdown();`,
};
