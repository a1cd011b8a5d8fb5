import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Histogram, type Registry } from "prom-client";
import { faultAnswer } from "./fault-answer.ts";
import { faultError } from "./fault-error.ts";
import { setSecurityHeaders } from "./security-headers.ts";

/** Structured log: fields first, then the message; a pino logger fits. */
export type HttpLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

export type TrustProxy = false | number | string;

export type HttpServerDeps = {
  readonly log: HttpLog;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  /** Whose X-Forwarded-* headers to believe: nobody's by default; a number of proxies in a row, or their addresses and networks (comma-separated). */
  readonly trustProxy?: TrustProxy;
  readonly metrics?: Registry;
};

const BODY_BYTES_MAX = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 65_000;
/** Path parameters are percent-decoded ids and event names of up to 255 characters. */
const PARAM_LENGTH_MAX = 2048;
const SLOW_MS = 2000;
const REQUEST_ID = /^[\w-]{8,64}$/;

/** The server with everything that holds for every answer: request ids, security headers, one fault format, metrics, a graceful close. Routes are registered on it by others. */
export function createHttpServer(deps: HttpServerDeps): FastifyInstance {
  const server = Fastify({
    logger: false,
    trustProxy: trusted(deps.trustProxy ?? false),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    genReqId: (raw) => {
      const given = raw.headers["x-request-id"];
      return typeof given === "string" && REQUEST_ID.test(given) ? given : deps.randomId();
    },
    // Answered below in the one fault format.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(reply, false);
      answerFault(deps.log, error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
  });
  server.setErrorHandler((error, request, reply) => answerFault(deps.log, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    answerFault(deps.log, faultError("not_found", { mend: "See /api/docs for what there is" }), request, reply),
  );
  addCommonHooks(server, deps);
  refuseWhileClosing(server);
  if (deps.metrics !== undefined) measure(server, deps.metrics);
  return server;
}

/** A number of proxies is that many addresses from the end of X-Forwarded-For; what stands before those is the client's own word. */
function trusted(proxies: TrustProxy): false | string | ((address: string, hop: number) => boolean) {
  return typeof proxies === "number" ? (_address, hop) => hop < proxies : proxies;
}

function addCommonHooks(server: FastifyInstance, deps: HttpServerDeps): void {
  server.addHook("onRequest", async (request, reply) => {
    setSecurityHeaders(reply, request.protocol === "https");
    reply.header("x-request-id", request.id);
  });
  server.addHook("onResponse", async (request, reply) => {
    if (reply.elapsedTime > SLOW_MS)
      deps.log.warn(
        {
          requestId: request.id,
          method: request.method,
          route: request.routeOptions.url,
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime),
        },
        "slow request",
      );
  });
}

/** Between the start of a close and its end, kept-alive connections may still bring requests. */
function refuseWhileClosing(server: FastifyInstance): void {
  let closing = false;
  server.addHook("preClose", async () => {
    closing = true;
  });
  server.addHook("onRequest", async (_request, reply) => {
    if (!closing) return;
    reply.header("connection", "close");
    throw faultError("service.unavailable", { mend: "Terrace is stopping; try again shortly" });
  });
}

function measure(server: FastifyInstance, metrics: Registry): void {
  const seconds = new Histogram({
    name: "terrace_http_request_seconds",
    help: "Time to answer, by route and status",
    labelNames: ["method", "route", "status"] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [metrics],
  });
  server.addHook("onResponse", async (request, reply) => {
    // The pattern, never the address: ids and tokens must not become labels.
    seconds.observe(
      { method: request.method, route: request.routeOptions.url ?? "none", status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });
}

function answerFault(log: HttpLog, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = faultAnswer(error, request.id);
  const fields = { requestId: request.id, method: request.method, route: request.routeOptions?.url, err: error };
  // Whoever asked is gone and nobody reads the answer: the work ended as it should.
  if (answer.bug && reply.raw.destroyed && isAbort(error))
    log.info({ ...fields, err: undefined }, "the client went away before the answer");
  else if (answer.bug) log.error(fields, "a request failed unexpectedly");
  else if (answer.status >= 500) log.warn(fields, "a request could not be served");
  else if (isRefusal(answer, request)) {
    const { requestId, method, route } = fields;
    log.info({ requestId, method, route, ip: request.ip, code: answer.body.error.code }, "a request was refused");
  }
  if (answer.retryAfterSeconds !== undefined) reply.header("retry-after", String(answer.retryAfterSeconds));
  void reply
    .code(answer.status)
    .header("cache-control", "no-store")
    .header("content-type", "application/json; charset=utf-8")
    .send(JSON.stringify(answer.body));
}

/** The ClickHouse client tells an abort by its message only. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.message === "The user aborted a request.");
}

/**
 * Whoever was not let in, or guessed: what an investigation looks for. Only at the API, which operators and servers call: visitors' addresses
 * stay out of the log. Somebody who is merely not signed in yet is no refusal.
 */
function isRefusal({ status, body }: ReturnType<typeof faultAnswer>, request: FastifyRequest): boolean {
  if (!request.url.startsWith("/api/") || body.error.code === "session.missing") return false;
  return status === 401 || status === 403 || status === 429 || GUESSES.has(body.error.code);
}

/** Wrong proofs that are answered as input to mend. */
const GUESSES: ReadonlySet<string> = new Set(["password.wrong", "second_factor.wrong"]);

/** Bytes that are no HTTP request at all: there is no request object yet, so the answer is written by hand. */
function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const fault =
    error.code === "HPE_HEADER_OVERFLOW"
      ? faultError("request.too_large", { field: "headers", mend: "Send shorter headers" })
      : faultError("request.malformed", { mend: "Send a well-formed HTTP request" });
  const { status, body } = faultAnswer(fault, "");
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}
