import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { loadCapture, type CapturedRequest } from "@terrace/testkit/captures";
import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { FaultError, faultError, Unavailable } from "../../../platform/http/fault-error.ts";
import { createHttpServer } from "../../../platform/http/http-server.ts";
import { createCollectEdge, type CollectEdgeDeps } from "./collect-edge.ts";
import { parseJson } from "./read-body.ts";
import { javaHash } from "./sensors-form.ts";

const KEYS = ["WRITE_KEY_1", "phc_KEY", "default"];
const NOW = Date.UTC(2026, 10, 22, 1, 24);
const BASIC = `Basic ${Buffer.from("WRITE_KEY_1:").toString("base64")}`;
const ok = { type: "track", event: "A", userId: "u", messageId: "m" };

const servers: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function startEdge(overrides: Partial<CollectEdgeDeps> = {}) {
  const events: FeedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
  let random = 0;
  const randomId = () => `00000000-0000-4000-8000-${String((random += 1)).padStart(12, "0")}`;
  const edge = createCollectEdge({
    nowMs: () => NOW,
    randomId,
    log: silent,
    isMarkedPersonal: () => false,
    findWriteKey: async (key) => (KEYS.includes(key) ? { workspaceId: 1, keyId: key } : null),
    privacy: {
      tokenise: (_workspace, personalClass, value) =>
        `~${personalClass}.${Buffer.from(value).toString("base64url").padEnd(22, "x").slice(0, 22)}`,
    },
    accept: async (good, bad) => {
      events.push(...good);
      rejected.push(...bad);
    },
    ...overrides,
  });
  const server = createHttpServer({ log: silent, nowMs: () => NOW, randomId });
  servers.push(server);
  await edge.register(server);
  const post = (url: string, payload: unknown, headers: Record<string, string> = {}) =>
    server.inject({
      method: "POST",
      url,
      payload: typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
      headers: { authorization: BASIC, ...headers },
    } as InjectOptions);
  return { edge, server, events, rejected, post };
}

const replay = async ({ post }: Awaited<ReturnType<typeof startEdge>>, { path, headers, body }: CapturedRequest, query = "") => {
  const { authorization = "", ...rest } = Object.fromEntries(
    Object.entries(headers).filter(([name]) => ["authorization", "content-type", "content-encoding", "user-agent"].includes(name)),
  );
  return post(`${path}${query}`, body, { ...rest, authorization });
};

describe("unchanged clients' requests, byte for byte", () => {
  test("Segment", async () => {
    const started = await startEdge();
    for (const request of loadCapture("segment-analytics-node")) {
      const answer = await replay(started, request);
      expect({ status: answer.statusCode, body: answer.json<unknown>() }).toEqual({
        status: 200,
        body: { success: true, accepted: request.label.startsWith("batch") ? 3 : 1, rejected: [] },
      });
    }
    expect(started.events.map(({ name }) => name)).toEqual([
      "$identify",
      "Order Completed",
      "$pageview",
      "$screen",
      "$group",
      "$alias",
      "E0",
      "E1",
      "E2",
    ]);
  });

  test("PostHog", async () => {
    const started = await startEdge();
    for (const request of loadCapture("posthog-node").filter(({ path }) => path === "/batch/")) {
      const answer = await replay(started, request);
      expect(answer.json()).toMatchObject({ status: "Ok", accepted: 1 });
    }
    expect(started.events).toHaveLength(8);
  });

  test("Sensors", async () => {
    const started = await startEdge();
    for (const request of loadCapture("sensorsdata-node-track")) {
      const answer = await replay(started, request, "?project=default");
      expect({ status: answer.statusCode, body: answer.body }).toEqual({ status: 200, body: "" });
    }
    expect(started.events.map(({ name }) => name)).toEqual([
      "ViewProduct",
      "$SignUp",
      "$set",
      "$set",
      "$set",
      "$set",
      "$set",
      "$item_set",
      "$item_delete",
    ]);
  });
});

