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

const NUMBER_DIGITS = 9;
const TIME_LENGTH = 24;

/**
 * Bodies of batch requests, rendered once and then only renumbered: what a request costs the generator is copying it. Body `number` holds the calls
 * `number * batch …`; ids of messages are `<run>-<nine digits>`. `cycle` bodies are kept, so a person comes back every `cycle * batch` events.
 */
export function renumberedBodies(run: string, batch: number, people: number): (number: number, time: string) => Buffer {
  const cycle = Math.max(1, Math.round(people / batch));
  const kept: { readonly body: Buffer; readonly numbers: readonly number[]; readonly times: readonly number[] }[] = [];
  return (number, time) => {
    let made = kept[number % cycle];
    if (made === undefined) {
      const first = (number % cycle) * batch;
      const calls = Array.from({ length: batch }, (_, index) =>
        trackText(run, first + index, people, time).replace(
          `"messageId":"${run}-${first + index}"`,
          `"messageId":"${run}-${"0".repeat(NUMBER_DIGITS)}"`,
        ),
      );
      const body = Buffer.from(batchBody(calls, time));
      made = {
        body,
        numbers: placesOf(body, `"messageId":"${run}-`),
        times: [...placesOf(body, '"timestamp":"'), ...placesOf(body, '"sentAt":"')],
      };
      kept[number % cycle] = made;
    }
    for (const [index, place] of made.numbers.entries())
      made.body.write(String(number * batch + index).padStart(NUMBER_DIGITS, "0"), place, NUMBER_DIGITS, "latin1");
    for (const place of made.times) made.body.write(time, place, TIME_LENGTH, "latin1");
    return made.body;
  };
}

/** Where each occurrence of a text ends. */
function placesOf(body: Buffer, text: string): readonly number[] {
  const places: number[] = [];
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + text.length)) places.push(at + text.length);
  return places;
}

/** A track call as an object. */
export function trackCall(run: string, number: number, people: number): Record<string, unknown> {
  return JSON.parse(trackText(run, number, people, new Date().toISOString())) as Record<string, unknown>;
}
