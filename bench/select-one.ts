// The bound of one look at a person: `select 1` behind the same HTTP server, keys and limits. Started by segments-person.ts with the data directory of a running Terrace.
import { route, workspaceParams } from "@terrace/contract/route";
import { createAuthorise } from "@terrace/server/modules/access/authorise";
import { createKeyRing } from "@terrace/server/modules/access/key-ring";
import { handle } from "@terrace/server/platform/http/handler";
import { createHttpServer } from "@terrace/server/platform/http/http-server";
import { registerRoutes } from "@terrace/server/platform/http/register-routes";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { openInstance } from "./instance.ts";

const one = route({
  id: "one",
  tag: "Bench",
  summary: "One",
  method: "GET",
  path: "/api/workspaces/:workspace/one",
  access: "people:read",
  perSecond: 100_000,
  params: workspaceParams,
  response: z.object({ one: z.number() }),
});

const instance = await openInstance(process.argv[2] ?? "");
const log = { info: () => undefined, warn: console.warn, error: console.error };
const server = createHttpServer({ log, nowMs: Date.now, randomId: randomUUID });
const keys = createKeyRing({ db: instance.db, nowMs: Date.now, log });
registerRoutes(
  server,
  [
    handle(one, async () => {
      const [row] = await instance.db<{ one: number }[]>`select 1 as one /* no workspace_id */`;
      return { one: row?.one ?? 0 };
    }),
  ],
  { authorise: createAuthorise({ db: instance.db, nowMs: Date.now, keys }), noteClear: () => Promise.resolve(), nowMs: Date.now },
);
process.send?.(await server.listen({ port: 0, host: "127.0.0.1" }));
process.once("disconnect", () => {
  void server.close().then(instance.close);
});
