import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { membershipOf, policyColumns, roleColumns, roleJoin, type Membership, type PolicyColumns, type RoleColumns } from "./membership.ts";

// Operators and their sessions belong to no workspace: these statements are keyed by operator. What is theirs in a workspace is in member.store.ts.

/** How a session was opened. A break-glass link is made on the server itself for someone who is locked out. */
export type SignInWay = "password" | "link" | "oidc" | "break_glass" | "invitation";

export type SessionRow = {
  readonly sessionId: string;
  readonly openedByLink: boolean;
  readonly way: SignInWay;
  /** The second factor is still to be given; until then the session opens nothing. */
  readonly secondFactorDue: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly operatorId: string;
  readonly email: string;
  readonly name: string;
  readonly hasPassword: boolean;
  readonly hasSecondFactor: boolean;
  /** In the workspace asked about; null when the operator does not work there. */
  readonly membership: Membership | null;
};

type Stored = Omit<SessionRow, "membership"> & RoleColumns & PolicyColumns;

/** The session a token opens, unless it has ended, with what the operator is in one workspace (0 = none). */
export async function loadSession(
  db: Db | Tx,
  tokenHash: Buffer,
  at: { readonly workspaceId: number; readonly now: Date },
): Promise<SessionRow | undefined> {
  const [row] = await db<Stored[]>`
    select s.session_id::text as "sessionId", s.opened_by_link as "openedByLink", s.way, s.second_factor_due as "secondFactorDue", s.created_at as "createdAt", s.last_seen_at as "lastSeenAt",
      o.operator_id::text as "operatorId", o.email, o.name, o.password_hash is not null as "hasPassword",
      sf.confirmed_at is not null as "hasSecondFactor", ${roleColumns(db)}, ${policyColumns(db)}
    from session s join operator o using (operator_id)
    left join second_factor sf on sf.operator_id = s.operator_id
    left join member m on m.operator_id = s.operator_id and m.workspace_id = ${at.workspaceId} and m.deactivated_at is null
    ${roleJoin(db)} left join security_policy sp on sp.workspace_id = m.workspace_id
    where s.token_hash = ${tokenHash} and s.expires_at > ${at.now}`;
  if (row === undefined) return undefined;
  const {
    role: _role,
    customRoleId: _id,
    roleName: _name,
    permissions: _p,
    fields: _f,
    ipRanges: _r,
    secondFactorRequired: _s,
    ...session
  } = row;
  return { ...session, membership: membershipOf(row) };
}

/** Whether a session stands outside of a workspace that asks for a second factor; break-glass sessions stand above such rules. */
export function lacksSecondFactor({ way, hasSecondFactor }: Pick<SessionRow, "way" | "hasSecondFactor">): boolean {
  return way !== "break_glass" && !hasSecondFactor;
}

export type NewSession = {
  readonly tokenHash: Buffer;
  readonly operatorId: string;
  readonly way: SignInWay;
  readonly secondFactorDue: boolean;
  readonly userAgent: string;
  readonly ipPrefix: string;
  readonly now: Date;
  readonly expiresAt: Date;
};

export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  // Links and invitations prove the operator as a password does: a first or new password may be set without the old one.
  const openedByLink = session.way === "link" || session.way === "break_glass";
  await tx`
    /* all workspaces: a session names its operator first */ insert into session (token_hash, operator_id, opened_by_link, way, second_factor_due, user_agent, ip_prefix, created_at, last_seen_at, expires_at)
    values (${session.tokenHash}, ${session.operatorId}, ${openedByLink}, ${session.way}, ${session.secondFactorDue}, ${session.userAgent}, ${session.ipPrefix},
      ${session.now}, ${session.now}, ${session.expiresAt})`;
  await tx`/* all workspaces: a session names its operator first */ update operator set last_seen_at = ${session.now} where operator_id = ${session.operatorId}`;
}

