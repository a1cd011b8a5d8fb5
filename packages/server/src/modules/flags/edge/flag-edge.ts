import type { FastifyInstance } from "fastify";
import { allowAnyOrigin } from "../../collect/module.ts";
import { createAdmit, type EdgeDeps, type FlagEdge } from "./client.ts";
import { registerGrowthbookRoutes } from "./growthbook.routes.ts";
import { registerOfrepRoutes } from "./ofrep.routes.ts";
import { createSubscriptions, type StreamCounts } from "./subscriptions.ts";

/** Contexts are small; what is larger is no context. */
const BODY_BYTES_MAX = 64 * 1024;

/** The paths that clients of flags call: those of OpenFeature (OFREP) and of GrowthBook. They carry a write key and nothing secret, so any page may read the answers. */
export function createFlagEdge(deps: EdgeDeps): {
  readonly register: (app: FastifyInstance) => Promise<void>;
  readonly streams: () => StreamCounts;
  readonly stop: () => void;
} {
  const subscriptions = createSubscriptions(deps);
  const edge: FlagEdge = { ...deps, subscriptions, admit: createAdmit(deps) };
  return {
    streams: subscriptions.counts,
    stop: subscriptions.stop,
    register: async (app) => {
      await app.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        // Clients name other types than JSON for the sake of fewer preflights.
        scope.addContentTypeParser("*", { parseAs: "string", bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));
        allowAnyOrigin(scope);
        scope.addHook("onRequest", (_request, reply, done) => {
          reply.header("access-control-expose-headers", "retry-after, etag, x-sse-support");
          done();
        });
        // Streams would keep the server from closing.
        scope.addHook("preClose", (done) => {
          subscriptions.stop();
          done();
        });
        registerOfrepRoutes(scope, edge);
        registerGrowthbookRoutes(scope, edge);
      });
    },
  };
}
