import type { ReadExperiment } from "@terrace/domain/experiments/tell-results";
import type { MetricUnit } from "@terrace/domain/insight/metrics/metric";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Sums as of the end of a day; `metrics` names each of them by what it is. */
export type ExperimentDay = {
  readonly until: Date;
  readonly metrics: readonly string[];
  readonly answer: ReadExperiment & {
    readonly variants: readonly { readonly variant: string; readonly people: number; readonly conflicts: number }[];
    readonly metrics: readonly { readonly unit: MetricUnit }[];
  };
};
export type DueDay = { readonly workspaceId: number; readonly id: string; readonly dueAt: Date };

/** As many as a chart can show. */
const DAYS_MAX = 1_000;

/** The experiment whose day is due longest, behind one that was looked at before. */
export async function loadDueDay(db: Db, at: Date, after: DueDay | undefined): Promise<DueDay | undefined> {
  /* all workspaces: one job keeps the days of all of them */
  const [row] = await db<DueDay[]>`
    select workspace_id as "workspaceId", experiment_id as id, day_due_at as "dueAt" from experiment
    where day_due_at <= ${at} ${after === undefined ? db`` : db`and (day_due_at, experiment_id) > (${after.dueAt}, ${after.id})`}
    order by day_due_at, experiment_id limit 1`;
  return row;
}

/** Keeps the sums of a day and says when the next is due, by the stop as it is now. False when another day became due meanwhile: then nothing is kept. */
export async function saveDay(
  tx: Tx,
  { workspaceId, id, dueAt }: DueDay,
  day: ExperimentDay,
  nextDueAt: (now: { readonly stoppedAt: Date | null }) => Date | null,
): Promise<boolean> {
  const [now] = await tx<{ stoppedAt: Date | null }[]>`
    select stopped_at as "stoppedAt" from experiment
    where workspace_id = ${workspaceId} and experiment_id = ${id} and day_due_at = ${dueAt} for update`;
  if (now === undefined) return false;
  await tx`update experiment set day_due_at = ${nextDueAt(now)} where workspace_id = ${workspaceId} and experiment_id = ${id}`;
  await tx`
    insert into experiment_day (workspace_id, experiment_id, until, metrics, answer)
    values (${workspaceId}, ${id}, ${day.until}, ${[...day.metrics]}, ${JSON.stringify(day.answer)}::text::jsonb)
    on conflict (workspace_id, experiment_id, until) do update set metrics = excluded.metrics, answer = excluded.answer`;
  return true;
}

/** The latest days of an experiment, oldest first. */
export async function loadDays(db: Db, workspaceId: number, id: string): Promise<readonly ExperimentDay[]> {
  return db<ExperimentDay[]>`
    select until, metrics, answer from (
      select until, metrics, answer from experiment_day where workspace_id = ${workspaceId} and experiment_id = ${id} order by until desc limit ${DAYS_MAX}) latest
    order by until`;
}
