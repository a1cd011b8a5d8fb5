import type { GovernorRules } from "@terrace/domain/governor/rules";
import { writtenObject } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Rules as they were laid down at a time. */
export type RulesVersion = {
  readonly version: number;
  readonly rules: GovernorRules;
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: Date;
};

/** Versions of the rules of a workspace, the newest first, those before one; none while nobody changed them. */
export async function loadRules(
  db: Db | Tx,
  workspaceId: number,
  { before, limit }: { readonly before?: number; readonly limit: number },
): Promise<readonly RulesVersion[]> {
  return db<RulesVersion[]>`
    select version, rules, reason, changed_by as "changedBy", changed_at as "changedAt" from governor_rules
    where workspace_id = ${workspaceId} ${before === undefined ? db`` : db`and version < ${before}`} order by version desc limit ${limit}`;
}

/** Keeps the next version; false when there is one of that number already. */
export async function insertRules(tx: Tx, workspaceId: number, { rules, ...row }: RulesVersion): Promise<boolean> {
  const added = await tx`
    insert into governor_rules (workspace_id, version, rules, reason, changed_by, changed_at)
    values (${workspaceId}, ${row.version}, ${tx.json(writtenObject(rules))}, ${row.reason}, ${row.changedBy}, ${row.changedAt})
    on conflict do nothing`;
  return added.count === 1;
}
