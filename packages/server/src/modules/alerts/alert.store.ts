import type { AlertRule, AlertUnit } from "@terrace/domain/insight/alerts/alert-rule";
import type { FigureUnit } from "@terrace/domain/insight/reports/report";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export const ALERTS_MAX = 200;

/** A value of an interval that is over. */
export type KeptPoint = readonly [fromMs: number, value: number | null];

export type AlertRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly name: string;
  readonly question: Uint8Array;
  readonly rule: AlertRule;
  readonly interval: AlertUnit;
  readonly unit: FigureUnit;
  readonly targetIds: readonly string[];
  readonly paused: boolean;
  readonly mutedUntil: Date | null;
  readonly lastValue: number | null;
  readonly evaluatedAt: Date | null;
  readonly failure: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** The interval of the alarm that is open. */
  readonly openSince: Date | null;
};
export type AlertSet = Pick<AlertRow, "name" | "question" | "rule" | "interval" | "unit" | "targetIds" | "paused">;

/** Undefined when the workspace has as many as it may have. */
export async function insertAlert(
  tx: Tx,
  workspaceId: number,
  set: AlertSet,
  made: { readonly by: string; readonly at: Date },
): Promise<string | undefined> {
  // Two at a time must not both find the last place free.
  await tx`select 1 from workspace where workspace_id = ${workspaceId} for update`;
  const [row] = await tx<{ id: string }[]>`
    insert into alert (workspace_id, name, question, rule, interval_unit, figure_unit, target_ids, paused, due_at, created_by, created_at)
    select ${workspaceId}, ${set.name}, ${set.question}, ${tx.json(set.rule)}, ${set.interval}, ${set.unit}, ${[...set.targetIds]}::bigint[], ${set.paused}, ${made.at}, ${made.by}, ${made.at}
    where (select count(*) from alert where workspace_id = ${workspaceId}) < ${ALERTS_MAX} returning alert_id as id`;
  return row?.id;
}

/** Changes an alert: what it has read is read anew, and an alarm that is open ends without a word. */
export async function updateAlert(tx: Tx, workspaceId: number, id: string, set: AlertSet & { readonly at: Date }): Promise<boolean> {
  const changed = await tx`
    update alert set name = ${set.name}, question = ${set.question}, rule = ${tx.json(set.rule)}, interval_unit = ${set.interval}, figure_unit = ${set.unit},
      target_ids = ${[...set.targetIds]}::bigint[], paused = ${set.paused}, points = '[]', last_value = null, evaluated_at = null, failure = null, due_at = ${set.at}, took_ms = 0
    where workspace_id = ${workspaceId} and alert_id = ${id}`;
  if (changed.count === 1)
    await tx`update alert_event set ended_at = ${set.at} where workspace_id = ${workspaceId} and alert_id = ${id} and ended_at is null`;
  return changed.count === 1;
}

export async function deleteAlert(tx: Tx, workspaceId: number, id: string): Promise<string | undefined> {
  const [row] = await tx<{ name: string }[]>`delete from alert where workspace_id = ${workspaceId} and alert_id = ${id} returning name`;
  return row?.name;
}

export async function muteAlert(tx: Tx, workspaceId: number, id: string, until: Date | null): Promise<boolean> {
  const muted = await tx`update alert set muted_until = ${until} where workspace_id = ${workspaceId} and alert_id = ${id}`;
  return muted.count === 1;
}

/** Alerts, newest first; one, or all. */
export async function loadAlerts(db: Db | Tx, workspaceId: number, id?: string): Promise<readonly AlertRow[]> {
  return db<AlertRow[]>`
    select ${columns(db)} from alert a where workspace_id = ${workspaceId} ${id === undefined ? db`` : db`and alert_id = ${id}`}
    order by alert_id desc limit ${ALERTS_MAX}`;
}

export type ClaimedAlert = AlertRow & { readonly points: readonly KeptPoint[]; readonly lease: Date };

/** A look that took as long as this is a long one. */
const LONG_MS = 10_000;

/** Takes the alert that is due longest, and keeps others from looking at it until `lease`. Those that took long come when no other is due. */
export async function claimAlert(tx: Tx, at: Date, lease: Date): Promise<ClaimedAlert | undefined> {
  /* all workspaces: one watcher looks at them all */
  const [row] = await tx<ClaimedAlert[]>`
    update alert a set due_at = ${lease} where alert_id = (
      select alert_id from alert where not paused and due_at <= ${at} order by took_ms >= ${LONG_MS}, due_at, alert_id limit 1 for update skip locked)
    returning ${columns(tx)}, a.points, a.due_at as lease`;
  return row;
}

/** Keeps what was read. False when the alert was changed, or taken by another, meanwhile. */
export async function noteEvaluated(
  tx: Tx,
  { workspaceId, id, lease }: ClaimedAlert,
  noted: {
    readonly points: readonly KeptPoint[];
    readonly lastValue: number | null;
    readonly at: Date;
    readonly dueAt: Date;
    readonly tookMs: number;
  },
): Promise<boolean> {
  const kept = await tx`
    update alert set points = ${tx.json(noted.points.map((point) => [...point]))}, last_value = ${noted.lastValue}, evaluated_at = ${noted.at}, failure = null, due_at = ${noted.dueAt}, took_ms = ${noted.tookMs}
    where workspace_id = ${workspaceId} and alert_id = ${id} and due_at = ${lease}`;
  return kept.count === 1;
}

/** Keeps why it could not be looked at. False when the alert was changed, or taken by another, meanwhile. */
export async function noteFailure(
  tx: Tx,
  { workspaceId, id, lease }: ClaimedAlert,
  noted: { readonly failure: string; readonly dueAt: Date; readonly tookMs: number },
): Promise<boolean> {
  const kept = await tx`
    update alert set failure = ${noted.failure}, due_at = ${noted.dueAt}, took_ms = ${noted.tookMs}
    where workspace_id = ${workspaceId} and alert_id = ${id} and due_at = ${lease}`;
  return kept.count === 1;
}

function columns(db: Db | Tx): ReturnType<Db> {
  return db`a.alert_id as id, a.workspace_id as "workspaceId", a.name, a.question, a.rule, a.interval_unit as interval, a.figure_unit as unit, a.target_ids as "targetIds", a.paused,
    a.muted_until as "mutedUntil", a.last_value as "lastValue", a.evaluated_at as "evaluatedAt", a.failure, a.created_by as "createdBy", a.created_at as "createdAt",
    (select interval_from from alert_event e where e.workspace_id = a.workspace_id and e.alert_id = a.alert_id and e.ended_at is null and e.failure = '') as "openSince"`;
}
