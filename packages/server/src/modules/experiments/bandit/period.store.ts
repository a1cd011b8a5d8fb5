import { PERIODS_MAX } from "@terrace/contract/api/insight-experiment";
import type { PlannedArm } from "@terrace/domain/experiments/bandit";
import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** Shares that are in force from an instant up to the next period, and what they follow from. */
export type BanditPeriodRow = {
  readonly period: number;
  readonly from: Date;
  readonly parts: readonly number[];
  readonly moved: number;
  readonly readUntil: Date | null;
  readonly arms: readonly PlannedArm[] | null;
};
export type ExperimentId = { readonly workspaceId: number; readonly id: string };
export type DueShares = ExperimentId & { readonly dueAt: Date };

/** The running experiment whose shares are due longest, behind one that was looked at before. */
export async function loadDueShares(db: Db, at: Date, after: DueShares | undefined): Promise<DueShares | undefined> {
  /* all workspaces: one job reckons the shares of all of them */
  const [row] = await db<DueShares[]>`
    select workspace_id as "workspaceId", experiment_id as id, shares_due_at as "dueAt" from experiment
    where shares_due_at <= ${at} and state = 'running' ${after === undefined ? db`` : db`and (shares_due_at, experiment_id) > (${after.dueAt}, ${after.id})`}
    order by shares_due_at, experiment_id limit 1`;
  return row;
}

/** Periods of an experiment, oldest first. */
export async function loadPeriods(sql: Db | Tx, workspaceId: number, id: string): Promise<readonly BanditPeriodRow[]> {
  return sql<BanditPeriodRow[]>`
    select period, from_at as "from", parts, moved, read_until as "readUntil", arms from experiment_period
    where workspace_id = ${workspaceId} and experiment_id = ${id} order by period limit ${PERIODS_MAX}`;
}

/** The first period, and when the shares of the next are due, if any follow by themselves. */
export async function beginPeriods(
  tx: Tx,
  { workspaceId, id }: ExperimentId,
  first: { readonly at: Date; readonly variants: readonly string[]; readonly parts: readonly number[]; readonly dueAt: Date | null },
): Promise<void> {
  await tx`update experiment set shares_due_at = ${first.dueAt} where workspace_id = ${workspaceId} and experiment_id = ${id}`;
  await tx`
    insert into experiment_period (workspace_id, experiment_id, period, from_at, variants, parts, moved)
    values (${workspaceId}, ${id}, 0, ${first.at}, ${[...first.variants]}, ${numbers(first.parts)}::integer[], 0)`;
}

/** No shares are due any more; the last ones stay on record. */
export async function endPeriods(tx: Tx, { workspaceId, id }: ExperimentId): Promise<void> {
  await tx`update experiment set shares_due_at = null where workspace_id = ${workspaceId} and experiment_id = ${id}`;
}

/**
 * Writes down a period and when the next one is due. False where it is not the one that is due: another process was first, or the experiment was paused or stopped
 * meanwhile. Then nothing is written.
 */
export async function savePeriod(
  tx: Tx,
  { workspaceId, id, dueAt }: DueShares,
  { variants, nextDueAt, ...row }: BanditPeriodRow & { readonly variants: readonly string[]; readonly nextDueAt: Date | null },
): Promise<boolean> {
  const claimed = await tx`
    update experiment set shares_due_at = ${nextDueAt}
    where workspace_id = ${workspaceId} and experiment_id = ${id} and shares_due_at = ${dueAt} and state = 'running'`;
  if (claimed.count === 0) return false;
  await insertPeriod(tx, { workspaceId, id }, { ...row, variants });
  return true;
}

/** Writes down a period after the first. */
export async function insertPeriod(
  tx: Tx,
  { workspaceId, id }: ExperimentId,
  row: BanditPeriodRow & { readonly variants: readonly string[] },
): Promise<void> {
  await tx`
    insert into experiment_period (workspace_id, experiment_id, period, from_at, variants, parts, moved, read_until, arms)
    values (${workspaceId}, ${id}, ${row.period}, ${row.from}, ${[...row.variants]}, ${numbers(row.parts)}::integer[], ${row.moved},
      ${row.readUntil}, ${JSON.stringify(row.arms)}::text::jsonb)`;
}
