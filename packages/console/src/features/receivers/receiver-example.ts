/** What a newcomer begins with: a till's orders, and the expression that fits them. */
export const EXAMPLE_BODY = `{
  "orders": [
    { "id": "o-1001", "customer_id": "u-1", "total": 33600, "paid_at": "2026-07-16T12:00:00+08:00" }
  ]
}`;

export const EXAMPLE_EXPRESSION = `body.orders.{
  "type": "track",
  "event": "Order Completed",
  "userId": customer_id,
  "timestamp": paid_at,
  "properties": {
    "order_id": id,
    "revenue": total / 100,
    "currency": "CNY"
  }
}`;

/** What a header and the text before a signature look like. */
export const EXAMPLE_HEADER = "x-signature";
export const EXAMPLE_PREFIX = "sha256=";

/** How well-known senders sign. */
export const SIGNATURES = {
  none: { kind: "none" },
  standard: { kind: "standard" },
  github: { kind: "hmac", header: "x-hub-signature-256", encoding: "hex", prefix: "sha256=" },
  shopify: { kind: "hmac", header: "x-shopify-hmac-sha256", encoding: "base64", prefix: "" },
} as const;
