import type { Permission } from "@terrace/domain/access/permissions";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { membershipOf, policyColumns, roleColumns, roleJoin, type Membership, type PolicyColumns, type RoleColumns } from "./membership.ts";

export type TokenRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly name: string;
  readonly hint: string;
  readonly scopes: Permission[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
};

/** A token that works now, and whose it is. */
export type LiveToken = {
  readonly tokenId: string;
  readonly workspaceId: number;
  readonly name: string;
  readonly scopes: Permission[];
  readonly lastUsedAt: Date | null;
  readonly operatorId: string;
  readonly email: string;
  readonly hasSecondFactor: boolean;
  readonly membership: Membership;
};

const TOKENS_LISTED_MAX = 200;
export const LIVE_TOKENS_MAX = 50;

/** Asked with every request, so that whoever is shut out is out at once. */
export async function loadLiveToken(db: Db, hash: Buffer, now: Date): Promise<LiveToken | undefined> {
  type Stored = Omit<LiveToken, "membership"> & RoleColumns & PolicyColumns;
  const [row] = await db<Stored[]>`
    select t.token_id::text as "tokenId", t.workspace_id as "workspaceId", t.name, t.scopes, t.last_used_at as "lastUsedAt",
      o.operator_id::text as "operatorId", o.email, sf.confirmed_at is not null as "hasSecondFactor", ${roleColumns(db)}, ${policyColumns(db)}
    from personal_token t join operator o using (operator_id)
    join member m on m.operator_id = t.operator_id and m.workspace_id = t.workspace_id and m.deactivated_at is null
    left join second_factor sf on sf.operator_id = t.operator_id
    ${roleJoin(db)} left join security_policy sp on sp.workspace_id = t.workspace_id
    where t.hash = ${hash} and t.revoked_at is null and t.expires_at > ${now}`;
  const membership = row === undefined ? null : membershipOf(row);
  if (row === undefined || membership === null) return undefined;
  const { tokenId, workspaceId, name, scopes, lastUsedAt, operatorId, email, hasSecondFactor } = row;
  return { tokenId, workspaceId, name, scopes, lastUsedAt, operatorId, email, hasSecondFactor, membership };
}

/** Live tokens of an operator first, then the newest. */
export async function loadTokens(db: Db, operatorId: string): Promise<readonly TokenRow[]> {
  return db<TokenRow[]>`
    /* all workspaces: an operator sees all their own */ select token_id::text as id, workspace_id as "workspaceId", name, hint, scopes, created_at as "createdAt", expires_at as "expiresAt",
      last_used_at as "lastUsedAt", revoked_at as "revokedAt"
    from personal_token where operator_id = ${operatorId} order by revoked_at is not null, token_id desc limit ${TOKENS_LISTED_MAX}`;
}

export async function countLiveTokens(tx: Tx, operatorId: string, now: Date): Promise<number> {
  const [row] = await tx<{ tokens: number }[]>`
    /* all workspaces: an operator's own */ select count(*)::integer as tokens from personal_token where operator_id = ${operatorId} and revoked_at is null and expires_at > ${now}`;
  return row?.tokens ?? 0;
}

export type NewToken = Omit<TokenRow, "id" | "lastUsedAt" | "revokedAt"> & { readonly operatorId: string; readonly hash: Buffer };

export async function insertToken(tx: Tx, token: NewToken): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into personal_token (workspace_id, operator_id, name, hint, hash, scopes, created_at, expires_at)
    values (${token.workspaceId}, ${token.operatorId}, ${token.name}, ${token.hint}, ${token.hash}, ${[...token.scopes]}::text[], ${token.createdAt}, ${token.expiresAt})
    returning token_id::text as id`;
  if (row === undefined) throw new Error("insert returned no row");
  return row.id;
}

/** The revoked token, or undefined when the operator has none such; revoking twice changes nothing. */
export async function revokeTokenRow(
  tx: Tx,
  operatorId: string,
  tokenId: string,
  at: Date,
): Promise<{ readonly workspaceId: number; readonly name: string; readonly changed: boolean } | undefined> {
  const [row] = await tx<{ workspaceId: number; name: string; changed: boolean }[]>`
    /* all workspaces: an operator's own */ with before as (select token_id, revoked_at from personal_token where operator_id = ${operatorId} and token_id = ${tokenId} for update)
    update personal_token t set revoked_at = coalesce(t.revoked_at, ${at}) from before where t.token_id = before.token_id
    returning t.workspace_id as "workspaceId", t.name, before.revoked_at is null as changed`;
  return row;
}

/** Revokes every token an operator has in a workspace. */
export async function revokeTokensOf(tx: Tx, workspaceId: number, operatorId: string, at: Date): Promise<void> {
  await tx`update personal_token set revoked_at = ${at} where workspace_id = ${workspaceId} and operator_id = ${operatorId} and revoked_at is null`;
}

/** Notes that a token is in use, unless that was noted less than a minute ago; one statement, so that it needs no transaction. */
export async function touchToken(
  db: Db,
  workspaceId: number,
  token: { readonly tokenId: string; readonly now: Date; readonly unlessAfter: Date },
): Promise<void> {
  await db`
    update personal_token set last_used_at = ${token.now}
    where workspace_id = ${workspaceId} and token_id = ${token.tokenId} and (last_used_at is null or last_used_at <= ${token.unlessAfter})`;
}
