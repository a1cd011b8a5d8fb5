import * as api from "@terrace/contract/api/segments";
import type { SegmentView } from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { conditionKind } from "@terrace/domain/conditions/condition-kind";
import type { StandingSchedule } from "@terrace/domain/segments/standing";
import { DONE } from "@terrace/contract/route";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { figureRoutes } from "./figures.routes.ts";
import { historyRoutes } from "./history.routes.ts";
import { changeList, createList } from "./list.commands.ts";
import { forgetSegment } from "./member-copy.store.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { recordSegment, takeSnapshot } from "./segment.commands.ts";
import { placeOf, retrack, stopEngine } from "./live/retrack.ts";
import { openCondition } from "./live/live-plan.ts";
import { findRule, loadRulesOf } from "./live/rule.store.ts";
import { namedUses, type SegmentUses } from "./rule-uses.ts";
import { createRuleSegment, replaceRule, replaceSchedule } from "./rule.commands.ts";
import { ownFigure } from "./own-figures.ts";
import { segmentOrThrow, unknownSegment } from "./segment-of-id.ts";
import { deleteSegment, isLiveKind, loadSegments, loadSegmentsOf, lockSegments, updateSegment, type SegmentRow } from "./segment.store.ts";
import { refuseUsed, usesOf } from "./segment-uses.ts";
import { sealFigure, segmentView, type Figure } from "./segment-view.ts";

/** Ids taken in by one statement. */
const IDS_AT_ONCE = 10_000;

/** Segments: groups of people with a name. */
export function segmentRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  return [...reading(deps), ...making(deps), ...changing(deps), ...figureRoutes(deps), ...historyRoutes(deps)];
}

