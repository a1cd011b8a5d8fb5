import * as api from "@terrace/contract/api/dashboards";
import { DONE } from "@terrace/contract/route";
import { NAMES_OF_TEMPLATES, templateEvents, tilesOfTemplate, type TemplateEvents } from "@terrace/domain/insight/boards/templates";
import type { Tile } from "@terrace/domain/insight/boards/tile";
import { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { pageOfChanged, placeOf } from "./changed-page.ts";
import {
  countDashboards,
  DASHBOARDS_MAX,
  deleteDashboard,
  findDashboard,
  insertDashboard,
  loadDashboards,
  lockDashboard,
  replaceDashboard,
  type DashboardStored,
  type NewDashboard,
} from "./dashboard.store.ts";
import { checkQuestion, segmentsNamed } from "./keep-question.ts";
import type { BoardDeps } from "./board-deps.ts";
import { isSeen, lookerOf, ownedView, requireChange, storedSharing } from "./ownership.ts";
import { findAnalysisIds, ID } from "./saved-analysis.store.ts";
import { openJson, sealJson } from "./sealed-question.ts";

const contentSchema = z.object({ tiles: z.array(api.tileSchema), settings: api.boardSettingsSchema });
type Content = z.output<typeof contentSchema>;

/** Dashboards: tiles on a grid, under one period and one filter. */
export function dashboardRoutes(deps: BoardDeps): readonly RouteHandler[] {
  return [...reading(deps), ...making(deps), ...changing(deps)];
}

function reading(deps: BoardDeps): readonly RouteHandler[] {
  return [
    handle(api.listDashboards, async ({ query }, context) => {
      const rows = await loadDashboards(deps.db, context.workspaceId, lookerOf(context), {
        search: query.search?.trim() ?? "",
        mine: query.mine === "true",
        before: placeOf(query.cursor),
        limit: query.limit + 1,
      });
      const { page, next } = pageOfChanged(rows, query.limit);
      return { items: page.map((row) => rowView(row, context)), ...next };
    }),
    handle(api.getDashboard, async ({ params }, context) => view(deps, await seenOrThrow(deps, context, params.dashboard), context)),
  ];
}

function making(deps: BoardDeps): readonly RouteHandler[] {
  return [
    handle(api.createDashboard, async ({ body }, context) => {
      const { name, description, template, language, settings, sharing } = body;
      const ready = template === undefined ? [] : tilesOfTemplate(template, await eventsOf(deps, context.workspaceId), language);
      const tiles = [...ready.map(mutable), ...body.tiles];
      const content = await checkedContent(deps, context, { tiles, settings });
      return view(deps, await keep(deps, context, { name, description, ...content, ...storedSharing(sharing) }), context);
    }),
    handle(api.duplicateDashboard, async ({ params, body }, context) => {
      const source = await seenOrThrow(deps, context, params.dashboard);
      return view(deps, await keep(deps, context, { ...source, name: body.name, sharedWith: [] }), context);
    }),
  ];
}

async function eventsOf({ eventNamesAmong, businessEvents }: BoardDeps, workspaceId: number): Promise<TemplateEvents> {
  return templateEvents(await eventNamesAmong(workspaceId, NAMES_OF_TEMPLATES), await businessEvents(workspaceId));
}

/** A ready-made tile in the contract's own, changeable form. */
function mutable(tile: Tile): Content["tiles"][number] {
  return api.tileSchema.parse(tile);
}

async function keep(
  deps: BoardDeps,
  context: RouteContext,
  kept: Omit<NewDashboard, "owner" | "changedAt" | "changedBy">,
): Promise<DashboardStored> {
  const { workspaceId, actor } = context;
  return inTransaction(deps.db, async (tx) => {
    if ((await countDashboards(tx, workspaceId)) >= DASHBOARDS_MAX)
      throw faultError("saved.too_many", { mend: `A workspace has at most ${DASHBOARDS_MAX} dashboards; delete those not in use` });
    const made = await insertDashboard(tx, workspaceId, {
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
    handle(api.updateDashboard, async ({ params, body }, context) => {
      const seen = await seenOrThrow(deps, context, params.dashboard);
      const before = openContent(deps, seen);
      const { name, description, tiles, settings, sharing, basedOn } = body;
      const isContent = tiles !== undefined || settings !== undefined;
      const content = isContent
        ? await checkedContent(deps, context, { tiles: tiles ?? before.tiles, settings: settings ?? before.settings })
        : {};
      const changed = await inTransaction(db, async (tx) => {
        const row = await lockDashboard(tx, context.workspaceId, seen.id);
        if (row === undefined) throw unknownDashboard();
        requireChange(row, context, basedOn);
        const next: DashboardStored = {
          ...row,
          ...content,
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
          ...(sharing === undefined ? {} : storedSharing(sharing)),
          version: row.version + 1,
          changedAt: new Date(deps.nowMs()),
          changedBy: context.actor,
        };
        await replaceDashboard(tx, context.workspaceId, next);
        await record(deps, tx, context, { verb: "update", row: next });
        return next;
      });
      return view(deps, changed, context);
    }),
    handle(api.deleteDashboard, async ({ params }, context) => {
      const { id } = await seenOrThrow(deps, context, params.dashboard);
      await inTransaction(db, async (tx) => {
        const row = await lockDashboard(tx, context.workspaceId, id);
        if (row === undefined) throw unknownDashboard();
        requireChange(row, context, undefined);
        await deleteDashboard(tx, context.workspaceId, id);
        await record(deps, tx, context, { verb: "delete", row });
      });
      return DONE;
    }),
  ];
}

/** Tiles and settings as they are stored, with what they name. Throws the faults of what a tile asks, and `saved.not_found` for an analysis that is not there. */
async function checkedContent(
  deps: BoardDeps,
  { workspaceId }: RouteContext,
  { tiles, settings }: Content,
): Promise<Pick<DashboardStored, "content" | "analyses" | "segments" | "tileCount">> {
  if (new Set(tiles.map(({ id }) => id)).size < tiles.length)
    throw faultError("request.invalid", { field: "tiles", mend: "Give each tile an id of its own" });
  for (const [index, { content }] of tiles.entries())
    if (content.kind === "question") checkQuestion(deps, content.ask, `tiles[${index}].content.ask`);
  const analyses = [...new Set(tiles.flatMap(({ content }) => (content.kind === "analysis" ? [content.analysis] : [])))];
  const known = await findAnalysisIds(
    deps.db,
    workspaceId,
    analyses.filter((id) => ID.test(id)),
  );
  const missing = analyses.find((id) => !known.has(id));
  if (missing !== undefined)
    throw faultError("saved.not_found", { field: "tiles", mend: "Choose a saved analysis", details: { analysis: missing } });
  const segments = await segmentsNamed(deps, workspaceId, { tiles, settings });
  return { content: sealJson(deps.privacy, { tiles, settings }), analyses, segments, tileCount: tiles.length };
}

function openContent({ privacy }: BoardDeps, row: DashboardStored): Content {
  return contentSchema.parse(openJson(privacy, row.content));
}

async function seenOrThrow({ db }: BoardDeps, context: RouteContext, id: string): Promise<DashboardStored> {
  const row = ID.test(id) ? await findDashboard(db, context.workspaceId, id) : undefined;
  if (row === undefined || !isSeen(row, context)) throw unknownDashboard();
  return row;
}

function rowView(row: DashboardStored, context: RouteContext): api.DashboardRow {
  const { id, name, description, tileCount } = row;
  return { id, name, description, tileCount, ...ownedView(row, context) };
}

function view(deps: BoardDeps, row: DashboardStored, context: RouteContext): api.Dashboard {
  return { ...rowView(row, context), ...openContent(deps, row) };
}

type Act = { readonly verb: "create" | "update" | "delete"; readonly row: DashboardStored };

async function record(deps: BoardDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { verb, row }: Act): Promise<void> {
  const detail = { name: row.name, tiles: row.tileCount, version: row.version };
  await deps.audit(tx, { workspaceId, actor, action: `dashboard.${verb}`, target: `dashboard:${row.id}`, detail, ip });
}

function unknownDashboard(): Error {
  return faultError("dashboard.not_found", { field: "dashboard" });
}
