import * as api from "@terrace/contract/api/classes";
import type { ClassView } from "@terrace/contract/api/classes";
import { DONE } from "@terrace/contract/route";
import { classTemplates } from "@terrace/domain/classes/class-templates";
import { dayStart, type Calendar } from "@terrace/domain/insight/time/calendar";
import { traitOfClass } from "@terrace/domain/traits/computed-traits";
import { isRfmKey } from "@terrace/domain/insight/rfm/rfm-classes";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { intervalsOf } from "../history.routes.ts";
import { scheduledView } from "../rfm/rfm.routes.ts";
import { findScoring, type ScoringRow } from "../rfm/rfm.store.ts";
import { openCondition } from "../live/live-plan.ts";
import { loadRulesOf } from "../live/rule.store.ts";
import { liveView } from "../segment-view.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { removeClass, replaceClass } from "./class.commands.ts";
import { countMoves, loadClasses, loadMoved, loadValues, type ClassRow, type ValueRow } from "./class.store.ts";

/** Classes of people: lifecycle stages, value layers, own ones. */
export function classRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  return [...definitions(deps), ...flows(deps)];
}

function definitions(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.listClasses, async (_input, { workspaceId }) => ({
      items: [
        ...(await viewsOf(
          deps,
          workspaceId,
          (await loadClasses(db, workspaceId)).filter(({ managedBy }) => managedBy === null),
        )),
      ],
    })),
    handle(api.listClassTemplates, async ({ query }, { workspaceId }) => {
      const templates = classTemplates(query.kind, await deps.businessEvents(workspaceId), query.language);
      const asked = templates.map(({ key, name, values }) => ({
        key,
        name,
        values: values.map(({ condition, ...value }) => ({ ...value, rule: condition })),
      }));
      return { items: asked };
    }),
    handle(api.getClass, async ({ params }, { workspaceId }) => viewOf(deps, workspaceId, params.class)),
    handle(api.putClass, async ({ params, body }, context) => {
      await replaceClass(deps, context, params.class, body);
      return viewOf(deps, context.workspaceId, params.class);
    }),
    handle(api.deleteClass, async ({ params }, context) => {
      if (isRfmKey(params.class))
        throw faultError("class.of_rfm", { field: "class", mend: "Switch RFM off instead: `DELETE …/rfm-traits`" });
      const row = await classOrThrow(deps, context.workspaceId, params.class);
      if (row.managedBy !== null) throw faultError("segment.managed", { field: "class", mend: "Delete the pyramid whose class it is" });
      await removeClass(deps, context, row);
      return DONE;
    }),
  ];
}

function flows(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.getClassFlow, async ({ params, query }, { workspaceId }) => {
      const row = await classOrThrow(deps, workspaceId, params.class);
      const calendar: Calendar = { zone: await deps.timeZone(workspaceId), weekStart: "monday" };
      const instants = intervalsOf(query, calendar, deps.nowMs()).map((day) => new Date(dayStart(day, calendar)));
      const bounds = instants.slice(1).map((to, index) => ({ from: instants[index] ?? to, to }));
      const moves = Map.groupBy(await countMoves(db, workspaceId, row.id, bounds), ({ step }) => step);
      return {
        zone: calendar.zone,
        since: row.createdAt.toISOString(),
        steps: bounds.map(({ from, to }, index) => ({
          fromAt: from.toISOString(),
          toAt: to.toISOString(),
          moves: (moves.get(index + 1) ?? []).map((move) => ({ from: move.from, to: move.to, people: move.people })),
        })),
      };
    }),
    handle(api.listClassMoves, async ({ params, query }, { workspaceId, fields }) => {
      const row = await classOrThrow(deps, workspaceId, params.class);
      const people = await loadMoved(db, {
        workspaceId,
        classId: row.id,
        bounds: [{ from: new Date(query.fromAt), to: new Date(query.toAt) }],
        from: query.from ?? null,
        to: query.to ?? null,
        after: query.after ?? "0",
        limit: api.FLOW_PEOPLE_MAX + 1,
      });
      const page = people.slice(0, api.FLOW_PEOPLE_MAX);
      const names = page.length === 0 ? undefined : await deps.displayNames(workspaceId, page, fields);
      const items = page.map((id) => ({ id, displayName: names?.get(id)?.displayName ?? "" }));
      return { items, next: people.length > page.length ? (page.at(-1) ?? null) : null };
    }),
  ];
}

async function classOrThrow(deps: SegmentDeps, workspaceId: number, key: string): Promise<ClassRow> {
  const [row] = await loadClasses(deps.db, workspaceId, key);
  if (row === undefined) throw unknownClass();
  return row;
}

function unknownClass(): Error {
  return faultError("class.not_found", { field: "class" });
}

async function viewOf(deps: SegmentDeps, workspaceId: number, key: string): Promise<ClassView> {
  const [view] = await viewsOf(deps, workspaceId, [await classOrThrow(deps, workspaceId, key)]);
  if (view === undefined) throw unknownClass();
  return view;
}

async function viewsOf(deps: SegmentDeps, workspaceId: number, rows: readonly ClassRow[]): Promise<readonly ClassView[]> {
  const values = Map.groupBy(await loadValues(deps.db, workspaceId), ({ classId }) => classId);
  const ids = [...values.values()].flat().map(({ segmentId }) => segmentId);
  const states = await loadRulesOf(deps.db, workspaceId, ids);
  const scoring = rows.some(({ key }) => isRfmKey(key)) ? await findScoring(deps.db, workspaceId) : undefined;
  return rows.map((row) => {
    const own = values.get(row.id) ?? [];
    const shown = isRfmKey(row.key)
      ? own.map((value) => scoredView(value, scoring))
      : own.flatMap((value) => valueView(deps, value, states));
    return {
      key: row.key,
      trait: traitOfClass(row.key),
      name: row.name,
      live: shown.every(({ live }) => live.stage === "live"),
      values: shown,
      createdAt: row.createdAt.toISOString(),
      createdBy: row.createdBy,
    };
  });
}

/** A value of RFM: nobody's rule, but as of when everyone was scored. */
function scoredView({ segmentId, value, name, people }: ValueRow, scoring: ScoringRow | undefined): ClassView["values"][number] {
  const asOf = scoring?.asOf?.toISOString() ?? null;
  const live = {
    stage: asOf === null ? ("building" as const) : ("live" as const),
    builtAt: asOf,
    changedAt: asOf,
    lag: null,
    scheduled: scoring === undefined ? null : scheduledView(scoring),
  };
  return { value, name, people, segment: segmentId, rule: null, live };
}

function valueView(
  deps: SegmentDeps,
  { segmentId, value, name, people, condition }: ValueRow,
  states: Awaited<ReturnType<typeof loadRulesOf>>,
): ClassView["values"] {
  const state = states.get(segmentId);
  if (state === undefined) return [];
  return [
    { value, name, people, segment: segmentId, rule: condition === null ? null : openCondition(deps, condition), live: liveView(state) },
  ];
}
