import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import { builtInGrant } from "@terrace/domain/access/roles";
import { route, workspaceParams } from "@terrace/contract/route";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { FastifyInstance, InjectOptions } from "fastify";
import fc from "fast-check";
import { Registry } from "prom-client";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { faultError, Unavailable } from "./fault-error.ts";
import { handle, type Authorise, type RouteContext, type RouteHandler } from "./handler.ts";
import { createHttpServer, type TrustProxy } from "./http-server.ts";
import { registerConsole } from "./register-console.ts";
import { registerOperate, type Readiness } from "./register-operate.ts";
import { registerRoutes } from "./register-routes.ts";
import type { ClearShown } from "./watch-answer.ts";

const LONG_BODY = 20_000;

const echo = route({
  id: "echo",
  tag: "Test",
  summary: "Echo",
  method: "POST",
  path: "/api/workspaces/:workspace/echo/:name",
  access: "people:read",
  params: workspaceParams.extend({ name: z.string().max(300) }),
  query: z.object({ times: z.coerce.number().int().min(1).max(9).default(1) }),
  body: z.object({ text: z.string(), deep: z.array(z.object({ choice: z.enum(["a", "b"]) })).default([]), any: z.json().optional() }),
  response: z.object({ text: z.string(), times: z.number() }),
});
const small = route({
  id: "small",
  tag: "Test",
  summary: "Small",
  method: "PUT",
  path: "/api/small",
  access: "session",
  bodyBytesMax: 100,
  body: z.object({ text: z.string() }),
  response: z.object({}),
});
const breaks = route({
  id: "breaks",
  tag: "Test",
  summary: "Breaks",
  method: "GET",
  path: "/api/breaks",
  access: "session",
  query: z.object({ how: z.string() }),
  response: z.object({ fine: z.literal(true) }),
});
const streams = route({
  id: "streams",
  tag: "Test",
  summary: "Streams",
  method: "GET",
  path: "/api/streams",
  access: "session",
  response: z.object({}),
});

const often = route({
  id: "often",
  tag: "Test",
  summary: "Often",
  method: "GET",
  path: "/api/often",
  access: "session",
  perSecond: 4,
  response: z.object({}),
});

const failures: Readonly<Record<string, () => unknown>> = {
  bug: () => new TypeError("secret detail of the bug"),
  away: () => new Unavailable("PostgreSQL", new Error("down")),
  refused: () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }),
  socket: () => Object.assign(new Error("connect ENOENT"), { code: "ENOENT", syscall: "connect" }),
  file: () => Object.assign(new Error("open ENOENT"), { code: "ENOENT", syscall: "open" }),
  closed: () => Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" }),
  shutdown: () => Object.assign(new Error("terminating"), { name: "PostgresError", code: "57P01" }),
  range: () => Object.assign(new Error("out of range"), { name: "PostgresError", code: "22003" }),
  fault: () => faultError("person.not_found", { field: "person" }),
  locked: () => faultError("sign_in.locked", { retryAfterSeconds: 42 }),
};

let contexts: RouteContext[] = [];
const handlers: readonly RouteHandler[] = [
  handle(echo, async ({ body, query }, context) => {
    contexts.push(context);
    if (body.text === "two in clear") for (const where of ["name", "trait:home", "name"]) context.fields.onClear(where, where);
    return { text: body.text, times: query.times };
  }),
  handle(small, async () => ({})),
  handle(breaks, async ({ query }, context) => {
    if (query.how === "left") {
      contexts.push(context);
      await once(context.signal, "abort");
      context.signal.throwIfAborted();
    }
    const failure = failures[query.how];
    if (failure !== undefined) throw failure();
    // Not what the contract says, on purpose.
    return { fine: false } as unknown as { fine: true };
  }),
  handle(often, async () => ({})),
  handle(streams, async (_input, context) => {
    contexts.push(context);
    return {
      stream: Readable.from(
        (async function* events() {
          yield "data: 1\n\n";
          await new Promise(() => undefined);
        })(),
      ),
      contentType: "text/event-stream",
    };
  }),
];

const logged: { readonly fields: object; readonly message: string }[] = [];
const log = {
  info: (fields: object, message: string) => void logged.push({ fields, message }),
  warn: (fields: object, message: string) => void logged.push({ fields, message }),
  error: (fields: object, message: string) => void logged.push({ fields, message }),
};
const EVERYTHING = { may: () => true, grant: builtInGrant("owner"), fields: fieldView(NO_FIELD_RULES, true) } as const;
const everyone: Authorise = async () => ({
  workspaceId: 1,
  caller: { kind: "key", keyId: "1", name: "test", scopes: [] },
  actor: "test",
  ...EVERYTHING,
});

