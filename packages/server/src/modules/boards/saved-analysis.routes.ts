import * as api from "@terrace/contract/api/insight-saved";
import { DONE } from "@terrace/contract/route";
import type { AnalysisKind } from "@terrace/domain/insight/analysis-kind";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler, type RouteInput } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { pageOfChanged, placeOf } from "./changed-page.ts";
import { findDashboardsUsing } from "./uses.store.ts";
import { checkQuestion, segmentsNamed } from "./keep-question.ts";
import type { BoardDeps } from "./board-deps.ts";
import { isSeen, lookerOf, ownedView, requireChange, storedSharing } from "./ownership.ts";
import { openQuestion, sealJson } from "./sealed-question.ts";
import {
  countSavedAnalyses,
  deleteSavedAnalysis,
  findSavedAnalysis,
  ID,
  insertSavedAnalysis,
  loadSavedAnalyses,
  loadVersions,
  lockSavedAnalysis,
  replaceSavedAnalysis,
  SAVED_ANALYSES_MAX,
  type NewSavedAnalysis,
  type SavedAnalysisStored,
} from "./saved-analysis.store.ts";

/** Saved analyses: questions with a name. */
export function savedAnalysisRoutes(deps: BoardDeps): readonly RouteHandler[] {
  return [...reading(deps), ...making(deps), ...changing(deps)];
}

function reading(deps: BoardDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.listSavedAnalyses, async ({ query }, context) => {
      const rows = await loadSavedAnalyses(db, context.workspaceId, lookerOf(context), {
        search: query.search?.trim() ?? "",
        kind: query.kind,
        folder: query.folder,
        mine: query.mine === "true",
        archived: query.archived === "true",
        before: placeOf(query.cursor),
        limit: query.limit + 1,
      });
      const { page, next } = pageOfChanged(rows, query.limit);
      return { items: page.map((row) => rowView(row, context)), ...next };
    }),
    handle(api.getSavedAnalysis, async ({ params }, context) => {
      const row = await seenOrThrow(deps, context, params.analysis);
      const used = await findDashboardsUsing(db, context.workspaceId, { analysis: row.id });
      return { ...view(deps, row, context), usedBy: used.map((use) => ({ kind: "dashboard" as const, ...use })) };
    }),
    handle(api.listSavedAnalysisVersions, async ({ params, query }, context) => {
      const { id } = await seenOrThrow(deps, context, params.analysis);
      const before = query.cursor === undefined ? undefined : Number(decodeCursor(query.cursor, ["number"])[0]);
      const rows = await loadVersions(db, context.workspaceId, id, { before, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => ({ ...row, ...openQuestion(deps.privacy, row), changedAt: row.changedAt.toISOString() })),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.version]) } : {}),
      };
    }),
  ];
}

function making(deps: BoardDeps): readonly RouteHandler[] {
  return [
    handle(api.createSavedAnalysis, async ({ body }, context) => {
      checkQuestion(deps, body, "");
      const segments = await segmentsNamed(deps, context.workspaceId, body.query);
      const { sharing, query, ...rest } = body;
      const sealed = sealJson(deps.privacy, query);
      const made = await keep(deps, context, { ...rest, ...storedSharing(sharing), query: sealed, segments });
      return view(deps, made, context);
    }),
    handle(api.duplicateSavedAnalysis, async ({ params, body }, context) => {
      const source = await seenOrThrow(deps, context, params.analysis);
      return view(deps, await keep(deps, context, { ...source, name: body.name, sharedWith: [] }), context);
    }),
  ];
}

type Kept = Omit<NewSavedAnalysis, "owner" | "changedAt" | "changedBy">;

async function keep(deps: BoardDeps, context: RouteContext, kept: Kept): Promise<SavedAnalysisStored> {
  const { workspaceId, actor } = context;
  return inTransaction(deps.db, async (tx) => {
    if ((await countSavedAnalyses(tx, workspaceId)) >= SAVED_ANALYSES_MAX)
      throw faultError("saved.too_many", { mend: `A workspace has at most ${SAVED_ANALYSES_MAX} saved analyses; delete those not in use` });
    const made = await insertSavedAnalysis(tx, workspaceId, {
      ...kept,
      owner: lookerOf(context).name,
      changedAt: new Date(deps.nowMs()),
      changedBy: actor,
    });
    await record(deps, tx, context, { verb: "create", row: made });
    return made;
  });
}

