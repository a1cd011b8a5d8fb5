/** A believable track call of about 420 bytes; `number` decides person, message id and figures, so that runs repeat. */
export function trackCall(run: string, number: number, people: number): Record<string, unknown> {
  const person = (number * 7919) % people;
  return {
    type: "track",
    event: ["Product Viewed", "Product Added", "Order Completed", "$pageview"][number % 4],
    userId: `user-${person}`,
    anonymousId: `device-${person}`,
    messageId: `${run}-${number}`,
    timestamp: new Date().toISOString(),
    properties: { order_id: `o-${number}`, product_id: `sku-${number % 997}`, price: (number % 500) + 0.5, quantity: (number % 3) + 1, currency: "CNY", category: "tea" },
    context: { page: { url: `https://shop.example.test/p/${number % 997}?utm_source=weixin&utm_campaign=summer`, path: `/p/${number % 997}`, title: "Jasmine tea" }, userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", locale: "zh-CN" },
  };
}
