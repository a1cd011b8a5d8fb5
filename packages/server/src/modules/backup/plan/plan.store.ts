import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** When and where backups are made, how many are kept, and the sealed passphrase. */
export type BackupPlan = {
  readonly enabled: boolean;
  readonly folder: string;
  readonly minuteOfDay: number;
  readonly timeZone: string;
  readonly keepDaily: number;
  readonly keepWeekly: number;
  readonly keepMonthly: number;
  readonly passphrase: Uint8Array | null;
};

export type BackupRun = {
  readonly id: string;
  readonly planned: boolean;
  readonly askedBy: string;
  readonly state: "asked" | "running" | "done" | "failed";
  readonly file: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly progress: number;
  readonly sizeBytes: number | null;
  readonly events: number | null;
  readonly people: number | null;
  readonly verified: boolean;
  readonly fault: string;
  readonly removedAt: Date | null;
};

/** The plan; undefined until somebody made one. */
export async function loadPlan(sql: Db | Tx): Promise<BackupPlan | undefined> {
  const [plan] = await sql<BackupPlan[]>`
    select /* all workspaces: a backup holds all of them */ enabled, folder, minute_of_day as "minuteOfDay", time_zone as "timeZone", keep_daily as "keepDaily", keep_weekly as "keepWeekly", keep_monthly as "keepMonthly", passphrase from backup_plan`;
  return plan;
}

/** The folder that backups are made into; undefined while there is no plan. */
export async function planFolder(sql: Db | Tx): Promise<string | undefined> {
  const plan = await loadPlan(sql);
  return plan === undefined || plan.folder === "" ? undefined : plan.folder;
}

export async function savePlan(tx: Tx, plan: BackupPlan, by: { readonly actor: string; readonly at: Date }): Promise<void> {
  await tx`
    insert into backup_plan (enabled, folder, minute_of_day, time_zone, keep_daily, keep_weekly, keep_monthly, passphrase, changed_by, changed_at)
    values (${plan.enabled}, ${plan.folder}, ${plan.minuteOfDay}, ${plan.timeZone}, ${plan.keepDaily}, ${plan.keepWeekly}, ${plan.keepMonthly}, ${plan.passphrase === null ? null : Buffer.from(plan.passphrase)}, ${by.actor}, ${by.at})
    on conflict (only_row) do update set enabled = excluded.enabled, folder = excluded.folder, minute_of_day = excluded.minute_of_day, time_zone = excluded.time_zone, keep_daily = excluded.keep_daily,
      keep_weekly = excluded.keep_weekly, keep_monthly = excluded.keep_monthly, passphrase = excluded.passphrase, changed_by = excluded.changed_by, changed_at = excluded.changed_at`;
}

/** The newest backups first. */
export async function listRuns(db: Db, limit: number): Promise<readonly BackupRun[]> {
  return db<BackupRun[]>`
    select run_id::text as id, planned, asked_by as "askedBy", state, file, started_at as "startedAt", finished_at as "finishedAt", progress::float8 as progress, size_bytes::float8 as "sizeBytes", events::float8 as events,
      people::float8 as people, verified, fault, removed_at as "removedAt" from backup_run order by run_id desc limit ${limit}`;
}

/** The newest backup of the plan. */
export async function loadLastPlanned(db: Db): Promise<Pick<BackupRun, "startedAt" | "state"> | undefined> {
  const [run] = await db<
    Pick<BackupRun, "startedAt" | "state">[]
  >`select started_at as "startedAt", state from backup_run where planned order by run_id desc limit 1`;
  return run;
}

/** Asks for a backup; false when one is asked for or runs already. */
export async function askForRun(tx: Tx, run: { readonly planned: boolean; readonly askedBy: string; readonly at: Date }): Promise<boolean> {
  const asked = await tx`
    insert into backup_run (planned, asked_by, state, started_at, seen_at) values (${run.planned}, ${run.askedBy}, 'asked', ${run.at}, ${run.at}) on conflict do nothing`;
  return asked.count === 1;
}

/** Takes the backup that is asked for, to be made as `file`. */
export async function claimRun(
  tx: Tx,
  fileOf: (runId: string) => string,
  at: Date,
): Promise<{ readonly id: string; readonly file: string } | undefined> {
  const [asked] = await tx<{ id: string }[]>`select run_id::text as id from backup_run where state = 'asked' for update skip locked`;
  if (asked === undefined) return undefined;
  const file = fileOf(asked.id);
  await tx`update backup_run set state = 'running', file = ${file}, started_at = ${at}, seen_at = ${at} where run_id = ${asked.id}::bigint`;
  return { id: asked.id, file };
}

export async function noteProgress(db: Db, runId: string, progress: number, at: Date): Promise<void> {
  await db`update backup_run set progress = ${progress}, seen_at = ${at} where run_id = ${runId}::bigint and state = 'running'`;
}

export async function finishRun(
  db: Db,
  runId: string,
  made: { readonly sizeBytes: number; readonly events: number; readonly people: number },
  at: Date,
): Promise<void> {
  await db`
    update backup_run set state = 'done', progress = 1, finished_at = ${at}, seen_at = ${at}, verified = true, size_bytes = ${made.sizeBytes}, events = ${made.events}, people = ${made.people}
    where run_id = ${runId}::bigint and state = 'running'`;
}

export async function failRun(db: Db, runId: string, fault: string, at: Date): Promise<void> {
  await db`update backup_run set state = 'failed', fault = ${fault}, finished_at = ${at} where run_id = ${runId}::bigint and state = 'running'`;
}

/** Backups whose process gave no sign of life since: it was killed. */
export async function failSilent(db: Db, since: Date, at: Date): Promise<number> {
  const silent = await db`
    update backup_run set state = 'failed', fault = 'backup.interrupted', finished_at = ${at} where state = 'running' and seen_at < ${since}`;
  return silent.count;
}

/** Finished backups of the plan whose files are still there. */
export async function loadKept(db: Db): Promise<readonly { readonly id: string; readonly file: string; readonly madeAtMs: number }[]> {
  const rows = await db<{ id: string; file: string; at: Date }[]>`
    select run_id::text as id, file, started_at as at from backup_run where planned and state = 'done' and removed_at is null order by run_id limit 10000`;
  return rows.map(({ id, file, at }) => ({ id, file, madeAtMs: at.getTime() }));
}

export async function noteRemoved(db: Db, runId: string, at: Date): Promise<void> {
  await db`update backup_run set removed_at = ${at} where run_id = ${runId}::bigint`;
}
