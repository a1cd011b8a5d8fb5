import { gzipSync } from "node:zlib";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrived } from "../sdk/arrivals.ts";

const ANSWER_WITHIN_MS = 10_000;

let terrace: TestTerrace;
beforeAll(async () => {
  terrace = await startTerrace();
});
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

const auth = `Basic ${btoa("test-write-key:")}`;

async function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const answer = await fetch(new URL(path, terrace.url), {
    method: "POST",
    body,
    headers: { authorization: auth, "content-type": "application/json", ...headers },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Keys and values that break naive stores: dotted and empty keys, prototype names, lone surrogates, NUL, huge and tiny numbers, dates, deep nesting. */
const key = fc.oneof(
  fc.constantFrom("a.b", "a", "", "__proto__", "constructor", "$x", "a..b", ".", "长键", "\u0000", "k".repeat(300)),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const leaf = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.double(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("\ud800", "\udfff\ud800", "2024-01-02T03:04:05+08:00", "\u0000", "1e400", "9007199254740993", "x".repeat(5_000)),
  fc.constantFrom(1e308, -1e308, 5e-324, 2 ** 53, -(2 ** 63), 2 ** 64),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 12, depthSize: "small" },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("tree")), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
const rawJson = tree.map((value) => JSON.stringify(value) ?? "null");

describe("hostile bodies get a clear answer, never a fault of ours", () => {
  test.each([
    "/v1/track",
    "/v1/identify",
    "/v1/page",
    "/v1/screen",
    "/v1/group",
    "/v1/alias",
    "/v1/batch",
    "/batch/",
    "/sa",
    "/sa.gif",
    "/debug",
    "/api/session",
  ])(
    "%s",
    async (path) => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            rawJson,
            fc.string({ unit: "binary", maxLength: 200 }),
            fc.constantFrom(
              "",
              "{",
              "[]",
              "null",
              '{"batch":1}',
              '{"batch":[]}',
              '{"batch":[null,1,"x",[],{}]}',
              '{"a":1,"a":2}',
              `${"[".repeat(3_000)}${"]".repeat(3_000)}`,
              '{"n":1e400}',
            ),
          ),
          async (body) => {
            expect(await post(path, body)).toBeLessThan(500);
          },
        ),
        { numRuns: 40 },
      );
    },
    120_000,
  );

  test("bytes that are not UTF-8, not gzip, or cut off", async () => {
    const gbk = new Uint8Array([0x7b, 0x22, 0xc4, 0xe3, 0xba, 0xc3, 0x22, 0x3a, 0x31, 0x7d]);
    for (const path of ["/v1/track", "/v1/batch", "/batch/", "/sa"]) {
      expect(await post(path, gbk)).toBeLessThan(500);
      expect(await post(path, gbk, { "content-encoding": "gzip" })).toBeLessThan(500);
      expect(
        await post(path, new Uint8Array(gzipSync(JSON.stringify({ batch: [] })).subarray(0, 12)), { "content-encoding": "gzip" }),
      ).toBeLessThan(500);
      expect(await post(path, "data_list=%%%&gzip=1", { "content-type": "application/x-www-form-urlencoded" })).toBeLessThan(500);
    }
  });

  test("a body that unpacks to far more than the limit is refused without being unpacked whole", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
    expect(await post("/v1/batch", new Uint8Array(bomb), { "content-encoding": "gzip" })).toBe(413);
  });
});

test("a good event beside a bad one is never lost", async () => {
  let round = 0;
  const sent: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(tree, { maxLength: 4 }), tree, async (hostile, properties) => {
      round += 1;
      const messageId = `good-${round}`;
      const good = { type: "track", event: "Good Neighbour", userId: `u-${round}`, messageId, properties: { round } };
      // Well-formed around, hostile inside: it may be mended or quarantined, and must not harm its neighbour.
      const dressed = { type: "track", event: "Hostile", userId: "h", properties };
      const answer = await terrace.send([...hostile.slice(0, 2), good, dressed, ...hostile.slice(2)]);
      expect(answer.rejected.map(({ index }) => index)).not.toContain(Math.min(hostile.length, 2));
      sent.push(messageId);
    }),
    { numRuns: 60 },
  );
  const stored = await arrived(terrace, { name: "Good Neighbour" }, sent.length);
  expect(new Set(stored.map((event) => event.messageId))).toEqual(new Set(sent));
}, 120_000);

test("hostile queries and paths of the API get a clear answer", async () => {
  const paths = [
    "/people",
    "/people/1",
    "/people/99999999999999999999",
    "/people/x/timeline",
    "/events",
    "/quarantine",
    "/quarantine/zzz",
    "/event-definitions/%00",
    "/merges",
    "/conflicts",
    "/audit",
    "/person",
    "/overview",
    "/live",
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.dictionary(
        fc.constantFrom(
          "search",
          "cursor",
          "limit",
          "sort",
          "tag",
          "trait",
          "events",
          "kind",
          "value",
          "from",
          "to",
          "name",
          "days",
          "until",
          "messageId",
          "person",
        ),
        fc.string({ unit: "binary", maxLength: 80 }).map((text) => text.toWellFormed()),
      ),
      async (path, query) => {
        const answer = await fetch(new URL(`/api/workspaces/current${path}?${new URLSearchParams(query).toString()}`, terrace.url), {
          headers: { authorization: "Bearer test-secret-key" },
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        });
        const text = await answer.text();
        expect(answer.status, `${path} ${JSON.stringify(query)} ${text}`).toBeLessThan(500);
        if (answer.status >= 400) expect(JSON.parse(text)).toHaveProperty("error.code");
      },
    ),
    { numRuns: 150 },
  );
}, 120_000);
