import {
  createMerge as createMergeContract,
  decideConflict as decideConflictContract,
  listConflicts,
  listMerges,
  previewMerge as previewMergeContract,
  takeBackMerge as takeBackMergeContract,
} from "@terrace/contract/api/merges";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { createMerge, decideConflict, takeBackMerge, valueOrThrow, type MergeCommandDeps } from "./merge.commands.ts";
import { findConflict, loadConflicts, loadMerges, type ConflictRow, type MergeRow } from "./merge.store.ts";
import { presentConflicts, presentMerges, previewMerge, type MergeViewDeps } from "./merge.views.ts";
import { loadOrigins } from "./person.views.ts";
import { ownerOrThrow } from "./person-owner.ts";

export type MergeRouteDeps = MergeCommandDeps & MergeViewDeps;

/** Joining and parting people by hand, and the queue of joins that were refused. */
export function mergeRoutes(deps: MergeRouteDeps): readonly RouteHandler[] {
  return [...mergesOf(deps), ...conflictsOf(deps)];
}

function mergesOf(deps: MergeRouteDeps): readonly RouteHandler[] {
  return [
    handle(previewMergeContract, async ({ body }, context) => {
      const preview = await previewMerge(deps, context.workspaceId, pairOf(body.people), context.fields);
      if (preview === undefined) throw faultError("person.not_found", { field: "people", mend: "Search for the person by one of its ids" });
      return preview;
    }),
    handle(createMergeContract, async ({ body }, context) =>
      oneMerge(deps, context, valueOrThrow(await createMerge(deps, context, { ...body, people: pairOf(body.people) }))),
    ),
    handle(takeBackMergeContract, async ({ params }, context) =>
      oneMerge(deps, context, valueOrThrow(await takeBackMerge(deps, context, params.merge))),
    ),
    handle(listMerges, async ({ query }, context) => {
      const { workspaceId } = context;
      const originIds =
        query.person === undefined
          ? undefined
          : await loadOrigins(deps.db, workspaceId, await ownerOrThrow(deps.db, workspaceId, query.person));
      const rows = await loadMerges(deps.db, workspaceId, { limit: query.limit + 1, beforeId: placeIn(query.cursor) }, originIds);
      const shown = rows.slice(0, query.limit);
      return {
        items: await presentMerges(deps, context, shown),
        ...nextOf(rows.length > shown.length ? shown.at(-1)?.mergeId : undefined),
      };
    }),
  ];
}

function conflictsOf(deps: MergeRouteDeps): readonly RouteHandler[] {
  return [
    handle(listConflicts, async ({ query }, context) => {
      const { workspaceId } = context;
      const rows = await loadConflicts(deps.db, workspaceId, { limit: query.limit + 1, beforeId: placeIn(query.cursor) }, query.state);
      const shown = rows.slice(0, query.limit);
      return {
        items: await presentConflicts(deps, context, shown),
        ...nextOf(rows.length > shown.length ? shown.at(-1)?.conflictId : undefined),
      };
    }),
    handle(decideConflictContract, async ({ params, body }, context) => {
      const decided: ConflictRow = valueOrThrow(await decideConflict(deps, context, params.conflict, body.decision));
      const [view] = await presentConflicts(deps, context, [
        (await findConflict(deps.db, context.workspaceId, params.conflict)) ?? decided,
      ]);
      if (view === undefined) throw new Error("a conflict that was just decided is gone");
      return view;
    }),
  ];
}

async function oneMerge(deps: MergeRouteDeps, context: RouteContext, row: MergeRow) {
  const [view] = await presentMerges(deps, context, [row]);
  if (view === undefined) throw new Error("a merge that was just written is gone");
  return view;
}

/** The contract admits exactly two. */
function pairOf(ids: readonly string[]): readonly [string, string] {
  return [ids[0] ?? "", ids[1] ?? ""];
}

function placeIn(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : String(decodeCursor(cursor, ["id"])[0]);
}

function nextOf(lastId: string | undefined): { readonly nextCursor?: string } {
  return lastId === undefined ? {} : { nextCursor: encodeCursor([lastId]) };
}
