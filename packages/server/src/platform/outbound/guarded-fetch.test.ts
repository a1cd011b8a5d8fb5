import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAllowList } from "./allow-list.ts";
import { guardedFetch, guardedText, type OutboundRequest } from "./guarded-fetch.ts";
import { createKeptAgents } from "./kept-agents.ts";
import { OutboundRefused } from "./outbound-refused.ts";

let server: Server;
let port = 0;
let seen: { method: string; headers: IncomingMessage["headers"]; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  seen.push({ method: request.method ?? "", headers: request.headers, body });
  const path = request.url ?? "";
  if (path.startsWith("/to?")) return void response.writeHead(302, { location: decodeURIComponent(path.slice(4)) }).end();
  if (path === "/again") return void response.writeHead(307, { location: "/end" }).end();
  if (path === "/loop") return void response.writeHead(302, { location: "/loop" }).end();
  if (path === "/large") return void response.end(Buffer.alloc(200_000));
  if (path === "/drip") return void response.write("a");
  if (path === "/silent") return;
  if (path === "/cut") {
    response.writeHead(200, { "content-length": "100" }).write("a", () => request.socket.destroy());
    return;
  }
  if (path === "/none") return void response.writeHead(204).end();
  response.writeHead(418, { "x-said": "yes" }).end("short and stout");
}

const here = (path: string): string => `http://127.0.0.1:${port}${path}`;
const own = () => readAllowList(`127.0.0.1:${port}`);
const refusal = async (call: Promise<unknown>): Promise<string> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof OutboundRefused ? error.code : `not refused: ${String(error)}`;
};

