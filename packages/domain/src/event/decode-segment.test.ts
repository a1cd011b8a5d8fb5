import { loadCapture } from "@terrace/testkit/captures";
import { decodeContextFixture, RECEIVED_AT_MS } from "@terrace/testkit/decode-context";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { DecodeContext } from "./decode-context.ts";
import { decodeItem } from "./decode-item.ts";
import type { FeedEvent } from "./feed-event.ts";

const WHO = { userId: "u-1", messageId: "m-1" };

function decode(item: JsonObject, context: Partial<DecodeContext> = {}) {
  return decodeItem("segment", item, decodeContextFixture(context));
}

function accepted(item: JsonObject, context: Partial<DecodeContext> = {}): FeedEvent {
  const outcome = decode(item, context);
  if (!("accepted" in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.accepted;
}

function refused(item: unknown, context: Partial<DecodeContext> = {}): string {
  const outcome = decodeItem("segment", item, decodeContextFixture(context));
  return "rejected" in outcome ? `${outcome.rejected.code} ${outcome.rejected.field}` : "accepted";
}

describe("what @segment/analytics-node sends", () => {
  const events = new Map(
    loadCapture("segment-analytics-node").flatMap(({ label, json }) => {
      const body = isJsonObject(json) ? json : {};
      const batch = Array.isArray(body["batch"]) ? (body["batch"] as JsonObject[]) : [];
      return batch.map((item, at): [string, FeedEvent] => [
        batch.length > 1 ? `${label} ${at}` : label,
        accepted(item, { sentAt: body["sentAt"], receivedAtMs: Date.parse(String(body["sentAt"])) }),
      ]);
    }),
  );
  const event = (label: string) => events.get(label);

  test("every call becomes an event of its own", () => {
    expect([...events].map(([label, { name, link }]) => `${label}: ${name} ${link}`)).toEqual([
      "identify: $identify observed",
      "track: Order Completed observed",
      "page: $pageview observed",
      "screen: $screen observed",
      "group: $group observed",
      "alias: $alias asserted",
      "batch-of-3 0: E0 observed",
      "batch-of-3 1: E1 observed",
      "batch-of-3 2: E2 observed",
    ]);
  });

  test("identify sets traits, personal ones as tokens with facets beside them, and knows the e-mail as an id", () => {
    const { traits, ids, secrets, properties } = event("identify") ?? accepted({});
    expect(ids).toEqual([
      { kind: "user_id", value: "u-1" },
      { kind: "email", value: "ana@example.test" },
    ]);
    expect(Object.values(secrets)).toEqual([
      { class: "name", value: "Ana" },
      { class: "email", value: "ana@example.test" },
    ]);
    expect(traits.map((trait) => ("key" in trait ? trait.key : trait.op))).toEqual(["name", "email", "$email_domain", "plan", "age"]);
    expect(traits).toContainEqual({ op: "set", key: "$email_domain", value: "example.test" });
    expect(properties).toEqual({ $traits: ["name", "email", "plan", "age"] });
  });

  test("track keeps name, time and properties as they came", () => {
    expect(event("track")).toMatchObject({
      source: "segment",
      name: "Order Completed",
      messageId: "node-next-1795310609371-26bc2848-3b62-4513-8066-86d4d20980a5",
      timeMs: Date.UTC(2024, 0, 2, 3, 4, 5, 678),
      ids: [
        { kind: "user_id", value: "u-1" },
        { kind: "anonymous_id", value: "anon-1" },
      ],
      properties: { order_id: "o-1", revenue: 12.5, currency: "CNY", products: [{ product_id: "p1", quantity: 2, price: 6.25 }] },
      traits: [{ op: "set", key: "vip", value: true }],
      context: { ipPrefix: "10.0.0.0/24", library: "@segment/analytics-node 3.1.0", browser: "" },
      secrets: {},
    });
  });

  test("page, group and alias keep what they say", () => {
    expect(event("page")).toMatchObject({
      properties: { url: "http://x.test/", category: "Docs", name: "Home" },
      context: { pageUrl: "http://x.test/", pagePath: "/", channel: "direct" },
    });
    expect(event("group")).toMatchObject({ properties: { company: "Acme", group_id: "g-1" }, ids: [{ kind: "user_id", value: "u-1" }] });
    expect(event("alias")?.ids).toEqual([
      { kind: "user_id", value: "u-1" },
      { kind: "anonymous_id", value: "anon-1" },
    ]);
  });

  test("a retry carries the same id and gives the same event", () => {
    const tries = loadCapture("segment-analytics-node-retry").map(({ json }) => {
      const { batch, sentAt } = json as { batch: [JsonObject]; sentAt: string };
      return accepted(batch[0], { sentAt, receivedAtMs: RECEIVED_AT_MS });
    });
    expect(new Set(tries.map(({ messageId }) => messageId)).size).toBe(1);
  });
});

test("RudderStack's fields mean the same", () => {
  const event = accepted({
    type: "identify",
    userId: "u-1",
    anonymousId: "a-1",
    rudderId: "r",
    channel: "server",
    messageId: "m",
    originalTimestamp: "2026-11-22T01:20:00.000Z",
    sentAt: "2026-11-22T01:24:00.000Z",
    traits: { plan: "pro" },
    context: { traits: { plan: "free", phone: "+86 138 1234 2046" }, library: { name: "analytics-node", version: "3.0.13" } },
    integrations: { All: true },
  });
  expect(event).toMatchObject({
    name: "$identify",
    timeMs: Date.UTC(2026, 10, 22, 1, 20),
    ids: [
      { kind: "user_id", value: "u-1" },
      { kind: "phone", value: "13812342046" },
      { kind: "anonymous_id", value: "a-1" },
    ],
    context: { ipPrefix: "" },
  });
  expect(event.traits).toContainEqual({ op: "set", key: "plan", value: "pro" });
  expect(event.traits).toContainEqual({ op: "set", key: "$has_phone", value: true });
});

test("the context of a batch is that of its items, whose own wins", () => {
  const { context } = accepted(
    { type: "track", event: "A", ...WHO, context: { locale: "en" } },
    { batchContext: { locale: "zh-CN", app: { version: "2.1" }, userAgent: "UA" } },
  );
  expect(context).toMatchObject({ locale: "en", appVersion: "2.1", browser: "browser of UA" });
});

test("external ids and ids among the traits of identify are ids of the person", () => {
  const { ids } = accepted({
    type: "identify",
    ...WHO,
    traits: { unionId: "un", wechat_openid: "op", member_no: 88, email: "not an address" },
    context: { externalIds: [{ type: "phone", id: "13812342046" }, { collection: "users", id: "x" }, 7] },
  });
  expect(ids).toEqual([
    { kind: "user_id", value: "u-1" },
    { kind: "member_no", value: "88" },
    { kind: "unionid", value: "un" },
    { kind: "phone", value: "13812342046" },
    { kind: "openid", value: "op" },
  ]);
});

test("a null trait is taken away, with its facet", () => {
  expect(accepted({ type: "identify", ...WHO, traits: { phone: null, plan: null } }).traits).toEqual([
    { op: "unset", key: "phone" },
    { op: "unset", key: "$has_phone" },
    { op: "unset", key: "plan" },
  ]);
});

describe("message ids", () => {
  const timed = { type: "track", event: "A", userId: "u", timestamp: "2026-11-22T01:23:00Z" };
  test("without one, the same content at the same time is the same event", () => {
    expect(accepted({ ...timed, sentAt: "2026-11-22T01:23:01Z" }).messageId).toBe(
      accepted({ ...timed, sentAt: "2026-11-22T01:23:09Z" }).messageId,
    );
    expect(accepted(timed).messageId).not.toBe(accepted({ ...timed, event: "B" }).messageId);
  });
  test("without id and time every item is an event of its own", () => {
    const context = decodeContextFixture();
    const ids = [1, 2]
      .map(() => decodeItem("segment", { type: "track", event: "A", userId: "u" }, context))
      .map((outcome) => ("accepted" in outcome ? outcome.accepted.messageId : ""));
    expect(ids).toEqual(["unique-1", "unique-2"]);
  });
  test("one with personal data in it is replaced, the same way every time", () => {
    const first = accepted({ ...timed, messageId: "order-13812342046" }).messageId;
    expect(first).not.toContain("138");
    expect(accepted({ ...timed, messageId: "order-13812342046" }).messageId).toBe(first);
  });
});

test.each([
  [{ type: "track", userId: "u" }, "event.name_missing event"],
  [{ type: "track", userId: "u", event: " " }, "event.name_missing event"],
  [{ type: "track", userId: "u", event: 7 }, "event.name_invalid event"],
  [{ type: "track", userId: "u", event: "Called 13812342046" }, "event.name_invalid event"],
  [{ type: "track", userId: "u", event: "a\u0000" }, "event.name_invalid event"],
  [{ type: "track", userId: "u", event: "\ud800" }, "event.name_invalid event"],
  [{ type: "track", userId: "u", event: "x".repeat(256) }, "event.name_invalid event"],
  [{ type: "track", event: "A" }, "event.id_missing userId"],
  [{ type: "track", event: "A", userId: "null" }, "event.id_invalid userId"],
  [{ type: "track", event: "A", userId: {} }, "event.id_invalid userId"],
  [{ type: "track", event: "A", userId: 2 ** 60 }, "event.id_invalid userId"],
  [{ type: "track", event: "A", userId: "x".repeat(256) }, "event.id_invalid userId"],
  [{ type: "track", event: "A", userId: "u", properties: [] }, "event.properties_invalid properties"],
  [{ type: "identify", userId: "u", traits: "x" }, "event.traits_invalid traits"],
  [{ type: "alias", userId: "u" }, "event.id_missing previousId"],
  [{ type: "group", userId: "u" }, "event.id_missing groupId"],
  [{ type: "bogus", userId: "u" }, "event.type_unknown type"],
  [{ type: "track", event: "A", userId: "u", timestamp: "yesterday" }, "event.time_invalid timestamp"],
  [
    { type: "track", event: "A", userId: "u", properties: { a: { b: { c: { d: { e: { f: { g: { h: {} } } } } } } } } },
    "event.too_deep properties",
  ],
  [{ type: "track", event: "A", userId: "u", properties: { text: "你".repeat(11_000) } }, "event.too_large "],
  [null, "event.not_an_object "],
  [[], "event.not_an_object "],
  ["x", "event.not_an_object "],
  [7, "event.not_an_object "],
])("%j is refused", (item, reason) => expect(refused(item)).toBe(reason));

test("a stand-in for an id is left out beside a real one, and told", () => {
  expect(accepted({ type: "track", event: "A", userId: "undefined", anonymousId: "a-1", messageId: "m" })).toMatchObject({
    ids: [{ kind: "anonymous_id", value: "a-1" }],
    properties: { $sanitised: ["ignored_id:userId"] },
  });
});

test("what is refused is kept whole, with the batch's send time, and without personal data in its name and id", () => {
  const outcome = decode(
    { type: "track", event: "Called 13812342046", userId: "u", messageId: "m-13812342046" },
    { sentAt: "2026-11-22T01:00:00Z" },
  );
  if (!("rejected" in outcome)) throw new Error("accepted");
  expect(JSON.parse(outcome.rejected.payload)).toMatchObject({ event: "Called 13812342046", sentAt: "2026-11-22T01:00:00Z" });
  const { payload: _payload, ...shown } = outcome.rejected;
  expect(JSON.stringify(shown)).not.toContain("13812342046");
});

test.each([
  [{ type: "track", userId: "u" }, ""],
  [{ type: "track", userId: "u", event: " " }, ""],
  [{ type: "track", event: "A" }, "A"],
  [{ type: "identify" }, "identify"],
])("%j goes to quarantine under the name %j", (item, name) => {
  const outcome = decode(item);
  expect("rejected" in outcome ? outcome.rejected.name : undefined).toBe(name);
});

test("an item nested without end is refused like any other", () => {
  const text = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  expect(refused({ type: "track", event: "A", userId: "u", properties: JSON.parse(text) as JsonObject })).toMatch(
    /^event\.too_(?:deep|large) /,
  );
});

test("a time in the future becomes the time of receipt and is remembered", () => {
  expect(accepted({ type: "track", event: "A", ...WHO, timestamp: "2099-01-01T00:00:00Z" })).toMatchObject({
    timeMs: RECEIVED_AT_MS,
    properties: { $original_time: "2099-01-01T00:00:00Z" },
  });
});

test("properties an operator marked are hidden", () => {
  const event = accepted(
    { type: "track", event: "Visit", ...WHO, properties: { diagnosis: "flu", other: 1 } },
    { isMarkedPersonal: (name, property) => name === "Visit" && property === "diagnosis" },
  );
  expect(Object.values(event.secrets)).toEqual([{ class: "marked", value: "flu" }]);
  expect(event.properties["other"]).toBe(1);
});

test("nothing but ids and secrets of an accepted event holds a planted phone, wherever it was put", () => {
  const phone = "13812342046";
  const put = fc.constantFrom<(text: string) => JsonObject>(
    (text) => ({ properties: { note: text, list: [text, { x: text }], [text]: 1 } }),
    (text) => ({ traits: { note: text, list: [{ a: text }], phone: text } }),
    (text) => ({
      context: {
        page: { url: `https://x.test/${text}?p=${text}&q=${encodeURIComponent(text)}`, title: text, referrer: `https://${text}.test/` },
      },
    }),
    (text) => ({
      context: {
        campaign: { source: text, name: text, medium: text, term: text, content: text },
        locale: text,
        library: { name: text },
        app: { version: text },
        device: { type: text },
        os: { name: text },
      },
    }),
    (text) => ({ messageId: text }),
    (text) => ({ context: { traits: { a: text } } }),
    (text) => ({ name: text, category: text, timestamp: text }),
    (text) => ({ groupId: text, context: { groupId: text } }),
  );
  const spelling = fc.constantFrom(phone, `tel ${phone}.`, "+86 138-1234-2046", `%2B86${phone}`, `a${phone}b`);
  fc.assert(
    fc.property(fc.constantFrom("track", "identify", "page", "screen", "group", "alias"), put, spelling, (type, plant, text) => {
      const outcome = decode({ type, event: "A", groupId: "g", previousId: "p", ...WHO, ...plant(text) });
      const shown: Record<string, unknown> =
        "accepted" in outcome ? { ...outcome.accepted } : "rejected" in outcome ? { ...outcome.rejected } : {};
      const { ids: _ids, secrets: _secrets, payload: _payload, ...rest } = shown;
      expect(JSON.stringify(rest).replace(/[\s-]/g, "")).not.toContain(phone);
    }),
    { numRuns: 500 },
  );
});

test("whatever an item is, decoding answers", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom("track", "identify", "page", "group", "alias", "x"), (value, type) => {
      const context = decodeContextFixture();
      for (const item of [
        value,
        { type, event: "A", userId: "u", properties: value, traits: value, context: value, timestamp: value },
        value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value, type } : value,
      ]) {
        const outcome = decodeItem("segment", item, context);
        expect("accepted" in outcome || "rejected" in outcome).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});