const noted: ClearShown[] = [];
const servers: FastifyInstance[] = [];
type Setup = {
  readonly authorise?: Authorise;
  readonly checkResponses?: boolean;
  readonly apiPerSecond?: number;
  readonly trustProxy?: TrustProxy;
  readonly readiness?: () => Promise<Readiness>;
  readonly consoleDir?: string;
};
async function serverOf(setup: Setup = {}): Promise<FastifyInstance> {
  const metrics = new Registry();
  let count = 0;
  const server = createHttpServer({
    log,
    nowMs: () => 0,
    randomId: () => `request-${String((count += 1)).padStart(4, "0")}`,
    metrics,
    trustProxy: setup.trustProxy ?? false,
  });
  registerRoutes(server, handlers, {
    authorise: setup.authorise ?? everyone,
    noteClear: async (_context, shown) => void noted.push(shown),
    nowMs: () => 0,
    checkResponses: setup.checkResponses ?? true,
    ...(setup.apiPerSecond === undefined ? {} : { apiPerSecond: setup.apiPerSecond }),
  });
  registerOperate(server, {
    contracts: handlers.map(({ contract }) => contract),
    version: "0.0.0",
    metrics,
    readiness: setup.readiness ?? (async () => ({ ready: true, checks: { postgres: "ready" } })),
  });
  if (setup.consoleDir !== undefined) registerConsole(server, setup.consoleDir);
  await server.ready();
  servers.push(server);
  return server;
}
afterEach(async () => {
  contexts = [];
  logged.length = 0;
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function faultOf(
  server: FastifyInstance,
  request: InjectOptions,
): Promise<{ readonly status: number; readonly error: Record<string, unknown>; readonly headers: Record<string, unknown> }> {
  const answer = await server.inject(request);
  expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
  return { status: answer.statusCode, error: answer.json<{ error: Record<string, unknown> }>().error, headers: answer.headers };
}
const post = (payload: InjectOptions["payload"], url = "/api/workspaces/1/echo/x"): InjectOptions => ({
  method: "POST",
  url,
  headers: { "content-type": "application/json" },
  ...(payload === undefined ? {} : { payload }),
});

test("what an answer shows in clear is put on record before it is sent, once for all of it", async () => {
  const server = await serverOf();
  expect((await server.inject(post({ text: "nothing" }))).statusCode).toBe(200);
  expect(noted.splice(0)).toEqual([]);
  expect((await server.inject(post({ text: "two in clear" }))).statusCode).toBe(200);
  expect(noted.splice(0)).toEqual([{ route: "echo", fields: ["name", "trait:home"], values: 2, person: undefined }]);
});

describe("faults", () => {
  test("name the field by its path and how to mend it", async () => {
    const server = await serverOf();
    expect((await faultOf(server, post({ text: "x", deep: [{ choice: "a" }, { choice: "c" }] }))).error).toEqual({
      code: "request.invalid",
      message: "A part of the request is not as it should be",
      field: "deep.1.choice",
      mend: 'Give one of "a", "b"',
      requestId: "request-0001",
    });
    expect((await faultOf(server, post({ text: "x" }, "/api/workspaces/1/echo/x?times=99"))).error).toMatchObject({
      code: "request.invalid",
      field: "times",
    });
    expect((await faultOf(server, post({ text: "x" }, "/api/workspaces/1/echo/x?time=2"))).error).toMatchObject({
      code: "request.invalid",
      field: "time",
      mend: expect.stringContaining('no parameter "time"') as unknown,
    });
    expect((await faultOf(server, { method: "GET", url: "/api/streams?a=1&b=2" })).error).toMatchObject({
      code: "request.invalid",
      field: "a",
      details: { problems: 2 },
    });
    expect((await faultOf(server, post(undefined))).error).toMatchObject({ code: "request.invalid", field: "body" });
  });

  test("tell malformed, too large and unsupported bodies apart", async () => {
    const server = await serverOf();
    expect(await faultOf(server, post("{not json"))).toMatchObject({ status: 400, error: { code: "request.malformed" } });
    expect(await faultOf(server, post(Buffer.from([0x7b, 0x22, 0xc4, 0xe3, 0x22, 0x7d])))).toMatchObject({
      status: 400,
      error: { code: "request.malformed", mend: "Send the body as UTF-8" },
    });
    expect(
      await faultOf(server, {
        method: "PUT",
        url: "/api/small",
        headers: { "content-type": "application/json" },
        payload: JSON.stringify({ text: "x".repeat(200) }),
      }),
    ).toMatchObject({ status: 413, error: { code: "request.too_large" } });
    expect(
      await faultOf(server, { method: "PUT", url: "/api/small", headers: { "content-type": "text/plain" }, payload: "hello" }),
    ).toMatchObject({ status: 415, error: { code: "request.unsupported_media_type" } });
    expect(await faultOf(server, { method: "GET", url: "/api/%E0%A4%A" })).toMatchObject({
      status: 400,
      error: { code: "request.malformed" },
    });
  });

  test("refuse what no store can hold and no schema should meet", async () => {
    const server = await serverOf();
    expect((await faultOf(server, post({ text: "a\u0000b" }))).error).toMatchObject({ code: "request.invalid", field: "text" });
    expect((await faultOf(server, post(`{"text":"x","any":{"__proto__":{"admin":true}}}`))).error).toMatchObject({
      code: "request.invalid",
      field: "any",
    });
    expect((await faultOf(server, post(`{"text":"x","any":${"[".repeat(LONG_BODY)}${"]".repeat(LONG_BODY)}}`))).error).toMatchObject({
      code: "request.invalid",
    });
    expect((await faultOf(server, post({ text: "x" }, "/api/workspaces/1/echo/a%00b"))).error).toMatchObject({
      code: "request.invalid",
      field: "name",
    });
  });

  test("unknown addresses are faults too", async () => {
    const server = await serverOf();
    expect(await faultOf(server, { method: "GET", url: "/api/nothing" })).toMatchObject({ status: 404, error: { code: "not_found" } });
    expect(await faultOf(server, { method: "PATCH", url: "/" })).toMatchObject({ status: 404 });
    // TRACE would tell a page the cookies it must not read.
    expect((await tcpAnswer(server, "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).slice(0, 12)).toBe("HTTP/1.1 404");
  });

  test("a dependency that is away is 503 with Retry-After, whatever its client threw", async () => {
    const server = await serverOf();
    for (const how of ["away", "refused", "socket", "closed", "shutdown"]) {
      expect(await faultOf(server, { method: "GET", url: `/api/breaks?how=${how}` }), how).toMatchObject({
        status: 503,
        error: { code: "service.unavailable" },
        headers: { "retry-after": "2" },
      });
    }
    expect(await faultOf(server, { method: "GET", url: "/api/breaks?how=range" })).toMatchObject({
      status: 400,
      error: { code: "request.invalid" },
    });
    expect(await faultOf(server, { method: "GET", url: "/api/breaks?how=locked" })).toMatchObject({
      status: 429,
      headers: { "retry-after": "42" },
    });
    expect(await faultOf(server, { method: "GET", url: "/api/breaks?how=fault" })).toMatchObject({
      status: 404,
      error: { code: "person.not_found", field: "person", message: "There is no such person" },
    });
  });

  test("a bug tells nothing but the request id, and is logged with its stack", async () => {
    const server = await serverOf();
    for (const how of ["bug", "file"]) {
      logged.length = 0;
      const { status, error } = await faultOf(server, { method: "GET", url: `/api/breaks?how=${how}` });
      expect(status).toBe(500);
      expect(error).toMatchObject({ code: "internal.error" });
      expect(JSON.stringify(error)).not.toMatch(/secret|open/);
      expect(logged).toMatchObject([{ fields: { requestId: error["requestId"], err: expect.any(Error) } }]);
    }
  });

  test("refusals of the API are logged with who asked from where, and nothing of what was asked", async () => {
    logged.length = 0;
    const server = await serverOf({ authorise: () => Promise.resolve(faultError("role.not_allowed")) });
    await server.inject({ method: "GET", url: "/api/breaks?how=secret%0a%7b", headers: { authorization: "Bearer ts_secret" } });
    expect(logged).toMatchObject([
      { fields: { code: "role.not_allowed", ip: "127.0.0.1", method: "GET" }, message: "a request was refused" },
    ]);
    expect(JSON.stringify(logged)).not.toMatch(/secret/);
    logged.length = 0;
  });

  test("an answer that breaks its contract fails in tests and passes in production", async () => {
    expect((await faultOf(await serverOf(), { method: "GET", url: "/api/breaks?how=contract" })).status).toBe(500);
    const production = await serverOf({ checkResponses: false });
    expect((await production.inject({ method: "GET", url: "/api/breaks?how=contract" })).statusCode).toBe(200);
  });

  test("no body makes the server fail or lose its way", async () => {
    const server = await serverOf();
    const body = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.object().map((value) => JSON.stringify({ text: "x", any: value })),
    );
    await fc.assert(
      fc.asyncProperty(body, async (payload) => {
        const answer = await server.inject(post(payload));
        expect([200, 400]).toContain(answer.statusCode);
        if (answer.statusCode === 400) expect(answer.json()).toMatchObject({ error: { code: expect.stringMatching(/^request\./) } });
      }),
      { numRuns: 300 },
    );
  });

  test("bytes that are no request are answered in the same format", async () => {
    const server = await serverOf();
    const text = await tcpAnswer(server, "NONSENSE\r\n\r\n");
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('"code":"request.malformed"');
  });
});

/** What a server answers to bytes as they are. */
async function tcpAnswer(server: FastifyInstance, bytes: string): Promise<string> {
  await server.listen({ port: 0, host: "127.0.0.1" });
  // The server listens on a TCP port, so the address is an object.
  const { port } = server.server.address() as AddressInfo;
  return new Promise<string>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let received = "";
    socket.on("data", (part) => (received += part.toString()));
    socket.on("end", () => resolve(received));
    socket.on("error", reject);
  });
}

describe("requests", () => {
  test("reach the handler parsed, with who is calling", async () => {
    const server = await serverOf({ trustProxy: 1 });
    const answer = await server.inject({
      ...post({ text: "你好" }, `/api/workspaces/1/echo/${encodeURIComponent("订单".repeat(100))}?times=3`),
      headers: {
        "content-type": "application/json",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "203.0.113.7",
        "x-request-id": "from-the-client",
      },
    });
    expect(answer.json()).toEqual({ text: "你好", times: 3 });
    expect(answer.headers["x-request-id"]).toBe("from-the-client");
    expect(contexts[0]).toMatchObject({ workspaceId: 1, actor: "test", ip: "203.0.113.7", secure: true, requestId: "from-the-client" });
  });

  test("do not believe forwarded headers by default", async () => {
    const server = await serverOf();
    await server.inject({
      ...post({ text: "x" }),
      headers: { "content-type": "application/json", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7" },
    });
    expect(contexts[0]).toMatchObject({ ip: "127.0.0.1", secure: false });
  });

  test("are refused before their body is read", async () => {
    const server = await serverOf({ authorise: async () => faultError("session.missing") });
    expect(await faultOf(server, post("{not json"))).toMatchObject({ status: 401, error: { code: "session.missing" } });
  });

  test("are limited per caller", async () => {
    const server = await serverOf({
      apiPerSecond: 2,
      authorise: async (request) => ({
        workspaceId: 1,
        caller: { kind: "key", keyId: request.readHeader("x-key") ?? "", name: "", scopes: [] },
        actor: "",
        ...EVERYTHING,
      }),
    });
    const call = (key: string) => server.inject({ ...post({ text: "x" }), headers: { "content-type": "application/json", "x-key": key } });
    for (let index = 0; index < 10; index += 1) expect((await call("a")).statusCode).toBe(200);
    const limited = await call("a");
    expect(limited.statusCode).toBe(429);
    expect(limited.json()).toMatchObject({ error: { code: "rate.limited" } });
    expect(limited.headers["retry-after"]).toBe("1");
    expect((await call("b")).statusCode).toBe(200);
    // A route with a limit of its own shares neither room nor lack of it.
    const ask = () => server.inject({ method: "GET", url: "/api/often", headers: { "x-key": "a" } });
    for (let index = 0; index < 20; index += 1) expect((await ask()).statusCode).toBe(200);
    expect((await ask()).statusCode).toBe(429);
  });

  test("whose client went away are no failure of the server", async () => {
    const server = await serverOf();
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    const leave = new AbortController();
    const before = [contexts.length, logged.length] as const;
    const asked = fetch(`${url}/api/breaks?how=left`, { signal: leave.signal }).catch(() => "left");
    await expect.poll(() => contexts.length).toBe(before[0] + 1);
    leave.abort();
    expect(await asked).toBe("left");
    await expect.poll(() => logged.slice(before[1]).map(({ message }) => message)).toEqual(["the client went away before the answer"]);
  });

  test("for a stream get it as it comes; leaving aborts, closing the server ends it", async () => {
    const server = await serverOf();
    const url = await server.listen({ port: 0, host: "127.0.0.1" });
    const leave = new AbortController();
    const answer = await fetch(`${url}/api/streams`, { signal: leave.signal });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(answer.headers.get("cache-control")).toContain("no-cache");
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
    leave.abort();
    await expect.poll(() => contexts[0]?.signal.aborted).toBe(true);
    const open = await fetch(`${url}/api/streams`);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2000);
    await open.body?.cancel().catch(() => undefined);
  });
});

describe("headers", () => {
  test("guard every answer, faults included", async () => {
    const server = await serverOf();
    for (const url of ["/healthz", "/api/nothing", "/api/docs", "/api/breaks?how=bug"]) {
      const { headers } = await server.inject({ method: "GET", url });
      expect(headers["content-security-policy"]).toContain("script-src 'self';");
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY" });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      expect(headers["strict-transport-security"]).toBeUndefined();
    }
    expect((await server.inject({ method: "GET", url: "/api/breaks?how=fault" })).headers["cache-control"]).toBe("no-store");
  });

  test("know the client by the last address a proxy wrote, not by what the client wrote before it", async () => {
    const server = await serverOf({ trustProxy: 1 });
    contexts.length = 0;
    await server.inject({
      ...post({ text: "x" }),
      headers: { "content-type": "application/json", "x-forwarded-for": "10.0.0.1, 203.0.113.9" },
    });
    expect(contexts[0]).toMatchObject({ ip: "203.0.113.9" });
  });

  test("ask for strict transport over https only", async () => {
    const server = await serverOf({ trustProxy: 1 });
    expect(
      (await server.inject({ method: "GET", url: "/healthz", headers: { "x-forwarded-proto": "https" } })).headers[
        "strict-transport-security"
      ],
    ).toBe("max-age=31536000");
  });
});

describe("for whoever operates it", () => {
  test("liveness, readiness and metrics", async () => {
    let readiness: Readiness = { ready: true, checks: { postgres: "ready", clickhouse: "ready" } };
    const server = await serverOf({ readiness: async () => readiness });
    expect((await server.inject("/healthz")).json()).toEqual({ status: "ok" });
    expect((await server.inject("/readyz")).json()).toEqual({ status: "ready", checks: readiness.checks });
    readiness = { ready: false, checks: { postgres: "ready", clickhouse: "restarting" } };
    expect(await faultOf(server, { method: "GET", url: "/readyz" })).toMatchObject({
      status: 503,
      error: { code: "service.unavailable", details: { clickhouse: "restarting" } },
    });
    await server.inject("/api/breaks?how=fault");
    const metrics = (await server.inject("/metrics")).body;
    expect(metrics).toContain('terrace_http_request_seconds_count{method="GET",route="/api/breaks",status="404"} 1');
  });
});

describe("the console", () => {
  test("is served with deep links, unchanging files cached for good", async () => {
    const folder = await mkdtemp(join(tmpdir(), "terrace-console-"));
    try {
      const server = await serverOf({ consoleDir: folder });
      const missing = await server.inject({ method: "GET", url: "/people", headers: { accept: "text/html" } });
      expect(missing.statusCode).toBe(503);
      expect(missing.body).toContain("npm run build");
      await mkdir(join(folder, "assets"));
      await Promise.all([
        writeFile(join(folder, "index.html"), "<!doctype html>console"),
        writeFile(join(folder, "assets", "app-1a2b3c.js"), "let a"),
        writeFile(join(folder, ".secret"), "no"),
      ]);
      for (const url of ["/", "/people/123?tab=events", "/events/Order%20Completed.v2"]) {
        const page = await server.inject({ method: "GET", url, headers: { accept: "text/html" } });
        expect({ status: page.statusCode, body: page.body, cache: page.headers["cache-control"] }, url).toEqual({
          status: 200,
          body: "<!doctype html>console",
          cache: "no-cache",
        });
      }
      const script = await server.inject("/assets/app-1a2b3c.js");
      expect(script.headers).toMatchObject({
        "cache-control": "public, max-age=31536000, immutable",
        "content-type": expect.stringContaining("javascript"),
      });
      for (const url of ["/assets/gone.js", "/api/gone", "/v1/gone", "/.secret.txt"])
        expect((await server.inject(url)).json(), url).toMatchObject({ error: { code: "not_found" } });
      for (const url of ["/.secret", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2f.secret"])
        expect((await server.inject(url)).body, url).not.toMatch(/^no$|root:/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
