import type { Role } from "@terrace/domain/access/permissions";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

// Operators and their sessions belong to no workspace: these statements are keyed by operator. What is theirs in a workspace is in member.store.ts.

export type SessionRow = {
  readonly sessionId: string;
  readonly openedByLink: boolean;
  readonly lastSeenAt: Date;
  readonly operatorId: string;
  readonly email: string;
  readonly name: string;
  readonly hasPassword: boolean;
  /** In the workspace asked about; null when the operator does not work there. */
  readonly role: Role | null;
};

/** The session a token opens, unless it has ended, with the operator's role in one workspace (0 = none). */
export async function loadSession(
  db: Db,
  tokenHash: Buffer,
  at: { readonly workspaceId: number; readonly now: Date },
): Promise<SessionRow | undefined> {
  const [row] = await db<SessionRow[]>`
    select s.session_id::text as "sessionId", s.opened_by_link as "openedByLink", s.last_seen_at as "lastSeenAt",
      o.operator_id::text as "operatorId", o.email, o.name, o.password_hash is not null as "hasPassword", m.role
    from session s join operator o using (operator_id)
    left join member m on m.operator_id = s.operator_id and m.workspace_id = ${at.workspaceId}
    where s.token_hash = ${tokenHash} and s.expires_at > ${at.now}`;
  return row;
}

export async function insertSession(
  tx: Tx,
  session: {
    readonly tokenHash: Buffer;
    readonly operatorId: string;
    readonly openedByLink: boolean;
    readonly now: Date;
    readonly expiresAt: Date;
  },
): Promise<void> {
  await tx`
    /* all workspaces: a session names its operator first */ insert into session (token_hash, operator_id, opened_by_link, created_at, last_seen_at, expires_at)
    values (${session.tokenHash}, ${session.operatorId}, ${session.openedByLink}, ${session.now}, ${session.now}, ${session.expiresAt})`;
  await tx`/* all workspaces: a session names its operator first */ update operator set last_seen_at = ${session.now} where operator_id = ${session.operatorId}`;
}

/** Moves the end of a session in use; one statement, so that it needs no transaction. */
export async function touchSession(
  db: Db,
  session: { readonly sessionId: string; readonly operatorId: string; readonly now: Date; readonly expiresAt: Date },
): Promise<void> {
  await db`
    /* all workspaces: a session names its operator first */ with touched as (update session set last_seen_at = ${session.now}, expires_at = ${session.expiresAt} where session_id = ${session.sessionId} and last_seen_at < ${session.now} returning operator_id)
    update operator set last_seen_at = ${session.now} from touched where operator.operator_id = touched.operator_id`;
}

export async function deleteSession(tx: Tx, tokenHash: Buffer): Promise<void> {
  await tx`/* all workspaces: a session names its operator first */ delete from session where token_hash = ${tokenHash}`;
}

/** Ends every session of an operator but one, and marks that one as opened by password. */
export async function keepOnlySession(tx: Tx, operatorId: string, sessionId: string): Promise<void> {
  await tx`/* all workspaces: a session names its operator first */ delete from session where operator_id = ${operatorId} and session_id <> ${sessionId}`;
  await tx`/* all workspaces: a session names its operator first */ update session set opened_by_link = false where session_id = ${sessionId}`;
}

/** Forgets sessions, links and failure counts that no longer matter. */
export async function deleteExpired(tx: Tx, now: Date, attemptsBefore: Date): Promise<void> {
  await tx`/* all workspaces: a session names its operator first */ delete from session where expires_at <= ${now}`;
  await tx`/* all workspaces: a session names its operator first */ delete from sign_in_token where expires_at <= ${now}`;
  await tx`/* all workspaces: a session names its operator first */ delete from sign_in_attempt where last_at < ${attemptsBefore} and (locked_until is null or locked_until < ${now})`;
}
