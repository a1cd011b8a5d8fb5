import type { GoalUnit } from "@terrace/domain/insight/boards/goal-period";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export const GOALS_MAX = 5_000;

export type GoalStored = {
  readonly id: string;
  readonly metric: string;
  readonly unit: GoalUnit;
  readonly startsOn: string;
  readonly target: number;
  readonly owner: string;
  readonly note: string;
  readonly createdAt: Date;
  readonly createdBy: string;
};

function columns(db: Db | Tx) {
  return db`goal_id as id, metric, unit, to_char(starts_on, 'YYYY-MM-DD') as "startsOn", target, owner, note, created_at as "createdAt", created_by as "createdBy"`;
}

export async function countGoals(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from goal where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

/** Undefined when the metric has a goal for the period already. */
export async function insertGoal(tx: Tx, workspaceId: number, goal: Omit<GoalStored, "id">): Promise<GoalStored | undefined> {
  const [row] = await tx<GoalStored[]>`
    insert into goal (workspace_id, metric, unit, starts_on, target, owner, note, created_at, created_by)
    values (${workspaceId}, ${goal.metric}, ${goal.unit}, ${goal.startsOn}, ${goal.target}, ${goal.owner}, ${goal.note}, ${goal.createdAt}, ${goal.createdBy})
    on conflict do nothing returning ${columns(tx)}`;
  return row;
}

/** The latest first. `onOrBefore`: goals that begin by then; whether the period reaches that far is for the caller. */
export async function loadGoals(
  db: Db,
  workspaceId: number,
  asked: { readonly metric: string | undefined; readonly unit: string | undefined },
): Promise<readonly GoalStored[]> {
  return db<GoalStored[]>`
    select ${columns(db)} from goal where workspace_id = ${workspaceId}
      ${asked.metric === undefined ? db`` : db`and metric = ${asked.metric}`} ${asked.unit === undefined ? db`` : db`and unit = ${asked.unit}`}
    order by starts_on desc, goal_id desc limit ${GOALS_MAX}`;
}

export async function findGoalAt(
  db: Db,
  workspaceId: number,
  { metric, unit, startsOn }: Pick<GoalStored, "metric" | "unit" | "startsOn">,
): Promise<GoalStored | undefined> {
  const [row] = await db<GoalStored[]>`
    select ${columns(db)} from goal where workspace_id = ${workspaceId} and metric = ${metric} and unit = ${unit} and starts_on = ${startsOn}`;
  return row;
}

export async function updateGoal(
  tx: Tx,
  workspaceId: number,
  id: string,
  change: { readonly target?: number | undefined; readonly owner?: string | undefined; readonly note?: string | undefined },
): Promise<GoalStored | undefined> {
  const [row] = await tx<GoalStored[]>`
    update goal set target = coalesce(${change.target ?? null}::float8, target), owner = coalesce(${change.owner ?? null}, owner), note = coalesce(${change.note ?? null}, note)
    where workspace_id = ${workspaceId} and goal_id = ${id} returning ${columns(tx)}`;
  return row;
}

export async function deleteGoal(tx: Tx, workspaceId: number, id: string): Promise<GoalStored | undefined> {
  const [row] = await tx<GoalStored[]>`delete from goal where workspace_id = ${workspaceId} and goal_id = ${id} returning ${columns(tx)}`;
  return row;
}
