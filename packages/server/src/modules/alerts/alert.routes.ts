import type { AuditActionOf } from "@terrace/contract/audit-actions";
import * as api from "@terrace/contract/api/alerts";
import type { AlertEventView, AlertView } from "@terrace/contract/api/alerts";
import { DONE } from "@terrace/contract/route";
import { checkRule, fittingUnit } from "@terrace/domain/insight/alerts/alert-rule";
import type { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { acknowledgeEvent, loadEvents, type AlertEventRow } from "./alert-event.store.ts";
import { ALERTS_MAX, deleteAlert, insertAlert, loadAlerts, muteAlert, updateAlert, type AlertRow, type AlertSet } from "./alert.store.ts";
import type { AlertDeps } from "./alert-deps.ts";
import { previewRoute } from "./preview.ts";
import { readWatched, type Question } from "./read-watched.ts";

type Body = z.output<typeof api.createAlert.body>;
const ID = /^[1-9]\d{0,17}$/;

/** Managing alerts, and their history. */
export function alertRoutes(deps: AlertDeps): readonly RouteHandler[] {
  return [...managing(deps), ...steering(deps), previewRoute(deps), ...history(deps)];
}

function managing(deps: AlertDeps): readonly RouteHandler[] {
  return [
    handle(api.listAlerts, async (_input, { workspaceId }) => ({
      items: (await loadAlerts(deps.db, workspaceId)).map((row) => alertView(deps, row)),
    })),
    handle(api.createAlert, async ({ body }, context) => {
      const set = await setOf(deps, body, context);
      const id = await inTransaction(deps.db, async (tx) => {
        const made = await insertAlert(tx, context.workspaceId, set, { by: context.actor, at: new Date(deps.nowMs()) });
        if (made === undefined)
          throw faultError("request.conflict", { mend: `A workspace has at most ${ALERTS_MAX} alerts; delete those not in use` });
        await record(deps, tx, context, { action: "alert.create", id: made, detail: { name: body.name, rule: body.rule.kind } });
        return made;
      });
      return viewOf(deps, context, id);
    }),
    handle(api.updateAlert, async ({ params, body }, context) => {
      const set = await setOf(deps, body, context);
      await inTransaction(deps.db, async (tx) => {
        if (!(await updateAlert(tx, context.workspaceId, idOf(params.alert), { ...set, at: new Date(deps.nowMs()) }))) throw unknownAlert();
        await record(deps, tx, context, { action: "alert.update", id: params.alert, detail: { name: body.name, paused: body.paused } });
      });
      return viewOf(deps, context, params.alert);
    }),
    handle(api.deleteAlert, async ({ params }, context) => {
      await inTransaction(deps.db, async (tx) => {
        const name = await deleteAlert(tx, context.workspaceId, idOf(params.alert));
        if (name === undefined) throw unknownAlert();
        await record(deps, tx, context, { action: "alert.delete", id: params.alert, detail: { name } });
      });
      return DONE;
    }),
  ];
}

function steering(deps: AlertDeps): readonly RouteHandler[] {
  return [
    handle(api.muteAlert, async ({ params, body }, context) => {
      await inTransaction(deps.db, async (tx) => {
        const until = body.until === null ? null : new Date(body.until);
        if (!(await muteAlert(tx, context.workspaceId, idOf(params.alert), until))) throw unknownAlert();
        await record(deps, tx, context, { action: "alert.mute", id: params.alert, detail: { until: until?.toISOString() ?? "" } });
      });
      return viewOf(deps, context, params.alert);
    }),
    handle(api.acknowledgeAlert, async ({ params }, context) => {
      const { workspaceId, actor } = context;
      await inTransaction(deps.db, async (tx) => {
        const noted = { by: actor, at: new Date(deps.nowMs()) };
        if (!ID.test(params.event) || !(await acknowledgeEvent(tx, workspaceId, params.event, noted))) throw unknownAlert("event");
        await record(deps, tx, context, { action: "alert.acknowledge", id: params.event, detail: {} });
      });
      const [row] = await loadEvents(deps.db, workspaceId, {
        alertId: undefined,
        id: params.event,
        state: undefined,
        beforeId: undefined,
        limit: 1,
      });
      if (row === undefined) throw unknownAlert("event");
      return eventView(row);
    }),
  ];
}

function history(deps: AlertDeps): readonly RouteHandler[] {
  return [
    handle(api.listAlertEvents, async ({ query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const alertId = query.alert === undefined ? undefined : idOf(query.alert);
      const rows = await loadEvents(deps.db, workspaceId, { alertId, state: query.state, beforeId, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(eventView),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
  ];
}

/** What is to be kept; asked once as the operator, who must be allowed to see what is watched, and to whom its faults are told. */
async function setOf(deps: AlertDeps, body: Body, context: RouteContext): Promise<AlertSet> {
  const { name, interval, targetIds, paused } = body;
  const rule = valueOrThrow(checkRule(body.rule));
  const { workspaceId } = context;
  const known = await deps.notify.languagesOf(deps.db, workspaceId, targetIds);
  if (targetIds.some((id) => !known.has(id)))
    throw faultError("notice.target_not_found", { field: "targetIds", mend: "Choose targets of this workspace" });
  const zone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  const watched = await readWatched(deps, body.question, { interval, count: 1, zone, nowMs: deps.nowMs(), asker: context });
  const unit = valueOrThrow(fittingUnit(rule, body.unit, watched.unit));
  return { name, question: sealText(deps.privacy, JSON.stringify(body.question)), rule, interval, unit, targetIds, paused };
}

function alertView({ privacy }: AlertDeps, row: AlertRow): AlertView {
  const { id, name, interval, unit, paused, lastValue, createdBy } = row;
  // Sealed by `setOf` only.
  const question = JSON.parse(openText(privacy, row.question)) as Question as AlertView["question"];
  return {
    id,
    name,
    question,
    rule: row.rule,
    interval,
    unit,
    targetIds: [...row.targetIds],
    paused,
    mutedUntil: row.mutedUntil?.toISOString() ?? null,
    state: row.failure !== null ? "failing" : row.openSince !== null ? "alarm" : lastValue === null ? "waiting" : "ok",
    lastValue,
    evaluatedAt: row.evaluatedAt?.toISOString() ?? null,
    failure: row.failure ?? "",
    createdBy,
    createdAt: row.createdAt.toISOString(),
  };
}

function eventView(row: AlertEventRow): AlertEventView {
  const { id, alertId, alertName, unit, value, low, high, muted, failure, acknowledgedBy } = row;
  const times = {
    intervalFrom: row.intervalFrom.toISOString(),
    beganAt: row.beganAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
  return {
    id,
    alertId,
    alertName,
    unit,
    value,
    low,
    high,
    muted,
    failure,
    acknowledgedBy,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    ...times,
  };
}

async function viewOf(deps: AlertDeps, { workspaceId }: RouteContext, id: string): Promise<AlertView> {
  const [row] = await loadAlerts(deps.db, workspaceId, id);
  if (row === undefined) throw unknownAlert();
  return alertView(deps, row);
}

type Act = { readonly action: AuditActionOf<"alert">; readonly id: string; readonly detail: Readonly<Record<string, string | boolean>> };

async function record({ audit }: AlertDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, id, detail }: Act): Promise<void> {
  await audit(tx, { workspaceId, actor, action, target: `alert:${id}`, detail, ip });
}

function idOf(text: string): string {
  if (!ID.test(text)) throw unknownAlert();
  return text;
}

function unknownAlert(field = "alert"): Error {
  return faultError("alert.not_found", { field });
}