describe("Segment paths", () => {
  test("one call per path, with and without a slash; the path says the type", async () => {
    const { post, events } = await startEdge();
    const { type: _type, ...call } = ok;
    for (const path of ["track", "identify/", "page", "screen", "group/", "alias"])
      expect((await post(`/v1/${path}`, { ...call, groupId: "g", previousId: "p", name: "Home" })).statusCode).toBe(200);
    expect(events.map(({ name }) => name)).toEqual(["A", "$identify", "$pageview", "$screen", "$group", "$alias"]);
    expect((await post("/v1/import", { batch: [ok] })).json()).toEqual({ success: true, accepted: 1, rejected: [] });
  });

  test("a bad event never fails its neighbours and is listed with its place", async () => {
    const { post, events, rejected } = await startEdge();
    const answer = await post("/v1/batch", {
      batch: [ok, { type: "track", userId: "u" }, null, { ...ok, event: "B" }, { ...ok, timestamp: "x" }],
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      success: true,
      accepted: 2,
      rejected: [
        { index: 1, code: "event.name_missing", field: "event" },
        { index: 2, code: "event.not_an_object" },
        { index: 4, code: "event.time_invalid", field: "timestamp" },
      ],
    });
    expect([events.map(({ name }) => name), rejected.map(({ code }) => code)]).toEqual([
      ["A", "B"],
      ["event.name_missing", "event.not_an_object", "event.time_invalid"],
    ]);
  });

  test("a single bad call is a fault, and kept in quarantine without the key", async () => {
    const { post, rejected } = await startEdge();
    const answer = await post("/v1/track", { userId: "u", writeKey: "WRITE_KEY_1" });
    expect([answer.statusCode, answer.json<unknown>()]).toEqual([
      400,
      { error: expect.objectContaining({ code: "event.name_missing", field: "event" }) as unknown },
    ]);
    expect(rejected[0]?.payload).toBe('{"userId":"u","type":"track"}');
  });

  test("the write key may be in the header, the body or the query", async () => {
    const { server } = await startEdge();
    const status = async (url: string, body: object, headers: Record<string, string> = {}) =>
      (await server.inject({ method: "POST", url, payload: JSON.stringify(body), headers })).statusCode;
    expect(await status("/v1/batch", { batch: [ok], writeKey: "WRITE_KEY_1" })).toBe(200);
    expect(await status("/v1/batch?writeKey=WRITE_KEY_1", { batch: [ok] })).toBe(200);
    expect(await status("/v1/batch", { batch: [ok] })).toBe(401);
    expect(await status("/v1/batch", { batch: [ok], writeKey: "other" })).toBe(401);
    expect(await status("/v1/batch", { batch: [ok] }, { authorization: "Basic !!!" })).toBe(401);
  });

  test("ids and properties beyond 2^53 keep all their digits", async () => {
    const { post, events } = await startEdge();
    await post(
      "/v1/track",
      '{"event":"A","userId":1234567890123456789,"properties":{"big":-12345678901234567890,"fine":1.5,"text":"12345678901234567890"}}',
    );
    expect(events[0]).toMatchObject({
      ids: [{ kind: "user_id", value: "1234567890123456789" }],
      properties: { big: "-12345678901234567890", fine: 1.5, text: "12345678901234567890" },
    });
  });
});

