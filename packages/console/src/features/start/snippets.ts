import manifest from "../../../package.json" with { type: "json" };

/** A page keeps the client of this version for good; the packages of Terrace have one version. */
const SDK_VERSION = manifest.version;

/** Ways to send the first event, in the order of the tabs. */
export const SNIPPET_KINDS = ["curl", "segment", "browser", "sensors", "posthog"] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number];

/** What is filled into the code: the address of this server, the write key, and the currency of the workspace's money. */
export type SnippetFill = { readonly origin: string; readonly writeKey: string; readonly currency: string };

/** The code for one way of sending. `userId` is a sample id. */
export function snippet(kind: SnippetKind, fill: SnippetFill): string {
  return SNIPPETS[kind](fill);
}

const SNIPPETS: Readonly<Record<SnippetKind, (fill: SnippetFill) => string>> = {
  curl: ({ origin, writeKey, currency }) => `curl ${origin}/v1/track \\
  -u ${writeKey}: \\
  -H 'content-type: application/json' \\
  -d '{
    "userId": "u-1001",
    "event": "Order Completed",
    "properties": { "order_id": "A-1", "revenue": 38, "currency": "${currency}" }
  }'`,
  segment: ({ origin, writeKey, currency }) => `// npm install @segment/analytics-node
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
  properties: { order_id: "A-1", revenue: 38, currency: "${currency}" },
});
await analytics.closeAndFlush();`,
  browser: ({ origin, writeKey }) => `<script>window.terrace = window.terrace || []</script>
<script async src="${origin}/sdk/terrace.js?v=${SDK_VERSION}"
  data-key="${writeKey}"
  data-clicks data-exposure data-performance
  data-search="q,keyword"></script>
<script>
  terrace.push(["track", "Product Viewed", { product_id: "P-1", price: 38 }]);
  // After sign-in:
  terrace.push(["identify", "u-1001", { plan: "gold" }]);
</script>`,
  sensors: ({ origin, writeKey, currency }) => `// npm install sa-sdk-javascript
import sensors from "sa-sdk-javascript";

sensors.init({
  server_url: "${origin}/sa.gif?project=default&token=${writeKey}",
});
sensors.login("u-1001");
sensors.track("OrderCompleted", { order_id: "A-1", revenue: 38, currency: "${currency}" });`,
  posthog: ({ origin, writeKey, currency }) => `// npm install posthog-node
import { PostHog } from "posthog-node";

const posthog = new PostHog("${writeKey}", { host: "${origin}" });

posthog.capture({
  distinctId: "u-1001",
  event: "Order Completed",
  properties: { order_id: "A-1", revenue: 38, currency: "${currency}" },
});
await posthog.shutdown();`,
};
