import { DUPLICATE_SIGNS, NO_RULES, type DuplicateSign, type MergeRules, type RuleAction } from "@terrace/domain/identity/duplicate-rules";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** The rules of a workspace; signs without one ask. */
export async function loadMergeRules(db: Db | Tx, workspaceId: number): Promise<MergeRules> {
  const rows = await db<{ sign: DuplicateSign; action: RuleAction }[]>`
    select sign, action from merge_rule where workspace_id = ${workspaceId} and sign = any(${[...DUPLICATE_SIGNS]}::text[]) limit 100`;
  return { ...NO_RULES, ...Object.fromEntries(rows.map(({ sign, action }) => [sign, action])) };
}

export async function saveMergeRules(tx: Tx, workspaceId: number, rules: MergeRules): Promise<void> {
  await tx`
    insert into merge_rule (workspace_id, sign, action)
    select ${workspaceId}, sign, action from unnest(${Object.keys(rules)}::text[], ${Object.values(rules)}::text[]) as r (sign, action)
    on conflict (workspace_id, sign) do update set action = excluded.action`;
}

/** Workspaces in which a rule merges by itself. */
export async function loadMergingWorkspaces(db: Db): Promise<readonly number[]> {
  const rows = await db<{ workspaceId: number }[]>`
    select distinct workspace_id as "workspaceId" from merge_rule /* all workspaces: one job serves them all */ where action = 'merge' limit 10000`;
  return rows.map(({ workspaceId }) => workspaceId);
}

/** Remembers that these are different people, every pair of them. */
export async function insertDistinct(
  tx: Tx,
  workspaceId: number,
  decided: { readonly people: readonly string[]; readonly actor: string; readonly at: Date },
): Promise<void> {
  await tx`
    insert into distinct_pair (workspace_id, low, high, decided_by, decided_at)
    select ${workspaceId}, a.id, b.id, ${decided.actor}, ${decided.at}
    from unnest(${[...decided.people]}::bigint[]) as a (id) join unnest(${[...decided.people]}::bigint[]) as b (id) on a.id < b.id
    on conflict do nothing`;
}