/** Moves the end of a session in use; one statement, so that it needs no transaction. */
export async function touchSession(
  db: Db,
  session: { readonly sessionId: string; readonly ipPrefix: string; readonly now: Date; readonly expiresAt: Date },
): Promise<void> {
  await db`
    /* all workspaces: a session names its operator first */ with touched as (update session set last_seen_at = ${session.now}, ip_prefix = ${session.ipPrefix}, expires_at = case when way = 'break_glass' then expires_at else ${session.expiresAt}::timestamptz end
      where session_id = ${session.sessionId} and last_seen_at < ${session.now} returning operator_id)
    update operator set last_seen_at = ${session.now} from touched where operator.operator_id = touched.operator_id`;
}

/** Gives a session whose second factor was just given its full rights under a fresh token, so that the token of the first half is worth nothing. */
export async function completeSession(
  tx: Tx,
  session: { readonly sessionId: string; readonly tokenHash: Buffer; readonly expiresAt: Date },
): Promise<void> {
  await tx`
    /* all workspaces: a session names its operator first */ update session set token_hash = ${session.tokenHash}, second_factor_due = false, expires_at = ${session.expiresAt}
    where session_id = ${session.sessionId}`;
}

export async function deleteSession(tx: Tx, tokenHash: Buffer): Promise<void> {
  await tx`/* all workspaces: a session names its operator first */ delete from session where token_hash = ${tokenHash}`;
}

/** Ends every session of an operator but one (or all), and marks that one as opened by password; answers how many. */
export async function keepOnlySession(tx: Tx, operatorId: string, sessionId: string | undefined): Promise<number> {
  const ended =
    await tx`/* all workspaces: a session names its operator first */ delete from session where operator_id = ${operatorId} ${sessionId === undefined ? tx`` : tx`and session_id <> ${sessionId}`}`;
  return ended.count;
}

/** A session opened by a link counts as opened by password once there is one. */
export async function markAsByPassword(tx: Tx, sessionId: string): Promise<void> {
  await tx`/* all workspaces: a session names its operator first */ update session set opened_by_link = false where session_id = ${sessionId}`;
}

export async function deleteOwnSession(tx: Tx, operatorId: string, sessionId: string): Promise<number> {
  const ended =
    await tx`/* all workspaces: a session names its operator first */ delete from session where operator_id = ${operatorId} and session_id = ${sessionId}`;
  return ended.count;
}

export type OwnSession = {
  readonly id: string;
  readonly userAgent: string;
  readonly place: string;
  readonly way: SignInWay;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
};
const OWN_SESSIONS_MAX = 200;

/** The live sessions of an operator, the last used first. */
export async function loadOwnSessions(db: Db, operatorId: string, now: Date): Promise<readonly OwnSession[]> {
  return db<OwnSession[]>`
    /* all workspaces: a session names its operator first */ select session_id::text as id, user_agent as "userAgent", ip_prefix as place, way, created_at as "createdAt", last_seen_at as "lastSeenAt"
    from session where operator_id = ${operatorId} and expires_at > ${now} and not second_factor_due order by last_seen_at desc, session_id desc limit ${OWN_SESSIONS_MAX}`;
}

/** Forgets sessions, links, invitations and failure counts that no longer matter. */
export async function deleteExpired(tx: Tx, now: Date, attemptsBefore: Date): Promise<void> {
  await tx`/* all workspaces: a session names its operator first */ delete from session where expires_at <= ${now}`;
  await tx`/* all workspaces: a session names its operator first */ delete from sign_in_token where expires_at <= ${now}`;
  await tx`/* all workspaces: a session names its operator first */ delete from sign_in_attempt where last_at < ${attemptsBefore} and (locked_until is null or locked_until < ${now})`;
  await tx`/* all workspaces: what has expired opens nothing anywhere */ delete from invitation where expires_at <= ${attemptsBefore}`;
  await tx`/* all workspaces: a sign-in under way belongs to none */ delete from oidc_flow where expires_at <= ${now}`;
}