function reading(deps: SegmentDeps): readonly RouteHandler[] {
  const { db, privacy } = deps;
  return [
    handle(api.listSegments, async ({ query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const asked = { search: query.search?.trim() ?? "", archived: query.archived === "true", beforeId, limit: query.limit + 1 };
      const rows = await loadSegments(db, workspaceId, asked);
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      const rules = await loadRulesOf(
        db,
        workspaceId,
        page.map(({ id }) => id),
      );
      return {
        items: page.map((row) => segmentView(privacy, row, rules.get(row.id))),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.getSegment, async ({ params }, { workspaceId }) => {
      const row = await segmentOrThrow(db, workspaceId, params.segment);
      return {
        ...(await viewOf(deps, workspaceId, row.id)),
        usedBy: [...(await usesOf(deps, workspaceId, row.id))],
        uses: await usedIn(deps, workspaceId, row.id),
      };
    }),
    handle(api.listPersonSegments, async ({ params }, { workspaceId }) => {
      const { originIds } = await deps.personOf(workspaceId, params.person);
      const rows = await loadSegmentsOf(db, workspaceId, originIds);
      return { items: rows.filter(({ managedBy }) => managedBy === null).map(({ id, name, kind }) => ({ id, name, kind })) };
    }),
  ];
}

function making(deps: SegmentDeps): readonly RouteHandler[] {
  const { privacy } = deps;
  return [
    handle(api.createSegment, async ({ body }, context) => {
      const { name } = body;
      if ("rule" in body || "combination" in body) {
        const made = await createRuleSegment(deps, context, name, body);
        return { ...(await viewOf(deps, context.workspaceId, made)), unknown: 0 };
      }
      if ("list" in body) {
        const made = await createList(deps, context, body);
        return { ...(await viewOf(deps, context.workspaceId, made.id)), unknown: made.unknown };
      }
      const { id, unknown } = await ("from" in body
        ? takeSnapshot(deps, context, {
            name,
            madeFrom: sealFigure(privacy, body.from),
            people: behind(deps, body.from, context),
            origin: body.from.kind,
          })
        : takeSnapshot(deps, context, { name, madeFrom: null, people: inParts([...new Set(body.people)]), origin: "ids" }));
      return { ...(await viewOf(deps, context.workspaceId, id)), unknown };
    }),
  ];
}

function changing(deps: SegmentDeps): readonly RouteHandler[] {
  const { db, nowMs } = deps;
  return [
    handle(api.updateSegment, async ({ params, body }, context) => {
      const { workspaceId } = context;
      const { id } = await changeableOrThrow(db, workspaceId, params.segment);
      const { name, archived } = body;
      const asked = changesRule(body);
      await inTransaction(db, async (tx) => {
        if (asked) {
          await lockSegments(tx, workspaceId);
          await stopEngine(tx, workspaceId);
        }
        const archivedAt = archived === undefined ? undefined : archived ? new Date(nowMs()) : null;
        if (!(await updateSegment(tx, workspaceId, id, { name, archivedAt }))) throw unknownSegment();
        await recordSegment(deps, tx, context, { verb: "update", id, detail: detailOf(body) });
        if (asked) await changeAsked(deps, tx, workspaceId, { id, ...body });
      });
      return viewOf(deps, workspaceId, id);
    }),
    handle(api.deleteSegment, async ({ params }, context) => {
      const { workspaceId } = context;
      const { id, kind, name, size } = await changeableOrThrow(db, workspaceId, params.segment);
      const place = isLiveKind(kind) ? await placeOf(deps, workspaceId) : undefined;
      await inTransaction(db, async (tx) => {
        await lockSegments(tx, workspaceId);
        // In the order in which rules are changed, so that none begins to ask about it meanwhile.
        await refuseUsed(deps, workspaceId, id, { field: "segment" });
        if (place !== undefined) await stopEngine(tx, workspaceId);
        await deleteSegment(tx, workspaceId, id);
        await recordSegment(deps, tx, context, { verb: "delete", id, detail: { name, people: size } });
        if (place !== undefined) await retrack(deps, tx, workspaceId, { place });
      });
      await forgetSegment(deps.warehouse, workspaceId, id);
      return DONE;
    }),
    handle(api.changeSegmentPeople, async ({ params, body }, context) => {
      const { id, kind } = await changeableOrThrow(db, context.workspaceId, params.segment);
      if (kind !== "list") throw faultError("segment.no_list", { field: "segment", mend: "Choose a segment that was made as a list" });
      return changeList(deps, context, id, body);
    }),
  ];
}

type Change = z.output<typeof api.updateSegment.body>;

function changesRule({ rule, combination, schedule }: Change): boolean {
  if (rule !== undefined && combination !== undefined)
    throw faultError("request.invalid", { field: "combination", mend: "Give `rule` or `combination`, not both" });
  if (combination !== undefined && schedule !== undefined)
    throw faultError("request.invalid", { field: "schedule", mend: "Only a segment by rule has a schedule" });
  return rule !== undefined || combination !== undefined || schedule !== undefined;
}

/** What is noted of a change: new names, and which other parts are new. */
function detailOf({ name, archived, ...parts }: Change): Readonly<Record<string, string | boolean>> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(archived === undefined ? {} : { archived }),
    ...Object.fromEntries(Object.keys(parts).map((part) => [part, true])),
  };
}

async function changeAsked(
  deps: SegmentDeps,
  tx: Tx,
  workspaceId: number,
  { id, rule, combination, schedule }: Change & { readonly id: string },
): Promise<void> {
  if (combination !== undefined) return replaceRule(deps, tx, workspaceId, { id, asked: { combination } });
  if (rule !== undefined)
    return replaceRule(deps, tx, workspaceId, { id, asked: { rule, schedule: schedule ?? (await scheduleOf(tx, workspaceId, id, rule)) } });
  if (schedule !== undefined) await replaceSchedule(deps, tx, workspaceId, { id, schedule });
}

/** The schedule that a rule had stays with the next one, should that have a use for it. */
async function scheduleOf(tx: Tx, workspaceId: number, id: string, rule: PersonCondition): Promise<StandingSchedule | undefined> {
  if (conditionKind(rule) !== "population") return undefined;
  return (await findRule(tx, workspaceId, id))?.schedule ?? undefined;
}

/** Whoever may not see the figure may not learn from a segment who is behind it. */
function behind(deps: SegmentDeps, { kind, query, cell }: Figure, context: RouteContext): AsyncIterator<readonly string[]> {
  for (const permission of ["events:read", "people:read"] as const)
    if (!context.may(permission))
      throw faultError("role.not_allowed", { mend: "Ask for a role that sees the people behind figures", details: { permission } });
  const body = { ...query, ...(cell === undefined ? {} : { cell }) };
  return (ownFigure(deps, kind, body, context) ?? deps.peopleBehind(kind, body, context))[Symbol.asyncIterator]();
}

async function usedIn(deps: SegmentDeps, workspaceId: number, id: string): Promise<SegmentUses> {
  const rule = await findRule(deps.db, workspaceId, id);
  return rule === undefined
    ? { segments: [], events: [], traits: [], tags: [] }
    : namedUses(deps.db, workspaceId, openCondition(deps, rule.condition));
}

async function viewOf(deps: SegmentDeps, workspaceId: number, id: string): Promise<SegmentView> {
  const row = await segmentOrThrow(deps.db, workspaceId, id);
  return segmentView(deps.privacy, row, isLiveKind(row.kind) ? await findRule(deps.db, workspaceId, id) : undefined);
}

const MANAGED_MEND = {
  tag: "Change the tag rule that it is kept for",
  class: "Change the class whose value it is",
  population: "Change the rules that ask where people stand among all",
  layer: "Change the pyramid that it is kept for",
} as const;

/** One that is not kept for something else. */
async function changeableOrThrow(db: Db, workspaceId: number, id: string): Promise<SegmentRow> {
  const row = await segmentOrThrow(db, workspaceId, id);
  if (row.managedBy !== null)
    throw faultError("segment.managed", {
      field: "segment",
      mend: MANAGED_MEND[row.managedBy],
    });
  return row;
}

async function* inParts(ids: readonly string[]): AsyncGenerator<readonly string[]> {
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) yield ids.slice(from, from + IDS_AT_ONCE);
}
