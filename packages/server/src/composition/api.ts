import { allRoutes } from "@terrace/contract/api/all-routes";
import type { FastifyInstance } from "fastify";
import { fileURLToPath } from "node:url";
import { createHttpServer, type TrustProxy } from "../platform/http/http-server.ts";
import { registerConsole } from "../platform/http/register-console.ts";
import { registerOperate, type Readiness } from "../platform/http/register-operate.ts";
import { registerSdk } from "../platform/http/register-sdk.ts";
import { registerRoutes } from "../platform/http/register-routes.ts";
import type { Metrics } from "../platform/metrics.ts";
import { VERSION } from "../version.ts";
import type { Core } from "./core.ts";
import type { Modules } from "./modules.ts";

const SDK_FOLDER = fileURLToPath(new URL("../../../sdk/dist", import.meta.url));
const CONSOLE_FOLDER = fileURLToPath(new URL("../../../console/dist", import.meta.url));

export type ApiDeps = {
  readonly core: Core;
  readonly modules: Modules;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
  readonly trustProxy: TrustProxy;
};

/** Builds the HTTP server with everything on it; it does not listen yet. */
export async function createApi({ core, modules, metrics, readiness, trustProxy }: ApiDeps): Promise<FastifyInstance> {
  const server = createHttpServer({ log: core.log, randomId: core.randomId, nowMs: core.nowMs, trustProxy, metrics: metrics.registry });
  await modules.collect.edge.register(server);
  modules.collect.registerOverlay(server);
  await modules.receivers.register(server);
  await modules.referrals.register(server);
  await modules.flags.register(server);
  await modules.channels.register(server);
  await modules.links.register(server);
  registerRoutes(server, modules.routes, { authorise: modules.access.authorise, noteClear: modules.access.noteClear, nowMs: core.nowMs });
  registerOperate(server, {
    contracts: allRoutes,
    version: VERSION,
    metrics: metrics.registry,
    readiness,
  });
  registerSdk(server, { folder: SDK_FOLDER, version: VERSION });
  registerConsole(server, CONSOLE_FOLDER);
  return server;
}