test("no body holds up the event loop", () => {
  const hostile = [
    `{"a":"${'\\"'.repeat(1_500_000)} 1234567890123456789`,
    '"'.repeat(2_000_000),
    `{"a":${"1".repeat(3_000_000)}`,
    `{"a": 1234567890123456789${" ".repeat(3_000_000)}`,
    `{"a":${"1234567890123456789 ".repeat(150_000)}`,
    `${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}`,
    '{"a":'.repeat(600_000),
  ];
  for (const text of hostile) {
    const startedAt = performance.now();
    expect(() => parseJson(text)).toThrow(FaultError);
    // Generous, because tests share the machine; unbounded work would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  }
});

describe("packing", () => {
  const body = Buffer.from(JSON.stringify({ batch: [ok] }));
  test.each([
    ["gzip", gzipSync(body)],
    ["gzip", body],
    ["", gzipSync(body)],
    ["deflate", deflateSync(body)],
    ["br", brotliCompressSync(body)],
    ["identity", body],
    [
      "gzip",
      gzipSync(
        Buffer.from(JSON.stringify({ batch: Array.from({ length: 400 }, (_, at) => ({ ...ok, messageId: `${at}${Math.sin(at)}` })) })),
      ),
    ],
  ])("%s is unpacked", async (encoding, payload) => {
    const { post } = await startEdge();
    expect((await post("/v1/batch", payload, encoding === "" ? {} : { "content-encoding": encoding })).statusCode).toBe(200);
  });
  test("broken and unknown packing is told", async () => {
    const { post } = await startEdge();
    expect((await post("/v1/batch", gzipSync(body).subarray(0, 20), { "content-encoding": "gzip" })).json()).toMatchObject({
      error: { code: "request.malformed" },
    });
    expect((await post("/v1/batch", body, { "content-encoding": "zstd" })).statusCode).toBe(415);
  });
  test("a small body that unpacks to a large one is refused at the limit", async () => {
    const { post } = await startEdge();
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
    expect((await post("/v1/batch", bomb, { "content-encoding": "gzip" })).statusCode).toBe(413);
    expect((await post("/sa?token=WRITE_KEY_1", `data=${encodeURIComponent(bomb.toString("base64"))}`)).statusCode).toBe(413);
  });
});

describe("limits", () => {
  test("500 events are taken and 501 refused", async () => {
    const { post, events } = await startEdge();
    const many = (count: number) => ({ batch: Array.from({ length: count }, (_, at) => ({ ...ok, messageId: `m${at}` })) });
    expect((await post("/v1/batch", many(500))).statusCode).toBe(200);
    expect((await post("/v1/batch", many(501))).json()).toMatchObject({
      error: { code: "batch.too_many_events", message: "The request holds too many events" },
    });
    expect((await post("/v1/batch", many(0))).json()).toMatchObject({ error: { code: "batch.empty" } });
    expect(events).toHaveLength(500);
  });
  test("4 MB are the most of a request, 32 KB of an event", async () => {
    const { post, events } = await startEdge();
    expect((await post("/v1/batch", "x".repeat(4 * 1024 * 1024 + 1))).statusCode).toBe(413);
    const answer = await post("/v1/batch", {
      batch: [{ ...ok, properties: { a: Array.from({ length: 9 }, () => "x".repeat(4_000)) } }, ok],
    });
    expect(answer.json()).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: "event.too_large" }] });
    expect(events).toHaveLength(1);
  });
  test("too many events too fast get 429, a full feed 503, both with Retry-After", async () => {
    const limited = await (await startEdge({ admit: () => ({ retryAfterSeconds: 7 }) })).post("/v1/batch", { batch: [ok] });
    expect([limited.statusCode, limited.headers["retry-after"]]).toEqual([429, "7"]);
    const full = await (
      await startEdge({ accept: () => Promise.reject(faultError("service.overloaded", { retryAfterSeconds: 1 })) })
    ).post("/v1/batch", { batch: [ok] });
    expect([full.statusCode, full.headers["retry-after"]]).toEqual([503, "1"]);
    const away = await (
      await startEdge({ accept: () => Promise.reject(new Unavailable("the feed", new Error("x"))) })
    ).post("/batch/", { api_key: "phc_KEY", batch: [{ event: "A", distinct_id: "u" }] });
    expect([away.statusCode, away.headers["retry-after"] !== undefined, away.headers["access-control-allow-origin"]]).toEqual([
      503,
      true,
      "*",
    ]);
  });
});

test("bytes that are not UTF-8 or not JSON are refused as a whole", async () => {
  const { post, events } = await startEdge();
  const gbk = Buffer.concat([
    Buffer.from('{"batch":[{"type":"track","event":"'),
    Buffer.from([0xb6, 0xa9, 0xb5, 0xa5]),
    Buffer.from('","userId":"u"}]}'),
  ]);
  for (const body of [gbk, "{", "", "[]", "null", '"x"', '{"batch":{}}']) {
    const answer = await post("/v1/batch", body);
    expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([
      400,
      expect.stringMatching(/^request\.(?:malformed|invalid)$/) as unknown,
    ]);
  }
  expect((await post("/v1/batch", Buffer.from(`\ufeff${JSON.stringify({ batch: [ok] })}`))).statusCode).toBe(200);
  expect(events).toHaveLength(1);
});

