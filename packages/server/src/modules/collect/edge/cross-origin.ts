import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Browsers may send from any site: events carry a write key, never cookies. */
const PREFLIGHT = { "access-control-allow-methods": "GET, POST, OPTIONS", "access-control-max-age": "86400" } as const;
const HEADERS_DEFAULT = "authorization, content-type, content-encoding, dry-run";

/** Lets pages of any site read the answers of the collect paths, faults included. */
export function allowAnyOrigin(scope: FastifyInstance): void {
  scope.addHook("onRequest", (_request, reply, done) => {
    reply.header("access-control-allow-origin", "*");
    reply.header("access-control-expose-headers", "retry-after");
    reply.header("cross-origin-resource-policy", "cross-origin");
    done();
  });
}

/** Answers a preflight request of a browser. */
export function answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const wanted = request.headers["access-control-request-headers"];
  const headers = wanted !== undefined && /^[a-z0-9\-, ]{1,1000}$/i.test(wanted) ? wanted : HEADERS_DEFAULT;
  return reply
    .headers(PREFLIGHT)
    .header("access-control-allow-headers", headers)
    .header("vary", "access-control-request-headers")
    .code(204)
    .send();
}
