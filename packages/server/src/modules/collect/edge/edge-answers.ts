import { FAULTS, type FaultBody, type FaultCode } from "@terrace/contract/faults";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FaultError, Unavailable, faultError } from "../../../platform/http/fault-error.ts";
import { BODY_BYTES_MAX } from "./read-body.ts";

/** Browsers may send from any site: events carry a write key, never cookies. */
const PREFLIGHT = { "access-control-allow-methods": "GET, POST, OPTIONS", "access-control-max-age": "86400" } as const;
const HEADERS_DEFAULT = "authorization, content-type, content-encoding, dry-run";
const RETRY_AFTER_DEFAULT = 1;

/** Cross-origin answers for the collect paths, and one body for every fault. */
export function answerLikeTheEdge(scope: FastifyInstance): void {
  scope.addHook("onRequest", (_request, reply, done) => {
    reply.header("access-control-allow-origin", "*");
    reply.header("cross-origin-resource-policy", "cross-origin");
    done();
  });
  scope.setErrorHandler((error: FastifyError, request, reply) => answerFault(toFault(error), request, reply, error));
}

/** Answers a preflight request of a browser. */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const wanted = request.headers["access-control-request-headers"];
  const headers = wanted !== undefined && /^[a-z0-9\-, ]{1,1000}$/i.test(wanted) ? wanted : HEADERS_DEFAULT;
  return reply.headers(PREFLIGHT).header("access-control-allow-headers", headers).header("vary", "access-control-request-headers").code(204).send();
}

function toFault(error: Error): FaultError {
  if (error instanceof FaultError) return error;
  if (error instanceof Unavailable) return faultError("service.unavailable", { mend: "Send the same events again after the time in Retry-After", retryAfterSeconds: RETRY_AFTER_DEFAULT });
  const status = "statusCode" in error ? error.statusCode : undefined;
  if (status === 413) return faultError("request.too_large", { mend: `Send at most ${BODY_BYTES_MAX / 1024 / 1024} MB in one request` });
  if (typeof status === "number" && status >= 400 && status < 500) return faultError("request.malformed", { mend: "The request cannot be read" });
  return faultError("internal.error", { mend: "Send the same events again; if it happens again, report the request id" });
}

async function answerFault(fault: FaultError, request: FastifyRequest, reply: FastifyReply, cause: Error): Promise<FastifyReply> {
  const status = FAULTS[fault.code];
  if (status >= 500) request.log.error({ err: cause }, "collect request failed");
  if (status === 429 || status === 503) reply.header("retry-after", String(Math.max(1, Math.ceil(fault.retryAfterSeconds ?? RETRY_AFTER_DEFAULT))));
  return reply.code(status).send(faultBody(fault, request.id));
}

/** The one body of every error answer. */
export function faultBody({ code, message, fault }: FaultError, requestId: string): FaultBody {
  return { error: { code, message, ...(fault.field === undefined ? {} : { field: fault.field }), ...(fault.mend === undefined ? {} : { mend: fault.mend }), requestId } };
}

/** True for a code of the registry. */
export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(FAULTS, code);
}
