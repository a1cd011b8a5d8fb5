import { collectOperations } from "@terrace/contract/api/collect";
import { openApiDocument } from "@terrace/contract/openapi";
import type { RouteContract } from "@terrace/contract/route";
import type { FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { renderDocsPage } from "./docs/docs-page.ts";
import { docsLanguage } from "./docs/docs-words.ts";
import { faultError } from "./fault-error.ts";

/** Whether this process can serve now, and what each part says, e.g. `{ postgres: "ready", clickhouse: "restarting" }`. */
export type Readiness = { readonly ready: boolean; readonly checks: Readonly<Record<string, string>> };

export type OperateDeps = {
  readonly contracts: readonly RouteContract[];
  readonly version: string;
  readonly metrics: Registry;
  readonly readiness: () => Promise<Readiness>;
};

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#2F7D5C"/><path d="M3 5h10M3 8h7M3 11h4" stroke="#fff" stroke-width="1.6" stroke-linecap="round"/></svg>`;

/** What whoever runs Terrace needs: liveness, readiness, metrics, and the API's description for programs and for people. None of it tells anything about people. */
export function registerOperate(server: FastifyInstance, deps: OperateDeps): void {
  server.get("/healthz", async (_request, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const { ready, checks } = await deps.readiness();
    if (!ready) throw faultError("service.unavailable", { mend: "Wait until every part is ready", details: checks });
    return reply.header("cache-control", "no-store").send({ status: "ready", checks });
  });
  server.get("/metrics", async (_request, reply) =>
    reply
      .header("cache-control", "no-store")
      .type(deps.metrics.contentType)
      .send(await deps.metrics.metrics()),
  );
  registerDescription(server, deps);
}

/** Made once, at the first request: start-up does not wait for it. */
function registerDescription(server: FastifyInstance, { contracts, version }: OperateDeps): void {
  let document: ReturnType<typeof openApiDocument> | undefined;
  const pages = new Map<string, string>();
  const description = (): ReturnType<typeof openApiDocument> => (document ??= openApiDocument(contracts, collectOperations, version));

  server.get("/api/openapi.json", async (_request, reply) =>
    reply.header("cache-control", "no-cache").type("application/json; charset=utf-8").send(JSON.stringify(description())),
  );
  server.get("/api/docs", async (request, reply) => {
    const language = docsLanguage(request.query, request.headers["accept-language"]);
    const page = pages.get(language) ?? renderDocsPage(description(), language);
    pages.set(language, page);
    return reply.header("cache-control", "no-cache").header("vary", "accept-language").type("text/html; charset=utf-8").send(page);
  });
  server.get("/api/docs/icon.svg", async (_request, reply) =>
    reply.header("cache-control", "public, max-age=86400").type("image/svg+xml").send(ICON),
  );
}
