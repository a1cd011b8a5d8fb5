import type { Json } from "@terrace/domain/json";
import type { PullSchedule } from "@terrace/domain/pulls/schedule";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type PullRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly name: string;
  /** Sealed: where it comes from, with its secrets. */
  readonly place: Uint8Array;
  readonly mapping: Json;
  readonly everyMinutes: number | null;
  readonly dailyAt: string | null;
  readonly paused: boolean;
  /** Sealed. */
  readonly since: Uint8Array | null;
  readonly nextRunAt: Date;
  readonly askedBy: string | null;
  /** Runs that failed in a row. */
  readonly failures: number;
};

/** Most pulls of a workspace. */
export const PULLS_MAX = 100;

export type PullGiven = Pick<PullRow, "name" | "place" | "mapping" | "nextRunAt"> & { readonly schedule: PullSchedule };

export async function insertPull(
  tx: Tx,
  workspaceId: number,
  given: PullGiven & { readonly since: Uint8Array | null; readonly createdBy: string },
): Promise<string> {
  const { everyMinutes, dailyAt } = columnsOf(given.schedule);
  const [row] = await tx<{ id: string }[]>`
    insert into pull (workspace_id, name, place, mapping, every_minutes, daily_at, since, next_run_at, created_by)
    values (${workspaceId}, ${given.name}, ${given.place}, (${JSON.stringify(given.mapping)}::text)::json, ${everyMinutes}, ${dailyAt}, ${given.since}, ${given.nextRunAt}, ${given.createdBy})
    returning pull_id::text as id`;
  if (row === undefined) throw new Error("insert into pull returned no row");
  return row.id;
}

/** Changes a pull; `since` stays unless one is given. */
export async function replacePull(
  tx: Tx,
  workspaceId: number,
  id: string,
  given: PullGiven & { readonly since: Uint8Array | undefined },
): Promise<void> {
  const { everyMinutes, dailyAt } = columnsOf(given.schedule);
  await tx`
    update pull set name = ${given.name}, place = ${given.place}, mapping = (${JSON.stringify(given.mapping)}::text)::json, every_minutes = ${everyMinutes}, daily_at = ${dailyAt},
      next_run_at = ${given.nextRunAt}, since = coalesce(${given.since ?? null}::bytea, since), failures = 0, updated_at = now()
    where workspace_id = ${workspaceId} and pull_id = ${id}`;
}

function columnsOf(schedule: PullSchedule): Pick<PullRow, "everyMinutes" | "dailyAt"> {
  return "everyMinutes" in schedule
    ? { everyMinutes: schedule.everyMinutes, dailyAt: null }
    : { everyMinutes: null, dailyAt: schedule.dailyAt };
}

/** The schedule of a stored pull. */
export function scheduleOf({ everyMinutes, dailyAt }: Pick<PullRow, "everyMinutes" | "dailyAt">): PullSchedule {
  // The table holds exactly one of the two.
  return everyMinutes === null ? { dailyAt: dailyAt ?? "00:00" } : { everyMinutes };
}

export async function countPulls(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from pull where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

export async function findPull(db: Db | Tx, workspaceId: number, id: string): Promise<PullRow | undefined> {
  const [row] = await db<PullRow[]>`select ${columns(db)} from pull where workspace_id = ${workspaceId} and pull_id = ${id}`;
  return row;
}

/** The pull, held until the transaction ends: a change begins from what it read. */
export async function lockPull(tx: Tx, workspaceId: number, id: string): Promise<PullRow | undefined> {
  const [row] = await tx<PullRow[]>`select ${columns(tx)} from pull where workspace_id = ${workspaceId} and pull_id = ${id} for update`;
  return row;
}

/** All pulls of a workspace, the newest first. */
export async function loadPulls(db: Db, workspaceId: number): Promise<readonly PullRow[]> {
  return db<PullRow[]>`select ${columns(db)} from pull where workspace_id = ${workspaceId} order by pull_id desc limit ${PULLS_MAX}`;
}

/** The name of what was deleted; undefined when there was none. */
export async function deletePull(tx: Tx, workspaceId: number, id: string): Promise<string | undefined> {
  const [row] = await tx<{ name: string }[]>`delete from pull where workspace_id = ${workspaceId} and pull_id = ${id} returning name`;
  return row?.name;
}

export type PullSteering = { readonly paused?: boolean; readonly nextRunAt?: Date; readonly askedBy?: string };

/** Pauses a pull, lets it go on, or asks for a run out of turn. */
export async function steerPull(tx: Tx, workspaceId: number, id: string, to: PullSteering): Promise<void> {
  await tx`
    update pull set paused = coalesce(${to.paused ?? null}, paused), next_run_at = coalesce(${to.nextRunAt ?? null}, next_run_at),
      asked_by = coalesce(${to.askedBy ?? null}, asked_by), updated_at = now()
    where workspace_id = ${workspaceId} and pull_id = ${id}`;
}

/** The pull that is due longest and not under way, locked; undefined when none is. */
export async function lockDuePull(tx: Tx, now: Date): Promise<PullRow | undefined> {
  const [row] = await tx<PullRow[]>`
    /* all workspaces: the one due longest is first, whose ever it is */
    select ${columns(tx)} from pull where ((not paused and next_run_at <= ${now}) or asked_by is not null)
      and not exists (select from pull_run where pull_run.pull_id = pull.pull_id and pull_run.workspace_id = pull.workspace_id and state = 'running')
    order by next_run_at limit 1 for update skip locked`;
  return row;
}

/** What the end of a run changes about its pull. */
export type PullOutcome = {
  /** Sealed: what the next run asks for; undefined: as before. */
  readonly since: Uint8Array | undefined;
  readonly failures: number;
  /** When it is tried again, if that is before its time. */
  readonly retryAt: Date | undefined;
};

export async function noteOutcome(tx: Tx, { workspaceId, id }: Pick<PullRow, "workspaceId" | "id">, outcome: PullOutcome): Promise<void> {
  await tx`
    update pull set since = coalesce(${outcome.since ?? null}::bytea, since), failures = ${outcome.failures},
      next_run_at = least(next_run_at, ${outcome.retryAt ?? null})
    where workspace_id = ${workspaceId} and pull_id = ${id}`;
}

function columns(db: Db | Tx): ReturnType<Db> {
  return db`pull_id::text as id, workspace_id as "workspaceId", name, place, mapping, every_minutes as "everyMinutes", daily_at as "dailyAt", paused, since, next_run_at as "nextRunAt", asked_by as "askedBy", failures`;
}
