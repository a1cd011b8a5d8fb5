import type { FastifyInstance } from "fastify";
import type { RouteHandler } from "../../../platform/http/handler.ts";
import type { Warehouse } from "../../../platform/storage/clickhouse.ts";
import type { Db } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import { registerOverlay } from "./overlay.routes.ts";
import { virtualEventRoutes } from "./virtual-event.routes.ts";
import { countMatches } from "./virtual-event.views.ts";
import { createVirtualEvents, type VirtualEvents } from "./virtual-events.ts";
import { createVisualSessions } from "./visual-session.ts";

export type VisualEventDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  /** Who may still define events on a page; by default nobody is let in. */
  readonly isMember?: AccessModule["isMember"] | undefined;
  readonly nowMs: () => number;
};

/** Defining events by pointing at pages: the definitions, the console's routes, and what the overlay on a page asks. */
export type VisualEvents = {
  readonly virtualEvents: VirtualEvents;
  readonly routes: readonly RouteHandler[];
  readonly registerOverlay: (server: FastifyInstance) => void;
};

const RECENT_MS = 30 * 86_400_000;

export function createVisualEvents({ db, warehouse, privacy, audit, nowMs, ...deps }: VisualEventDeps): VisualEvents {
  const virtualEvents = createVirtualEvents({ db, audit, nowMs });
  const sessions = createVisualSessions({ privacy, isMember: deps.isMember ?? (() => Promise.resolve(false)), nowMs });
  return {
    virtualEvents,
    routes: virtualEventRoutes({ warehouse, virtualEvents, sessions, nowMs }),
    registerOverlay: (server) =>
      registerOverlay(server, {
        virtualEvents,
        sessions,
        workspaceName: async (workspaceId) => (await deps.workspace(workspaceId))?.name ?? "",
        count: (workspaceId, matchers) => countMatches(warehouse, workspaceId, { matchers, fromMs: nowMs() - RECENT_MS }),
      }),
  };
}