function changing(deps: BoardDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.updateSavedAnalysis, async ({ params, body }, context) => {
      const seen = await seenOrThrow(deps, context, params.analysis);
      const question = openQuestion(deps.privacy, seen);
      const asked = { kind: body.kind ?? question.kind, query: body.query ?? question.query };
      if (body.kind !== undefined || body.query !== undefined) checkQuestion(deps, asked, "");
      const segments = body.query === undefined ? seen.segments : await segmentsNamed(deps, context.workspaceId, body.query);
      const changed = await inTransaction(db, async (tx) => {
        const row = await lockSavedAnalysis(tx, context.workspaceId, seen.id);
        if (row === undefined) throw unknownAnalysis();
        requireChange(row, context, body.basedOn);
        const next = changedRow(deps, context, { row, body, segments });
        await replaceSavedAnalysis(tx, context.workspaceId, next);
        await record(deps, tx, context, { verb: "update", row: next });
        return next;
      });
      return view(deps, changed, context);
    }),
    handle(api.deleteSavedAnalysis, async ({ params }, context) => {
      const { id } = await seenOrThrow(deps, context, params.analysis);
      await inTransaction(db, async (tx) => {
        const row = await lockSavedAnalysis(tx, context.workspaceId, id);
        if (row === undefined) throw unknownAnalysis();
        requireChange(row, context, undefined);
        const [first, ...more] = await findDashboardsUsing(tx, context.workspaceId, { analysis: id });
        if (first !== undefined)
          throw faultError("saved.in_use", {
            field: "analysis",
            mend: "Take it off the dashboards that show it, or put it away instead",
            details: { name: first.name, more: more.length },
          });
        await deleteSavedAnalysis(tx, context.workspaceId, id);
        await record(deps, tx, context, { verb: "delete", row });
      });
      return DONE;
    }),
  ];
}

type Change = {
  readonly row: SavedAnalysisStored;
  readonly body: RouteInput<typeof api.updateSavedAnalysis>["body"];
  readonly segments: readonly string[];
};

function changedRow(deps: BoardDeps, { actor }: RouteContext, { row, body, segments }: Change): SavedAnalysisStored {
  const now = new Date(deps.nowMs());
  const { archived, sharing, query, basedOn: _basedOn, ...plain } = body;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)) as Partial<SavedAnalysisStored>;
  return {
    ...row,
    ...given,
    ...(query === undefined ? {} : { query: sealJson(deps.privacy, query) }),
    ...(sharing === undefined ? {} : storedSharing(sharing)),
    segments,
    archivedAt: archived === undefined ? row.archivedAt : archived ? now : null,
    version: row.version + 1,
    changedAt: now,
    changedBy: actor,
  };
}

async function seenOrThrow({ db }: BoardDeps, context: RouteContext, id: string): Promise<SavedAnalysisStored> {
  const row = ID.test(id) ? await findSavedAnalysis(db, context.workspaceId, id) : undefined;
  if (row === undefined || !isSeen(row, context)) throw unknownAnalysis();
  return row;
}

function rowView(row: SavedAnalysisStored, context: RouteContext): api.SavedAnalysisRow {
  const { id, name, description, folder, tags } = row;
  // Only kinds that the contract knows are stored.
  const kind = row.kind as AnalysisKind;
  return {
    id,
    name,
    description,
    kind,
    folder,
    tags: [...tags],
    archivedAt: row.archivedAt?.toISOString() ?? null,
    ...ownedView(row, context),
  };
}

function view(deps: BoardDeps, row: SavedAnalysisStored, context: RouteContext): api.SavedAnalysis {
  return { ...rowView(row, context), query: openQuestion(deps.privacy, row).query, display: row.display };
}

type Act = { readonly verb: "create" | "update" | "delete"; readonly row: SavedAnalysisStored };

async function record(deps: BoardDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, row }: Act): Promise<void> {
  const detail = { name: row.name, analysis: row.kind, version: row.version };
  await deps.audit(tx, { workspaceId, actor, action: `saved_analysis.${verb}`, target: `saved_analysis:${row.id}`, detail, ip });
}

function unknownAnalysis(): Error {
  return faultError("saved.not_found", { field: "analysis" });
}
