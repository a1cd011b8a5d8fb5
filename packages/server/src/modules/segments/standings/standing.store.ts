import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type StandingRow = {
  readonly segmentId: string;
  /** Sealed. */
  readonly spec: Uint8Array;
  readonly asOf: Date | null;
  readonly nextAt: Date;
};

/** Those of a workspace, the oldest first. */
export async function loadStandings(db: Db | Tx, workspaceId: number): Promise<readonly StandingRow[]> {
  return db<StandingRow[]>`
    select segment_id as "segmentId", spec, as_of as "asOf", next_at as "nextAt" from segment_standing
    where workspace_id = ${workspaceId} order by segment_id limit 10000`;
}

export async function insertStanding(
  tx: Tx,
  workspaceId: number,
  { segmentId, spec, nextAt }: Pick<StandingRow, "segmentId" | "spec" | "nextAt">,
): Promise<void> {
  await tx`
    insert into segment_standing (segment_id, workspace_id, spec, next_at) values (${segmentId}, ${workspaceId}, ${spec}, ${nextAt})`;
}

/** Their segments go later: whoever deletes one keeps others from evaluating. */
export async function dropStandings(tx: Tx, workspaceId: number, segmentIds: readonly string[]): Promise<void> {
  if (segmentIds.length > 0)
    await tx`delete from segment_standing where workspace_id = ${workspaceId} and segment_id = any(${numbers(segmentIds)}::bigint[])`;
}

/** Has all of them reckoned as soon as can be; one that is being reckoned by what was there before is not written. */
export async function hurryStandings(tx: Tx, workspaceId: number, at: Date): Promise<void> {
  await tx`update segment_standing set next_at = ${at} where workspace_id = ${workspaceId}`;
}

/** Notes which segments the leaves of a rule stand for. */
export async function saveRuleStandings(tx: Tx, workspaceId: number, segmentId: string, standings: readonly string[]): Promise<void> {
  await tx`
    update segment_rule set standings = ${numbers(standings)}::bigint[] where workspace_id = ${workspaceId} and segment_id = ${segmentId}`;
}

/** The ones whose time has come, those that wait the longest first; one that was refused is left alone until `retryBefore`. */
export async function loadDueStandings(
  db: Db,
  workspaceId: number,
  { now, retryBefore }: { readonly now: Date; readonly retryBefore: Date },
): Promise<readonly StandingRow[]> {
  return db<StandingRow[]>`
    select segment_id as "segmentId", spec, as_of as "asOf", next_at as "nextAt" from segment_standing
    where workspace_id = ${workspaceId} and next_at <= ${now} and (failed_at is null or tried_at <= ${retryBefore}) order by next_at, segment_id limit 10000`;
}

/** An instant is read in whole milliseconds, whatever the row holds. */
function isAt(tx: Tx, nextAt: Date) {
  return tx`date_trunc('milliseconds', next_at) = ${nextAt}`;
}

/** Whether nobody has moved the time of a standing since it was read. */
export async function isStillDue(tx: Tx, workspaceId: number, { segmentId, nextAt }: StandingRow): Promise<boolean> {
  const rows = await tx`
    select from segment_standing where workspace_id = ${workspaceId} and segment_id = ${segmentId} and ${isAt(tx, nextAt)}`;
  return rows.length === 1;
}

/** Holds a standing whose time nobody has moved since it was read; false when somebody has. */
export async function holdDue(tx: Tx, workspaceId: number, { segmentId, nextAt }: StandingRow): Promise<boolean> {
  const rows = await tx`
    select from segment_standing where workspace_id = ${workspaceId} and segment_id = ${segmentId} and ${isAt(tx, nextAt)} for update`;
  return rows.length === 1;
}

export type Reckoned = { readonly asOf: Date; readonly nextAt: Date; readonly lagMs: number };

export async function saveReckoned(tx: Tx, workspaceId: number, segmentId: string, { asOf, nextAt, lagMs }: Reckoned): Promise<void> {
  await tx`
    update segment_standing set as_of = ${asOf}, next_at = ${nextAt}, lag_ms = ${lagMs}, failed_at = null, tried_at = null
    where workspace_id = ${workspaceId} and segment_id = ${segmentId}`;
}

/** Notes that the event engine would not reckon it. */
export async function saveRefused(db: Db, workspaceId: number, segmentId: string, at: Date): Promise<void> {
  await db`
    update segment_standing set failed_at = coalesce(failed_at, ${at}), tried_at = ${at}
    where workspace_id = ${workspaceId} and segment_id = ${segmentId}`;
}

/** A segment that stood for a leaf that no rule asks for any more. */
export async function findIdleStanding(db: Db): Promise<{ readonly workspaceId: number; readonly segmentId: string } | undefined> {
  const [row] = await db<{ workspaceId: number; segmentId: string }[]>`
    select /* all workspaces: what nobody asks for */ s.workspace_id as "workspaceId", s.segment_id as "segmentId" from segment s
    where s.managed_by = 'population' and not exists (select from segment_standing t where t.segment_id = s.segment_id) order by s.segment_id limit 1`;
  return row;
}
