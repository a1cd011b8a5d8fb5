import type { ReportKind } from "@terrace/domain/insight/reports/report-period";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type ScheduleRow = {
  readonly workspaceId: number;
  readonly kind: ReportKind;
  /** `HH:MM` of the day after the period. */
  readonly madeAt: string;
  readonly targetIds: readonly string[];
  readonly paused: boolean;
  readonly coveredTo: string | null;
  readonly updatedBy: string;
};

export type ScheduleSet = Pick<ScheduleRow, "kind" | "madeAt" | "targetIds" | "paused" | "updatedBy"> & { readonly at: Date };

/** Sets a schedule. One that is started again begins with the period that is next: what was missed while it was paused is not made. */
export async function saveSchedule(tx: Tx, workspaceId: number, set: ScheduleSet): Promise<void> {
  await tx`
    insert into report_schedule as s (workspace_id, kind, made_at, target_ids, paused, updated_by, updated_at)
    values (${workspaceId}, ${set.kind}, ${set.madeAt}, ${[...set.targetIds]}::bigint[], ${set.paused}, ${set.updatedBy}, ${set.at})
    on conflict (workspace_id, kind) do update set made_at = excluded.made_at, target_ids = excluded.target_ids, paused = excluded.paused,
      covered_to = case when s.paused and not excluded.paused then null else s.covered_to end, updated_by = excluded.updated_by, updated_at = excluded.updated_at`;
}

export async function deleteSchedule(tx: Tx, workspaceId: number, kind: ReportKind): Promise<boolean> {
  const gone = await tx`delete from report_schedule where workspace_id = ${workspaceId} and kind = ${kind}`;
  return gone.count === 1;
}

export async function loadSchedules(db: Db | Tx, workspaceId: number): Promise<readonly ScheduleRow[]> {
  return db<ScheduleRow[]>`select ${columns(db)} from report_schedule where workspace_id = ${workspaceId} order by kind limit 10`;
}

/** Every schedule that is not paused. */
export async function loadActiveSchedules(db: Db): Promise<readonly ScheduleRow[]> {
  return db<
    ScheduleRow[]
  >`select ${columns(db)} from report_schedule /* all workspaces: one scheduler serves them all */ where not paused limit 100000`;
}

/** Remembers up to where reports were queued; false when somebody else was there first. */
export async function coverTo(tx: Tx, { workspaceId, kind, coveredTo }: ScheduleRow, to: string): Promise<boolean> {
  const covered = await tx`
    update report_schedule set covered_to = ${to} where workspace_id = ${workspaceId} and kind = ${kind} and not paused
      and covered_to is not distinct from ${coveredTo}::date`;
  return covered.count === 1;
}

function columns(db: Db | Tx): ReturnType<Db> {
  return db`workspace_id as "workspaceId", kind, made_at as "madeAt", target_ids as "targetIds", paused, covered_to::text as "coveredTo", updated_by as "updatedBy"`;
}
