import { createVirtualEvent, deleteVirtualEvent, listVirtualEvents, openVisualSession } from "@terrace/contract/api/virtual-events";
import { DONE } from "@terrace/contract/route";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import type { Warehouse } from "../../../platform/storage/clickhouse.ts";
import type { VirtualEventRow } from "./virtual-event.store.ts";
import { loadVirtualFigures } from "./virtual-event.views.ts";
import type { VirtualEvents } from "./virtual-events.ts";
import type { VisualSessions } from "./visual-session.ts";

export type VirtualRouteDeps = {
  readonly warehouse: Warehouse;
  readonly virtualEvents: VirtualEvents;
  readonly sessions: VisualSessions;
  readonly nowMs: () => number;
};

const RECENT_MS = 30 * 86_400_000;

/** Virtual events as the console sees them. */
export function virtualEventRoutes({ warehouse, virtualEvents, sessions, nowMs }: VirtualRouteDeps): readonly RouteHandler[] {
  return [
    handle(listVirtualEvents, async (_, { workspaceId }) => {
      const events = await virtualEvents.list(workspaceId);
      const figures = await loadVirtualFigures(warehouse, workspaceId, { events, recentFromMs: nowMs() - RECENT_MS });
      return {
        items: events.map((event) => {
          const found = figures.get(event.name);
          return {
            ...presentVirtual(event),
            volume: found?.volume ?? 0,
            volume30Days: found?.recent ?? 0,
            lastSeenAt: found === undefined ? null : new Date(found.lastMs).toISOString(),
          };
        }),
      };
    }),
    handle(createVirtualEvent, async ({ body }, context) => presentVirtual(await virtualEvents.create(context, body))),
    handle(deleteVirtualEvent, async ({ params }, context) => {
      await virtualEvents.remove(context, params.name);
      return DONE;
    }),
    handle(openVisualSession, ({ body }, { workspaceId, caller, actor }) => {
      if (caller.kind !== "operator") throw faultError("session.missing", { mend: "Sign in to the console; keys cannot do this" });
      const { url, origin, expiresMs } = sessions.open({ workspaceId, operatorId: caller.operatorId, actor }, body.url);
      return Promise.resolve({ url, origin, expiresAt: new Date(expiresMs).toISOString() });
    }),
  ];
}

/** A virtual event as the API shows it. */
export function presentVirtual({ createdAt, ...event }: VirtualEventRow) {
  return { ...event, createdAt: createdAt.toISOString() };
}
