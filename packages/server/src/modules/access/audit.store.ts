import type { AuditAction } from "@terrace/contract/audit-actions";
import { auditDetail } from "@terrace/domain/access/audit-detail";
import type { JsonObject } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** One line of the append-only log. `action` is noun.verb, `target` is noun:id; neither secrets nor personal values belong in `detail` (what looks like one is removed). */
export type AuditEntry = {
  readonly workspaceId: number;
  readonly actor: string;
  readonly action: AuditAction;
  readonly target: string;
  readonly detail: JsonObject;
  readonly ip: string;
};

export async function insertAudit(tx: Tx, entry: AuditEntry, at: Date): Promise<void> {
  await tx`
    insert into audit_entry (workspace_id, at, actor, action, target, detail, ip)
    values (${entry.workspaceId}, ${at}, ${entry.actor}, ${entry.action}, ${entry.target}, ${tx.json(auditDetail(entry.detail))}, ${entry.ip})`;
}

/** What an operator did to their own account: the same line in each of their workspaces. */
export type AccountEntry = Omit<AuditEntry, "workspaceId">;

/** Writes what an operator did to their own account into the log of every workspace they work in. */
export async function insertAuditEverywhere(tx: Tx, operatorId: string, entry: AccountEntry, at: Date): Promise<void> {
  await tx`
    insert into audit_entry (workspace_id, at, actor, action, target, detail, ip)
    select workspace_id, ${at}, ${entry.actor}, ${entry.action}, ${entry.target}, ${tx.json(auditDetail(entry.detail))}, ${entry.ip}
    from member where operator_id = ${operatorId} order by workspace_id`;
}

export type AuditRow = {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Record<string, unknown>;
  readonly ip: string;
};
export type AuditQuery = {
  readonly limit: number;
  readonly beforeId: string | undefined;
  readonly action: string | undefined;
  readonly actor: string | undefined;
};

/** Newest first. `action` matches itself and, given only the noun, all its verbs. */
export async function loadAudit(db: Db, workspaceId: number, query: AuditQuery): Promise<readonly AuditRow[]> {
  return db<AuditRow[]>`
    select audit_id::text as id, at, actor, action, target, detail, ip from audit_entry
    where workspace_id = ${workspaceId}
      ${query.beforeId === undefined ? db`` : db`and audit_id < ${query.beforeId}`}
      ${query.action === undefined ? db`` : db`and (action = ${query.action} or starts_with(action, ${`${query.action}.`}))`}
      ${query.actor === undefined ? db`` : db`and actor = ${query.actor}`}
    order by audit_id desc limit ${query.limit}`;
}
