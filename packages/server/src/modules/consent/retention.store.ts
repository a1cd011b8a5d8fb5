import type { RetentionRule, RetentionWindow } from "@terrace/domain/retention/plan-retention";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Expired events of a name. */
export type Expired = { readonly event: string; readonly events: number; readonly oldestMs: number };

/** What a purge set out to do: the windows, the zone they were cut in, and what was there. */
export type RetentionPlan = { readonly zone: string; readonly windows: readonly RetentionWindow[]; readonly before: readonly Expired[] };

/** `counted`: expired events by name, the most that were seen when they were handed to the engine. */
export type RetentionRun = {
  readonly runId: string;
  readonly startedAt: Date;
  readonly plan: RetentionPlan;
  readonly counted: Readonly<Record<string, number>>;
};

export type Proof = {
  readonly event: string;
  readonly days: number;
  readonly zone: string;
  readonly cutoff: string;
  readonly oldest: string | null;
  readonly before: number;
  readonly deleted: number;
  readonly after: number;
  readonly quarantined: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly previous: string;
};

const RULES_MAX = 1_000;
const WORKSPACES_MAX = 10_000;

export async function loadRules(db: Db | Tx, workspaceId: number): Promise<readonly RetentionRule[]> {
  return db<
    RetentionRule[]
  >`select event_name as event, days from retention_rule where workspace_id = ${workspaceId} order by event_name limit ${RULES_MAX}`;
}

/** Replaces the rules of a workspace; what they expire is looked for at the next run of the job. */
export async function saveRules(
  tx: Tx,
  workspaceId: number,
  rules: readonly RetentionRule[],
  by: { actor: string; at: Date },
): Promise<void> {
  await tx`delete from retention_rule where workspace_id = ${workspaceId}`;
  for (const { event, days } of rules)
    await tx`insert into retention_rule (workspace_id, event_name, days, changed_by, changed_at) values (${workspaceId}, ${event}, ${days}, ${by.actor}, ${by.at})`;
  await tx`delete from retention_check where workspace_id = ${workspaceId}`;
}

/** Workspaces with rules or with a purge under way, and when they were last looked through. */
export async function loadDue(db: Db): Promise<readonly { readonly workspaceId: number; readonly checkedAt: Date | null }[]> {
  return db<{ workspaceId: number; checkedAt: Date | null }[]>`
    /* all workspaces: the job looks after each of them */
    select w.workspace_id as "workspaceId", c.checked_at as "checkedAt"
    from (select workspace_id from retention_rule union select workspace_id from retention_run where finished_at is null) w
    left join retention_check c on c.workspace_id = w.workspace_id order by w.workspace_id limit ${WORKSPACES_MAX}`;
}

export async function saveChecked(tx: Tx, workspaceId: number, at: Date): Promise<void> {
  await tx`insert into retention_check (workspace_id, checked_at) values (${workspaceId}, ${at}) on conflict (workspace_id) do update set checked_at = excluded.checked_at`;
}

export async function loadChecked(db: Db, workspaceId: number): Promise<Date | undefined> {
  const [row] = await db<{ at: Date }[]>`select checked_at as at from retention_check where workspace_id = ${workspaceId}`;
  return row?.at;
}

export async function insertRun(tx: Tx, workspaceId: number, plan: RetentionPlan, at: Date): Promise<void> {
  await tx`insert into retention_run (workspace_id, started_at, plan) values (${workspaceId}, ${at}, ${tx.json(plan)})`;
}

/** The purge of a workspace that is not finished. */
export async function loadOpenRun(db: Db | Tx, workspaceId: number): Promise<RetentionRun | undefined> {
  const [row] = await db<RetentionRun[]>`
    select run_id as "runId", started_at as "startedAt", plan, counted from retention_run where workspace_id = ${workspaceId} and finished_at is null`;
  return row;
}

export async function saveCounted(tx: Tx, workspaceId: number, runId: string, counted: RetentionRun["counted"]): Promise<void> {
  await tx`update retention_run set counted = ${tx.json(counted)} where workspace_id = ${workspaceId} and run_id = ${runId}`;
}

export async function finishRun(tx: Tx, workspaceId: number, runId: string, at: Date): Promise<void> {
  await tx`update retention_run set finished_at = ${at} where workspace_id = ${workspaceId} and run_id = ${runId}`;
}

/** The digest of the newest proof, "" before the first; others wait until this transaction ends. */
export async function lockLastDigest(tx: Tx, workspaceId: number): Promise<string> {
  await tx`select pg_advisory_xact_lock(hashtext(${`retention_proof ${workspaceId}`})) /* all workspaces: a lock */`;
  const [row] = await tx<
    { digest: string }[]
  >`select digest from retention_proof where workspace_id = ${workspaceId} order by proof_id desc limit 1`;
  return row?.digest ?? "";
}

export async function insertProof(
  tx: Tx,
  workspaceId: number,
  row: { runId: string; proof: Proof; digest: string; at: Date },
): Promise<void> {
  await tx`insert into retention_proof (workspace_id, run_id, proof, digest, at) values (${workspaceId}, ${row.runId}, ${tx.json(row.proof)}, ${row.digest}, ${row.at})`;
}

/** Proofs before one, newest first. */
export async function loadProofs(
  db: Db,
  workspaceId: number,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly { readonly id: string; readonly proof: Proof; readonly digest: string }[]> {
  return db<{ id: string; proof: Proof; digest: string }[]>`
    select proof_id as id, proof, digest from retention_proof
    where workspace_id = ${workspaceId} ${page.beforeId === undefined ? db`` : db`and proof_id < ${page.beforeId}`} order by proof_id desc limit ${page.limit}`;
}
