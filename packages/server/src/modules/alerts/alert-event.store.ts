import type { FigureUnit } from "@terrace/domain/insight/reports/report";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type AlertEventRow = {
  readonly id: string;
  readonly alertId: string;
  readonly alertName: string;
  readonly unit: FigureUnit;
  readonly intervalFrom: Date;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly beganAt: Date;
  readonly endedAt: Date | null;
  readonly muted: boolean;
  /** The code of the fault for a time in which it could not be looked at; empty for an alarm. */
  readonly failure: string;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Date | null;
};
export type NewEvent = Pick<AlertEventRow, "alertId" | "intervalFrom" | "value" | "low" | "high" | "beganAt" | "muted">;

/** Begins a time of alarm; undefined when the interval began one before. */
export async function beginEvent(tx: Tx, workspaceId: number, event: NewEvent): Promise<string | undefined> {
  const [row] = await tx<{ id: string }[]>`
    insert into alert_event (workspace_id, alert_id, interval_from, value, low, high, began_at, muted)
    values (${workspaceId}, ${event.alertId}, ${event.intervalFrom}, ${event.value}, ${event.low}, ${event.high}, ${event.beganAt}, ${event.muted})
    on conflict do nothing returning event_id as id`;
  return row?.id;
}

/** Begins a time in which an alert cannot be looked at, or goes on with it under the newest fault. */
export async function beginFailing(
  tx: Tx,
  workspaceId: number,
  failing: { readonly alertId: string; readonly failure: string; readonly at: Date; readonly muted: boolean },
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const [row] = await tx<{ id: string; isNew: boolean }[]>`
    insert into alert_event (workspace_id, alert_id, interval_from, began_at, muted, failure)
    values (${workspaceId}, ${failing.alertId}, ${failing.at}, ${failing.at}, ${failing.muted}, ${failing.failure})
    on conflict (alert_id) where ended_at is null and failure <> '' do update set failure = excluded.failure
    returning event_id as id, xmax = 0 as "isNew"`;
  if (row === undefined) throw new Error("a failing alert was not noted");
  return row;
}

/** Notes that people are told of a failing alert; false when they were before. */
export async function noteFailureTold(tx: Tx, workspaceId: number, id: string): Promise<boolean> {
  const noted = await tx`
    update alert_event set failure_told = true where workspace_id = ${workspaceId} and event_id = ${id} and not failure_told`;
  return noted.count === 1;
}

/** Ends the time in which an alert could not be looked at; undefined when there was none. */
export async function endFailing(
  tx: Tx,
  workspaceId: number,
  alertId: string,
  at: Date,
): Promise<{ readonly id: string; readonly wasTold: boolean; readonly failure: string } | undefined> {
  const [row] = await tx<{ id: string; wasTold: boolean; failure: string }[]>`
    update alert_event set ended_at = ${at} where workspace_id = ${workspaceId} and alert_id = ${alertId} and ended_at is null and failure <> ''
    returning event_id as id, failure_told as "wasTold", failure`;
  return row;
}

/** Ends the time of alarm that is open. */
export async function endEvent(
  tx: Tx,
  workspaceId: number,
  alertId: string,
  at: Date,
): Promise<{ readonly id: string; readonly muted: boolean } | undefined> {
  const [row] = await tx<{ id: string; muted: boolean }[]>`
    update alert_event set ended_at = ${at} where workspace_id = ${workspaceId} and alert_id = ${alertId} and ended_at is null and failure = '' returning event_id as id, muted`;
  return row;
}

/** Times of alarm, newest first. */
export async function loadEvents(
  db: Db,
  workspaceId: number,
  query: {
    readonly alertId: string | undefined;
    readonly id?: string;
    readonly state: "open" | "unacknowledged" | undefined;
    readonly beforeId: string | undefined;
    readonly limit: number;
  },
): Promise<readonly AlertEventRow[]> {
  const states = { open: db`and e.ended_at is null`, unacknowledged: db`and e.ended_at is null and e.acknowledged_at is null` };
  return db<AlertEventRow[]>`
    select e.event_id as id, e.alert_id as "alertId", a.name as "alertName", a.figure_unit as unit, e.interval_from as "intervalFrom", e.value, e.low, e.high, e.began_at as "beganAt",
      e.ended_at as "endedAt", e.muted, e.failure, e.acknowledged_by as "acknowledgedBy", e.acknowledged_at as "acknowledgedAt"
    from alert_event e join alert a on a.alert_id = e.alert_id where e.workspace_id = ${workspaceId}
      ${query.alertId === undefined ? db`` : db`and e.alert_id = ${query.alertId}`} ${query.id === undefined ? db`` : db`and e.event_id = ${query.id}`}
      ${query.state === undefined ? db`` : states[query.state]} ${query.beforeId === undefined ? db`` : db`and e.event_id < ${query.beforeId}`}
    order by e.event_id desc limit ${query.limit}`;
}

/** Notes who looks after a time of alarm; the first one stays. */
export async function acknowledgeEvent(
  tx: Tx,
  workspaceId: number,
  id: string,
  noted: { readonly by: string; readonly at: Date },
): Promise<boolean> {
  const changed = await tx`
    update alert_event set acknowledged_by = coalesce(acknowledged_by, ${noted.by}), acknowledged_at = coalesce(acknowledged_at, ${noted.at})
    where workspace_id = ${workspaceId} and event_id = ${id}`;
  return changed.count === 1;
}