describe("an outgoing call", () => {
  test("answers any status with headers and body when the place is allowed", async () => {
    const response = await guardedFetch(here("/"), { method: "POST", body: "{}", headers: { "content-type": "application/json" } }, own());
    expect([response.status, response.headers.get("x-said"), await response.text()]).toEqual([418, "yes", "short and stout"]);
    expect((await guardedFetch(here("/none"), {}, own())).status).toBe(204);
  });

  test.each([
    ["the own machine", () => here("/")],
    ["it by name", () => `http://localhost:${port}/`],
    ["it as one number", () => `http://2130706433:${port}/`],
    ["it in hexadecimal", () => `http://0x7f.1:${port}/`],
    ["it through IPv6", () => `http://[::ffff:127.0.0.1]:${port}/`],
    ["the metadata service", () => "http://169.254.169.254/latest/meta-data"],
  ])("does not reach %s unless allowed", async (_, address) => {
    seen = [];
    expect(await refusal(guardedFetch(address(), {}, []))).toBe("outbound.not_public");
    expect(seen).toEqual([]);
  });

  test.each(["ftp://example.com/", "file:///etc/passwd", "http://user:word@example.com/", "example.com"])(
    "is not made to %s",
    async (address) => {
      expect(await refusal(guardedFetch(address, {}, own()))).toBe("outbound.bad_url");
    },
  );

  test("judges every redirect anew", async () => {
    const other = `http://127.0.0.1:${port + 1}/`;
    expect(await refusal(guardedFetch(here(`/to?${encodeURIComponent(other)}`), {}, own()))).toBe("outbound.not_public");
    expect(await refusal(guardedFetch(here(`/to?${encodeURIComponent("file:///etc/passwd")}`), {}, own()))).toBe("outbound.bad_url");
    expect(await refusal(guardedFetch(here("/loop"), {}, own()))).toBe("outbound.too_many_redirects");
    expect((await guardedFetch(here("/loop"), { redirect: "manual" }, own())).status).toBe(302);
  });

  test("keeps a secret from the origin it is redirected to, and repeats a body only where it should", async () => {
    const named = `http://localhost:${port}/end`;
    const both = readAllowList(`127.0.0.1:${port},localhost:${port}`);
    seen = [];
    await guardedFetch(here(`/to?${encodeURIComponent(named)}`), { method: "POST", body: "b", headers: { authorization: "secret" } }, both);
    expect(seen.map(({ method, body, headers }) => [method, body, headers.authorization])).toEqual([
      ["POST", "b", "secret"],
      ["GET", "", undefined],
    ]);
    seen = [];
    await guardedFetch(here("/again"), { method: "PUT", body: "b", headers: { authorization: "secret" } }, both);
    expect(seen[1]).toMatchObject({ method: "PUT", body: "b", headers: { authorization: "secret" } });
  });

  test("ends where it is too large or too slow, also in the middle of the body", async () => {
    const large = await guardedFetch(here("/large"), { maxBytes: 100_000 }, own());
    expect(await refusal(large.arrayBuffer())).toBe("outbound.too_large");
    expect(await refusal(guardedFetch(here("/silent"), { timeoutMs: 50 }, own()))).toBe("outbound.timed_out");
    const drip = await guardedFetch(here("/drip"), { timeoutMs: 150 }, own());
    expect(await refusal(drip.text())).toBe("outbound.timed_out");
  });

  test("says when a host is not known", async () => {
    expect(await refusal(guardedFetch("http://nowhere.invalid/", {}, own()))).toBe("outbound.unknown_host");
  });

  test("reads an answer to its end as text, within the same limits", async () => {
    const { status, header, text } = await guardedText(here("/"), { method: "POST", body: "{}" }, own());
    expect([status, header("x-said"), header("x-other"), text]).toEqual([418, "yes", undefined, "short and stout"]);
    expect((await guardedText(here("/none"), {}, own())).text).toBe("");
    expect((await guardedText(here("/large"), {}, own())).text).toHaveLength(200_000);
    expect(await refusal(guardedText(here("/large"), { maxBytes: 100_000 }, own()))).toBe("outbound.too_large");
    for (const path of ["/silent", "/drip"])
      expect(await refusal(guardedText(here(path), { timeoutMs: 100 }, own()))).toBe("outbound.timed_out");
    expect(await refusal(guardedText(here("/"), {}, []))).toBe("outbound.not_public");
    await expect(guardedText(here("/"), { signal: AbortSignal.abort(new Error("enough")) }, own())).rejects.toThrow("enough");
    await expect(guardedText(here("/cut"), {}, own())).rejects.toThrow();
  });

  describe("tells when a connection stands, and not before", () => {
    async function begunBy(address: string, request: OutboundRequest, allowed = own()): Promise<readonly [boolean, boolean]> {
      let begun = false;
      const onBegun = (): void => {
        begun = true;
      };
      const ended = await guardedFetch(address, { ...request, onBegun }, allowed).then(
        (response) => response.text().then(() => true),
        () => false,
      );
      return [begun, ended];
    }

    test("to a server that is silent, one that answers, and one that is asked again on a kept connection", async () => {
      expect(await begunBy(here("/silent"), { timeoutMs: 50 })).toEqual([true, false]);
      const agents = createKeptAgents();
      expect(await begunBy(here("/"), { agents })).toEqual([true, true]);
      expect(await begunBy(here("/"), { agents })).toEqual([true, true]);
    });

    test("to nobody who was given up before, who does not answer the handshake, or whom no packet reaches", async () => {
      seen = [];
      expect(await begunBy(here("/"), { signal: AbortSignal.abort() })).toEqual([false, false]);
      const dumb = createTcpServer();
      await new Promise<void>((resolve) => dumb.listen(0, "127.0.0.1", resolve));
      const address = dumb.address();
      const dumbPort = typeof address === "object" && address !== null ? address.port : 0;
      const secure = `https://127.0.0.1:${dumbPort}/`;
      expect(await begunBy(secure, { timeoutMs: 100 }, readAllowList("127.0.0.1"))).toEqual([false, false]);
      dumb.close();
      expect(await begunBy("http://192.0.2.1/", { timeoutMs: 100 }, readAllowList("192.0.2.1"))).toEqual([false, false]);
      expect(seen).toEqual([]);
    });
  });
});
