const NAMES = ["Product Viewed", "Product Added", "Order Completed", "$pageview"];
const PRODUCTS = 997;
const USER_AGENT =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

/** The part of a call that depends on the product alone, rendered once: the generator shares the machine with what it measures. */
const TAILS = Array.from({ length: PRODUCTS }, (_, product) => {
  const page = {
    url: `https://shop.example.test/p/${product}?utm_source=weixin&utm_campaign=summer`,
    path: `/p/${product}`,
    title: "Jasmine tea",
  };
  return `,"product_id":"sku-${product}","currency":"CNY","category":"tea"},"context":${JSON.stringify({ page, userAgent: USER_AGENT, locale: "zh-CN" })}}`;
});

/** A believable track call of about 420 bytes as JSON text; `number` decides person, message id and figures, so that runs repeat. `time` is ISO. */
export function trackText(run: string, number: number, people: number, time: string): string {
  return trackTextOf(run, number, (number * 7919) % people, time);
}

/** The same for a given person. */
export function trackTextOf(run: string, number: number, person: number, time: string): string {
  return `{"type":"track","event":"${NAMES[number % 4]}","userId":"user-${person}","anonymousId":"device-${person}","messageId":"${run}-${number}","timestamp":"${time}","properties":{"order_id":"o-${number}","price":${(number % 500) + 0.5},"quantity":${(number % 3) + 1}${TAILS[number % PRODUCTS]}`;
}

/** The body of a batch request. */
export function batchBody(calls: readonly string[], time: string): string {
  return `{"batch":[${calls.join(",")}],"sentAt":"${time}"}`;
}

/** A track call as an object. */
export function trackCall(run: string, number: number, people: number): Record<string, unknown> {
  return JSON.parse(trackText(run, number, people, new Date().toISOString())) as Record<string, unknown>;
}
