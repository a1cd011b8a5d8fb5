import { FAILURES_BEFORE_LOCK, LOCK_MS } from "@terrace/domain/access/sign-in-policy";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

// Operators belong to no workspace: these statements are keyed by operator or by the hash of an e-mail.

export type OperatorRow = {
  readonly operatorId: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | null;
};

export async function loadOperatorByEmail(db: Db | Tx, email: string): Promise<OperatorRow | undefined> {
  const [row] = await db<
    OperatorRow[]
  >`/* all workspaces: an operator is known before a workspace is */ select operator_id::text as "operatorId", email, name, password_hash as "passwordHash" from operator where email = ${email}`;
  return row;
}

export async function loadOperator(db: Db | Tx, operatorId: string): Promise<OperatorRow | undefined> {
  const [row] = await db<
    OperatorRow[]
  >`/* all workspaces: an operator is known before a workspace is */ select operator_id::text as "operatorId", email, name, password_hash as "passwordHash" from operator where operator_id = ${operatorId}`;
  return row;
}

/** Adds an operator unless the e-mail is known; answers the operator of that e-mail either way. */
export async function ensureOperator(tx: Tx, operator: { readonly email: string; readonly name: string }): Promise<OperatorRow> {
  await tx`/* all workspaces: an operator is known before a workspace is */ insert into operator (email, name) values (${operator.email}, ${operator.name}) on conflict (email) do nothing`;
  const row = await loadOperatorByEmail(tx, operator.email);
  if (row === undefined) throw new Error("an operator vanished inside its own transaction");
  return row;
}

export async function setPassword(tx: Tx, operatorId: string, passwordHash: string): Promise<void> {
  await tx`/* all workspaces: an operator is known before a workspace is */ update operator set password_hash = ${passwordHash} where operator_id = ${operatorId}`;
}

/** False when another operator has the e-mail. */
export async function setProfile(tx: Tx, operatorId: string, profile: { readonly name: string; readonly email: string }): Promise<boolean> {
  const changed = await tx`
    /* all workspaces: an operator is known before a workspace is */ update operator set name = ${profile.name}, email = ${profile.email} where operator_id = ${operatorId}
    and not exists (select from operator other where other.email = ${profile.email} and other.operator_id <> ${operatorId})`;
  return changed.count === 1;
}

export async function insertSignInToken(
  tx: Tx,
  token: {
    readonly tokenHash: Buffer;
    readonly operatorId: string;
    readonly now: Date;
    readonly expiresAt: Date;
    readonly breakGlass: boolean;
  },
): Promise<void> {
  await tx`
    /* all workspaces: an operator is known before a workspace is */ insert into sign_in_token (token_hash, operator_id, created_at, expires_at, break_glass)
    values (${token.tokenHash}, ${token.operatorId}, ${token.now}, ${token.expiresAt}, ${token.breakGlass})`;
}

/** Uses a link up; the operator it was for, or undefined when it is used, expired or unknown. */
export async function useSignInToken(
  tx: Tx,
  tokenHash: Buffer,
  now: Date,
): Promise<{ readonly operatorId: string; readonly breakGlass: boolean } | undefined> {
  const [row] = await tx<{ operatorId: string; breakGlass: boolean }[]>`
    /* all workspaces: an operator is known before a workspace is */ update sign_in_token set used_at = ${now} where token_hash = ${tokenHash} and used_at is null and expires_at > ${now}
    returning operator_id::text as "operatorId", break_glass as "breakGlass"`;
  return row;
}

export async function deleteUnusedSignInTokens(tx: Tx, operatorId: string): Promise<void> {
  await tx`/* all workspaces: an operator is known before a workspace is */ delete from sign_in_token where operator_id = ${operatorId} and used_at is null`;
}

/** How an attempt to sign in may go on: `failures` counts this one, as if it had failed. */
export type Attempt = { readonly locked: false; readonly failures: number } | { readonly locked: true; readonly until: Date };

/**
 * Counts an attempt before the password is looked at, so that attempts made at the same time cannot outrun the lock. The attempt that
 * reaches the limit locks the account at once; success clears the count.
 */
export async function countAttempt(db: Db, account: Buffer, now: Date): Promise<Attempt> {
  const lockedUntil = new Date(now.getTime() + LOCK_MS);
  const quietSince = new Date(now.getTime() - LOCK_MS);
  const [counted] = await db<{ failures: number }[]>`
    /* all workspaces: an operator is known before a workspace is */ insert into sign_in_attempt as a (account, failures, last_at) values (${account}, 1, ${now})
    on conflict (account) do update set last_at = ${now},
      failures = case when a.locked_until is not null or a.last_at < ${quietSince} then 1 else a.failures + 1 end,
      locked_until = case when a.locked_until is null and a.last_at >= ${quietSince} and a.failures + 1 >= ${FAILURES_BEFORE_LOCK} then ${lockedUntil}::timestamptz end
    where a.locked_until is null or a.locked_until <= ${now}
    returning failures`;
  if (counted !== undefined) return { locked: false, failures: counted.failures };
  const [row] = await db<
    { until: Date | null }[]
  >`/* all workspaces: an operator is known before a workspace is */ select locked_until as until from sign_in_attempt where account = ${account}`;
  return { locked: true, until: row?.until ?? now };
}

export async function clearAttempts(db: Db | Tx, account: Buffer): Promise<void> {
  await db`/* all workspaces: an operator is known before a workspace is */ delete from sign_in_attempt where account = ${account}`;
}
