import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { BYTES_TYPE, type RouteContract } from "@terrace/contract/route";
import { faultError, FaultError } from "./fault-error.ts";
import type { Authorise, AuthRequest, Caller, Grant, RouteContext, RouteHandler, StreamAnswer } from "./handler.ts";
import { parseInput, parseJsonBody, refuseUnsafe } from "./input-fault.ts";
import { watchAnswer, type ClearShown } from "./watch-answer.ts";
import { createTokenBuckets, type TokenBuckets } from "./token-bucket.ts";

export type RegisterOptions = {
  readonly authorise: Authorise;
  /** Puts on record what an answer shows in clear, before it is sent. */
  readonly noteClear: (context: RouteContext, shown: ClearShown) => Promise<void>;
  readonly nowMs: () => number;
  /** Parse answers with the contract too and fail on a difference: on in tests, off where it would cost. */
  readonly checkResponses?: boolean;
  /** Requests a caller may make per second in the long run to all routes that say nothing else; five times as many at once. */
  readonly apiPerSecond?: number;
};

const API_PER_SECOND = 200;
const BURST_SECONDS = 5;
/** How often the right to an answer that is being streamed is looked at again. */
const ASK_AGAIN_MS = 5000;

/** Puts handlers on the server by their contracts: authorise, limit, parse, run, answer. Call before `listen`. */
export function registerRoutes(server: FastifyInstance, handlers: readonly RouteHandler[], options: RegisterOptions): void {
  const bucketsOf = (perSecond: number): TokenBuckets => createTokenBuckets({ perSecond, burst: perSecond * BURST_SECONDS }, options.nowMs);
  const shared = bucketsOf(options.apiPerSecond ?? API_PER_SECOND);
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", { parseAs: "buffer" }, async (_request: FastifyRequest, bytes: Buffer) =>
      parseJsonBody(bytes),
    );
    scope.addContentTypeParser(BYTES_TYPE, { parseAs: "buffer" }, async (_request: FastifyRequest, bytes: Buffer) => bytes);
    scope.addHook("onRequest", async (_request, reply) => {
      reply.headers({ "cache-control": "no-store", "cross-origin-resource-policy": "same-origin" });
    });
    const streams = openStreams(scope);
    for (const handler of handlers) {
      const { perSecond } = handler.contract;
      addRoute(scope, handler, { options, buckets: perSecond === undefined ? shared : bucketsOf(perSecond), streams });
    }
  });
}

/** Answers that are being streamed. */
type Streams = Set<FastifyReply["raw"]>;
type Registrar = { readonly options: RegisterOptions; readonly buckets: TokenBuckets; readonly streams: Streams };

/** Streams that never end by themselves are cut when the server closes, or the close would wait for them; their readers connect anew. */
function openStreams(scope: FastifyInstance): Streams {
  const streams: Streams = new Set();
  scope.addHook("preClose", async () => {
    for (const answer of streams) answer.destroy();
  });
  return streams;
}

function addRoute(scope: FastifyInstance, handler: RouteHandler, { options, buckets, streams }: Registrar): void {
  const { contract } = handler;
  const grants = new WeakMap<FastifyRequest, Grant>();
  scope.route({
    method: contract.method,
    url: contract.path,
    exposeHeadRoute: contract.answersHead === true,
    ...(contract.bodyBytesMax === undefined ? {} : { bodyLimit: contract.bodyBytesMax }),
    // Before the body is read: strangers cost no parsing.
    onRequest: async (request) => {
      const grant = await options.authorise(authRequestOf(request), contract);
      if (grant instanceof FaultError) throw grant;
      const waitSeconds = buckets.take(callerName(grant.caller, request.ip));
      if (waitSeconds > 0) throw faultError("rate.limited", { retryAfterSeconds: waitSeconds, mend: "Ask less often" });
      grants.set(request, grant);
    },
    handler: async (request, reply) => {
      const grant = grants.get(request);
      if (grant === undefined) throw new Error("a handler ran without a grant");
      const watched = watchAnswer(contract, contextOf(grant, request, reply));
      const input = inputOf(contract, request);
      const answer = await handler.run(input, watched.context);
      // First the record, then the values: what is not on record is not shown.
      const shown = watched.shown(input.params);
      if (shown !== undefined) await options.noteClear(watched.context, shown);
      if (isStreamAnswer(answer)) {
        keepAsking(reply, () => options.authorise(authRequestOf(request), contract));
        return sendStream(answer, reply, streams);
      }
      if (options.checkResponses === true) checkResponse(contract, answer);
      return reply.send(answer);
    },
  });
}

