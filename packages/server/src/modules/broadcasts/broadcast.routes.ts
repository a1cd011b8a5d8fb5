import * as api from "@terrace/contract/api/broadcasts";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { approve, beginBroadcast, cancel, choose, deleteDraft, reject, resume, saveDraft, stop, submit } from "./broadcast.commands.ts";
import type { BroadcastDeps } from "./broadcast-deps.ts";
import { loadBroadcasts } from "./broadcast.store.ts";
import { viewBroadcast, viewFigures, viewRow } from "./broadcast.views.ts";
import { faultsOf } from "./check.ts";

/** Broadcasts and their moves. */
export function broadcastRoutes(deps: BroadcastDeps): readonly RouteHandler[] {
  return [...definitionRoutes(deps), ...moveRoutes(deps)];
}

function definitionRoutes(deps: BroadcastDeps): readonly RouteHandler[] {
  return [
    handle(api.listBroadcasts, async ({ query: { cursor, limit } }, { workspaceId }) => {
      const before = cursor === undefined ? undefined : String(decodeCursor(cursor, ["id"])[0]);
      const rows = await loadBroadcasts(deps.db, workspaceId, { before, limit: limit + 1 });
      const items = rows.slice(0, limit).map((row) => viewRow(row, deps.nowMs()));
      const last = items.at(-1);
      return { items, ...(rows.length > limit && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}) };
    }),
    handle(api.getBroadcast, ({ params }, { workspaceId }) => viewBroadcast(deps, workspaceId, params.broadcast)),
    handle(api.getBroadcastFigures, ({ params }, { workspaceId }) => viewFigures(deps, workspaceId, params.broadcast)),
    handle(api.createBroadcast, async ({ body }, context) =>
      viewBroadcast(deps, context.workspaceId, await beginBroadcast(deps, context, body)),
    ),
    handle(api.saveBroadcast, async ({ params, body }, context) => {
      await saveDraft(deps, context, { id: params.broadcast, ...body });
      return viewBroadcast(deps, context.workspaceId, params.broadcast);
    }),
    handle(api.deleteBroadcast, async ({ params }, context) => {
      await deleteDraft(deps, context, params.broadcast);
      return {};
    }),
    handle(api.checkBroadcast, async ({ body }, { workspaceId }) => ({
      faults: [...(await faultsOf(deps, deps.db, workspaceId, body.definition))],
    })),
  ];
}

function moveRoutes(deps: BroadcastDeps): readonly RouteHandler[] {
  const moved = async ({ workspaceId }: RouteContext, id: string, move: Promise<void>) => {
    await move;
    return viewBroadcast(deps, workspaceId, id);
  };
  return [
    handle(api.submitBroadcast, ({ params: { broadcast: id }, body }, context) =>
      moved(context, id, submit(deps, context, { id, ...body })),
    ),
    handle(api.approveBroadcast, ({ params: { broadcast: id }, body }, context) =>
      moved(context, id, approve(deps, context, { id, ...body })),
    ),
    handle(api.rejectBroadcast, ({ params: { broadcast: id }, body }, context) =>
      moved(context, id, reject(deps, context, { id, ...body })),
    ),
    handle(api.stopBroadcast, ({ params: { broadcast: id }, body }, context) => moved(context, id, stop(deps, context, { id, ...body }))),
    handle(api.resumeBroadcast, ({ params: { broadcast: id }, body }, context) =>
      moved(context, id, resume(deps, context, { id, ...body })),
    ),
    handle(api.cancelBroadcast, ({ params: { broadcast: id }, body }, context) =>
      moved(context, id, cancel(deps, context, { id, ...body })),
    ),
    handle(api.chooseBroadcastVariant, ({ params: { broadcast: id }, body }, context) =>
      moved(context, id, choose(deps, context, { id, ...body })),
    ),
  ];
}