test("pages of any site may send, without cookies", async () => {
  const { server, post } = await startEdge();
  for (const url of ["/v1/track", "/v1/batch/", "/batch/", "/sa", "/sa.gif", "/debug"]) {
    const preflight = await server.inject({
      method: "OPTIONS",
      url,
      headers: {
        origin: "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect([
      preflight.statusCode,
      preflight.headers["access-control-allow-origin"],
      preflight.headers["access-control-allow-headers"],
      preflight.headers["access-control-allow-credentials"],
    ]).toEqual([204, "*", "authorization,content-type", undefined]);
  }
  expect((await post("/v1/batch", "{", { origin: "https://shop.example" })).headers["access-control-allow-origin"]).toBe("*");
});

describe("PostHog's browser paths", () => {
  test("one event, a list, a wrapped list, base64 in a form, packed", async () => {
    const { server, events } = await startEdge();
    const one = { event: "A", distinct_id: "u", uuid: "1", properties: { token: "phc_KEY" } };
    const send = (url: string, payload: string | Buffer, type = "text/plain") =>
      server.inject({ method: "POST", url, payload, headers: { "content-type": type } });
    expect((await send("/capture/", JSON.stringify({ ...one, api_key: "phc_KEY" }))).statusCode).toBe(200);
    expect((await send("/e/?ip=1&_=1795310640000&ver=1", JSON.stringify([one, one]))).statusCode).toBe(200);
    expect((await send("/i/v0/e/?compression=gzip-js", gzipSync(JSON.stringify({ ...one, token: "phc_KEY" })))).statusCode).toBe(200);
    expect(
      (
        await send(
          "/e/",
          `data=${encodeURIComponent(Buffer.from(JSON.stringify(one)).toString("base64"))}`,
          "application/x-www-form-urlencoded",
        )
      ).statusCode,
    ).toBe(200);
    expect((await send("/e/", JSON.stringify({ data: [one] }))).statusCode).toBe(200);
    expect(events).toHaveLength(6);
    expect(JSON.stringify(events)).not.toContain("phc_KEY");
  });
});

describe("Sensors paths", () => {
  const item = {
    type: "track",
    event: "$pageview",
    distinct_id: "d",
    anonymous_id: "d",
    time: NOW,
    _track_id: 1,
    properties: { $lib: "js", $url: "https://s.example/" },
    lib: { $lib: "js" },
  };
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
  const form = (data: string, extra = "") => `data=${encodeURIComponent(data)}&ext=${encodeURIComponent(`crc=${javaHash(data)}`)}${extra}`;

  test("a picture carries an event in its address and answers with a pixel", async () => {
    const { server, events } = await startEdge();
    const answer = await server.inject({
      method: "GET",
      url: `/sa.gif?token=WRITE_KEY_1&${form(encode(item))}`,
      headers: {
        "user-agent":
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.40",
      },
    });
    expect([answer.statusCode, answer.headers["content-type"], answer.rawPayload.subarray(0, 6).toString()]).toEqual([
      200,
      "image/gif",
      "GIF89a",
    ]);
    expect(events[0]).toMatchObject({
      name: "$pageview",
      context: { browser: "WeChat", os: "iOS", deviceType: "mobile", ipPrefix: "127.0.0.0/24" },
    });
  });

  test("forms of any content type, lists, gzip, pluses left unencoded, and plain JSON are taken", async () => {
    const { post, events } = await startEdge();
    const gzipped = gzipSync(JSON.stringify([item, item])).toString("base64");
    expect(
      (
        await post("/sa?project=default", `data_list=${encodeURIComponent(encode([item]))}`, {
          "content-type": "text/plain",
          authorization: "",
        })
      ).statusCode,
    ).toBe(200);
    expect(
      (
        await post("/sa.gif?token=WRITE_KEY_1", `data_list=${gzipped}&gzip=1`, {
          "content-type": "application/x-www-form-urlencoded",
          authorization: "",
        })
      ).statusCode,
    ).toBe(200);
    expect((await post("/sa?token=WRITE_KEY_1", [item], { "content-type": "application/json", authorization: "" })).statusCode).toBe(200);
    expect((await post("/sa", form(encode({ ...item, project: "default" })), { authorization: "" })).statusCode).toBe(200);
    expect(events).toHaveLength(5);
  });

  test("data that was changed, is missing or is none is told", async () => {
    const { post, rejected } = await startEdge();
    const code = async (body: string) => (await post("/sa?token=WRITE_KEY_1", body)).json<{ error: { code: string } }>().error.code;
    expect(await code(`${form(encode(item)).slice(0, -1)}0`)).toBe("sensors.crc_mismatch");
    expect(await code("gzip=1")).toBe("sensors.data_missing");
    for (const data of [
      "%%%",
      "bm90IGpzb24=",
      "x y z",
      gzipSync("{").toString("base64"),
      Buffer.from([0x7b, 0xb6, 0xa9]).toString("base64"),
    ])
      expect(await code(`data=${encodeURIComponent(data)}`)).toBe("sensors.data_malformed");
    expect(await code(`data=${encodeURIComponent(encode(item))}&gzip=9`)).toBe("sensors.data_malformed");
    expect((await post("/sa?token=nope", form(encode(item)), { authorization: "" })).statusCode).toBe(401);
    expect(rejected).toEqual([]);
  });

  test("debug says what it thinks of events, and stores them unless it is a dry run", async () => {
    const { post, events, rejected } = await startEdge();
    const good = await post("/debug?token=WRITE_KEY_1", form(encode(item)), { "dry-run": "true" });
    expect([good.statusCode, good.json<unknown>(), events.length]).toEqual([
      200,
      { valid: true, dry_run: true, accepted: 1, rejected: [] },
      0,
    ]);
    const mixed = await post("/debug?token=WRITE_KEY_1", `data_list=${encodeURIComponent(encode([item, { type: "track" }]))}`);
    expect([mixed.statusCode, mixed.json<unknown>()]).toEqual([
      400,
      { valid: false, dry_run: false, accepted: 1, rejected: [expect.objectContaining({ index: 1, code: "event.name_missing" })] },
    ]);
    expect([events.length, rejected.length]).toEqual([1, 1]);
  });
});

describe("the gate for events made inside", () => {
  const draft = {
    workspaceId: 1,
    messageId: "row-1",
    source: "import" as const,
    name: "Order Completed",
    timeMs: NOW,
    receivedAtMs: NOW,
    link: "observed" as const,
    ids: [
      { kind: "user_id" as const, value: " u " },
      { kind: "phone" as const, value: "+86 138 1234 2046" },
    ],
    properties: { note: "call 13812342046", "a.b": 1 },
    traits: [{ op: "set" as const, key: "phone", value: "13812342046" }],
    context: { channel: "store" },
    sizeMax: 512 * 1024,
  };
  test("imports pass it like everybody", async () => {
    const { edge } = await startEdge();
    const event = edge.prepare(draft);
    expect(event).toMatchObject({
      ids: [
        { kind: "user_id", value: "u" },
        { kind: "phone", value: "13812342046" },
      ],
      properties: { a_b: 1, $sanitised: ["renamed:a_b"] },
      context: { channel: "store", utmSource: "" },
    });
    const { ids: _ids, secrets: _secrets, ...stored } = event as FeedEvent;
    expect(JSON.stringify(stored)).not.toContain("13812342046");
    expect(edge.prepare({ ...draft, ids: [] })).toMatchObject({ code: "event.id_missing", form: "draft", truncated: false });
    expect(edge.prepare({ ...draft, sizeMax: 10 })).toMatchObject({ code: "event.too_large" });
  });
  test("what was refused can be decoded again with its first time of receipt", async () => {
    const { edge } = await startEdge();
    expect(edge.redecode("segment", JSON.stringify(ok), { workspaceId: 3, receivedAtMs: NOW - 5 })).toMatchObject({
      events: [{ workspaceId: 3, timeMs: NOW - 5, messageId: "m" }],
      rejected: [],
    });
    expect(edge.redecode("sensors", '{"type":"tra', { workspaceId: 3, receivedAtMs: NOW })).toMatchObject({
      events: [],
      rejected: [{ code: "event.not_an_object" }],
    });
  });
});

test("whatever arrives anywhere, the answer is never a 5xx and good items are not lost", async () => {
  const { post, events } = await startEdge();
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
    fc
      .jsonValue({ maxDepth: 3 })
      .map((value) => Buffer.from(`data=${encodeURIComponent(Buffer.from(JSON.stringify(value)).toString("base64"))}`)),
  );
  const paths = [
    "/v1/track",
    "/v1/identify",
    "/v1/batch",
    "/batch/",
    "/e/",
    "/sa?token=WRITE_KEY_1",
    "/sa.gif?token=WRITE_KEY_1",
    "/debug?token=WRITE_KEY_1",
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), noise, fc.constantFrom("", "gzip", "deflate", "br", "x"), async (path, body, encoding) => {
      expect((await post(path, body, encoding === "" ? {} : { "content-encoding": encoding })).statusCode).toBeLessThan(500);
    }),
    { numRuns: 400 },
  );
  const before = events.length;
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), fc.string({ unit: "binary" }), async (value, key) => {
      sent += 1;
      const answer = await post("/v1/batch", {
        batch: [
          value,
          { ...ok, properties: value },
          ok,
          { ...ok, context: value, traits: value },
          { ...ok, properties: { [key]: value, "a.b": 1, a: { b: 2 } } },
        ],
      });
      expect(answer.statusCode).toBe(200);
    }),
    { numRuns: 150 },
  );
  expect(events.length - before).toBeGreaterThanOrEqual(sent);
});