function inputOf(
  contract: RouteContract,
  request: FastifyRequest,
): { readonly params: unknown; readonly query: unknown; readonly body: unknown } {
  refuseUnsafe(request.params, "params");
  refuseUnsafe(request.query, "query");
  const params = parseInput(contract.params, request.params, "params");
  const query = parseInput(contract.query, request.query, "query");
  // A route without a body does not mind an empty object or anything else there.
  if (contract.body instanceof z.ZodUndefined) return { params, query, body: undefined };
  if (Buffer.isBuffer(request.body) !== (contract.bodyType === BYTES_TYPE))
    throw faultError("request.unsupported_media_type", { field: "content-type", mend: `Send ${contract.bodyType ?? "application/json"}` });
  if (contract.bodyType === undefined) refuseUnsafe(request.body, "body");
  return { params, query, body: parseInput(contract.body, request.body, "body") };
}

function contextOf(grant: Grant, request: FastifyRequest, reply: FastifyReply): RouteContext {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return {
    ...grant,
    ip: request.ip,
    requestId: request.id,
    secure: request.protocol === "https",
    signal: gone.signal,
    accepts: header(request, "accept") ?? "",
    setHeader: (name, value) => void reply.header(name, value),
    readHeader: (name) => header(request, name),
  };
}

function sendStream(answer: StreamAnswer, reply: FastifyReply, streams: Streams): FastifyReply {
  streams.add(reply.raw);
  reply.raw.once("close", () => {
    streams.delete(reply.raw);
    answer.ended?.(reply.raw.writableFinished);
  });
  // Proxies must pass events on as they come.
  return reply
    .header("content-type", answer.contentType)
    .header("cache-control", "no-cache, no-transform")
    .header("x-accel-buffering", "no")
    .send(answer.stream);
}

function authRequestOf(request: FastifyRequest): AuthRequest {
  return {
    method: request.method,
    workspace: workspaceOf(request),
    ip: request.ip,
    secure: request.protocol === "https",
    readHeader: (name) => header(request, name),
  };
}

/** A long answer ends soon after its reader loses the right to it: signed out, shut out, moved to another role. */
function keepAsking(reply: FastifyReply, authorise: () => Promise<Grant | FaultError>): void {
  const timer = setInterval(() => {
    authorise().then(
      (grant) => {
        if (grant instanceof FaultError) reply.raw.destroy();
      },
      // Whoever cannot be asked now is asked again at the next turn.
      () => undefined,
    );
  }, ASK_AGAIN_MS).unref();
  reply.raw.once("close", () => clearInterval(timer));
}

function isStreamAnswer(answer: unknown): answer is StreamAnswer {
  return typeof answer === "object" && answer !== null && "stream" in answer && "contentType" in answer;
}

function checkResponse(contract: RouteContract, answer: unknown): void {
  const parsed = contract.response.safeParse(answer);
  if (!parsed.success) throw new Error(`${contract.id} answers something else than its contract says: ${z.prettifyError(parsed.error)}`);
}

function workspaceOf(request: FastifyRequest): string | undefined {
  const { params } = request;
  if (typeof params !== "object" || params === null || !("workspace" in params)) return undefined;
  return typeof params.workspace === "string" ? params.workspace : undefined;
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

function callerName(caller: Caller, ip: string): string {
  switch (caller.kind) {
    case "operator":
      return caller.tokenId === undefined ? `operator ${caller.operatorId}` : `token ${caller.tokenId}`;
    case "key":
      return `key ${caller.keyId}`;
    case "nobody":
      return `ip ${ip}`;
  }
}
