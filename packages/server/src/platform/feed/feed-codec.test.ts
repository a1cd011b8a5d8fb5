import { EMPTY_CONTEXT, type EventContext, type FeedEvent } from "@terrace/domain/event/feed-event";
import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import type { Json } from "@terrace/domain/json";
import { payloadCipher } from "@terrace/testkit/payload-cipher";
import { eventOf, user } from "@terrace/testkit/people-model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePayload, encodePayload, printEvent } from "./feed-codec.ts";

const cipher = payloadCipher(1);

/** Any UTF-16, lone surrogates among it, and what could be taken for the marks of the format. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", "\n", "a\r\nb", "\u2028", "\ud800", '"\\n{}', "(\u00b5\u002f\u00fd", "手机 13800138000"),
);
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json);
const properties = fc.dictionary(fc.oneof(text, fc.constant("__proto__")), json, { maxKeys: 5 });

const contextKeys = Object.keys(EMPTY_CONTEXT) as readonly (keyof EventContext)[];
const context = fc
  .array(fc.tuple(fc.constantFrom(...contextKeys), text), { maxLength: 6 })
  .map((entries): EventContext => ({ ...EMPTY_CONTEXT, ...Object.fromEntries(entries) }));

const trait = fc.oneof(
  fc.record({ op: fc.constantFrom("set" as const, "set_once" as const, "append" as const), key: text, value: json }),
  fc.record({ op: fc.constant("increment" as const), key: text, value: fc.integer() }),
  fc.record({ op: fc.constant("unset" as const), key: text }),
  fc.constant({ op: "clear" as const }),
);
const secret = fc.record({ class: fc.constantFrom("phone" as const, "address" as const, "marked" as const), value: text });

const always = {
  workspaceId: fc.nat(),
  messageId: text,
  source: fc.constantFrom("segment", "sensors", "import", "terrace"),
  name: text,
  timeMs: fc.maxSafeNat(),
  receivedAtMs: fc.maxSafeNat(),
  ids: fc.array(fc.record({ kind: fc.constantFrom(...IDENTITY_KINDS), value: text }), { maxLength: 3 }),
  link: fc.constantFrom("observed", "asserted", "unbound"),
  properties,
  context,
  traits: fc.array(trait, { maxLength: 3 }),
  secrets: fc.dictionary(text, secret, { maxKeys: 3 }),
};
/** Made of JSON, as what comes from the edge is: it has no minus zero and no objects without a prototype. */
const event = fc
  .oneof(fc.record(always), fc.record({ ...always, dedupKey: text }))
  .map((made) => JSON.parse(JSON.stringify(made)) as FeedEvent);

const encode = (events: readonly FeedEvent[]) => encodePayload(cipher, events.map(printEvent));

async function expectRoundTrip(events: readonly FeedEvent[]): Promise<void> {
  const read = decodePayload(cipher, await encode(events));
  expect(read.map((one) => one.event)).toStrictEqual(events);
  expect(read.map(({ propertiesText }) => propertiesText)).toEqual(events.map((one) => JSON.stringify(one.properties)));
}

/** An event whose printed form is about so many bytes, of text that does not compress to nothing. */
function eventOfBytes(bytes: number): FeedEvent {
  const note = Array.from({ length: Math.ceil(bytes / 16) }, (_, at) => `第${at}行\n${at * 7_919}`).join("");
  return eventOf({ ids: [user("u")], timeMs: 1, properties: { note: note.slice(0, bytes) } });
}

describe("a payload of events", () => {
  test("comes back as it went in, with the properties also as they were written", async () => {
    await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), expectRoundTrip), { numRuns: 300 });
  });

  // Written as it is, compressed at once, and compressed on another thread.
  test.each([10, 3_000, 20_000, 400_000])("comes back with a text of %d characters in it", async (bytes) => {
    await expectRoundTrip([eventOfBytes(bytes), eventOfBytes(5), eventOfBytes(bytes)]);
  });

  test("comes back when it is many small events, in fewer bytes than they were printed in", async () => {
    const events = Array.from({ length: 2_000 }, (_, at) => ({ ...eventOfBytes(20), messageId: `m-${at}` }));
    await expectRoundTrip(events);
    expect((await encode(events)).length).toBeLessThan(events.map(printEvent).join("\n").length / 4);
  });

  test("shows nothing of what is in it", async () => {
    const sealed = Buffer.from(await encode([eventOf({ ids: [user("u-77810")], timeMs: 1, properties: { note: "13800138000" } })]));
    expect(sealed.includes("13800138000")).toBe(false);
    expect(sealed.includes("u-77810")).toBe(false);
  });
});

test("equal contexts of several payloads are read as one object, other contexts are not", async () => {
  const at = (pagePath: string): FeedEvent => ({ ...eventOfBytes(5), context: { ...EMPTY_CONTEXT, pagePath } });
  const contexts = [...decodePayload(cipher, await encode([at("/a"), at("/b")])), ...decodePayload(cipher, await encode([at("/a")]))].map(
    (read) => read.event.context,
  );
  expect(contexts.map(({ pagePath }) => pagePath)).toEqual(["/a", "/b", "/a"]);
  expect(contexts[2]).toBe(contexts[0]);
});

describe("a payload is refused", () => {
  test.each([
    ["small", 10],
    ["compressed", 20_000],
  ])("when a bit of it was changed (%s)", async (_, bytes) => {
    const sealed = Buffer.from(await encode([eventOfBytes(bytes)]));
    fc.assert(
      fc.property(fc.nat({ max: sealed.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const changed = Buffer.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(() => decodePayload(cipher, changed)).toThrow();
      }),
    );
  });

  test.each([
    ["small", 10],
    ["compressed", 20_000],
  ])("when a part of it is missing, or something follows it (%s)", async (_, bytes) => {
    const sealed = Buffer.from(await encode([eventOfBytes(bytes)]));
    fc.assert(
      fc.property(fc.nat({ max: sealed.length - 1 }), (length) => {
        expect(() => decodePayload(cipher, sealed.subarray(0, length))).toThrow();
        expect(() => decodePayload(cipher, sealed.subarray(sealed.length - length))).toThrow();
      }),
    );
    expect(() => decodePayload(cipher, Buffer.concat([sealed, Buffer.of(0)]))).toThrow();
  });

  test("when another installation wrote it", async () => {
    const payload = await encode([eventOfBytes(10)]);
    expect(() => decodePayload(payloadCipher(2), payload)).toThrow("another master key");
  });

  test("when what was sealed is not three lines per event, or a frame that is cut off", async () => {
    const [line = ""] = printEvent(eventOfBytes(10)).split("\n");
    expect(() => decodePayload(cipher, cipher.encryptPayload(Buffer.from(line)))).toThrow("three lines");
    const frame = Buffer.from(cipher.decryptPayload(await encode([eventOfBytes(20_000)])));
    expect(() => decodePayload(cipher, cipher.encryptPayload(frame.subarray(0, frame.length - 40)))).toThrow();
  });
});
