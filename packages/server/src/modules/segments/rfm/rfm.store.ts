import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type ScoringRow = {
  /** Sealed. */
  readonly spec: Uint8Array;
  readonly dailyAt: string;
  readonly asOf: Date | null;
  readonly nextAt: Date;
  readonly failedAt: Date | null;
  readonly lagMs: number | null;
};

/** How everyone of a workspace is scored; undefined where nobody is. */
export async function findScoring(db: Db | Tx, workspaceId: number): Promise<ScoringRow | undefined> {
  const [row] = await db<ScoringRow[]>`
    select spec, daily_at as "dailyAt", as_of as "asOf", next_at as "nextAt", failed_at as "failedAt", lag_ms as "lagMs"
    from rfm_scoring where workspace_id = ${workspaceId}`;
  return row;
}

/** Has everyone scored as soon as can be, and from then on daily. */
export async function saveScoring(
  tx: Tx,
  workspaceId: number,
  { spec, dailyAt, nextAt }: Pick<ScoringRow, "spec" | "dailyAt" | "nextAt">,
): Promise<void> {
  await tx`
    insert into rfm_scoring (workspace_id, spec, daily_at, next_at) values (${workspaceId}, ${spec}, ${dailyAt}, ${nextAt})
    on conflict (workspace_id) do update set spec = excluded.spec, daily_at = excluded.daily_at, next_at = excluded.next_at, as_of = null, failed_at = null, tried_at = null`;
}

export async function deleteScoring(tx: Tx, workspaceId: number): Promise<boolean> {
  const deleted = await tx`delete from rfm_scoring where workspace_id = ${workspaceId}`;
  return deleted.count === 1;
}

/** The scoring whose time has come; one that was refused is left alone until `retryBefore`. */
export async function findDueScoring(
  db: Db,
  workspaceId: number,
  { now, retryBefore }: { readonly now: Date; readonly retryBefore: Date },
): Promise<ScoringRow | undefined> {
  const [row] = await db<ScoringRow[]>`
    select spec, daily_at as "dailyAt", as_of as "asOf", next_at as "nextAt", failed_at as "failedAt", lag_ms as "lagMs" from rfm_scoring
    where workspace_id = ${workspaceId} and next_at <= ${now} and (failed_at is null or tried_at <= ${retryBefore})`;
  return row;
}

/** Holds a scoring that nobody has changed or done since it was read, in whole milliseconds; false when somebody has. */
export async function holdScoring(tx: Tx, workspaceId: number, { nextAt, spec }: ScoringRow): Promise<boolean> {
  const rows =
    await tx`select from rfm_scoring where workspace_id = ${workspaceId} and date_trunc('milliseconds', next_at) = ${nextAt} and spec = ${spec} for update`;
  return rows.length === 1;
}

export async function saveScored(
  tx: Tx,
  workspaceId: number,
  { asOf, nextAt, lagMs }: { readonly asOf: Date; readonly nextAt: Date; readonly lagMs: number },
): Promise<void> {
  await tx`
    update rfm_scoring set as_of = ${asOf}, next_at = ${nextAt}, lag_ms = ${lagMs}, failed_at = null, tried_at = null where workspace_id = ${workspaceId}`;
}

/** Notes that the event engine would not score. */
export async function saveScoringRefused(db: Db, workspaceId: number, at: Date): Promise<void> {
  await db`update rfm_scoring set failed_at = coalesce(failed_at, ${at}), tried_at = ${at} where workspace_id = ${workspaceId}`;
}
