import type { KeyKind } from "@terrace/domain/access/key-rules";
import { NO_FIELD_RULES, type FieldRules } from "@terrace/domain/access/field-view";
import type { Permission } from "@terrace/domain/access/permissions";
import type { RoleGrant } from "@terrace/domain/access/roles";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type KeyRow = {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly hint: string;
  readonly scopes: Permission[];
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
};

/** A key that is known and not revoked. */
export type LiveKey = {
  readonly workspaceId: number;
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly Permission[];
  /** What its maker saw when the key was made. */
  readonly fields: FieldRules;
  /** From where the workspace is reached. */
  readonly ipRanges: readonly string[];
};

const KEYS_LISTED_MAX = 500;
export const LIVE_KEYS_MAX = 200;

/** The one statement that starts from a key and finds its workspace. */
export async function loadLiveKey(db: Db, kind: KeyKind, hash: Buffer): Promise<LiveKey | undefined> {
  const [row] = await db<(Omit<LiveKey, "fields" | "ipRanges"> & { fields: FieldRules | null; ipRanges: string[] | null })[]>`
    select k.workspace_id as "workspaceId", k.key_id::text as "keyId", k.name, k.scopes, k.fields, sp.ip_ranges as "ipRanges"
    from api_key k left join security_policy sp on sp.workspace_id = k.workspace_id
    where k.kind = ${kind} and k.hash = ${hash} and k.revoked_at is null`;
  return row === undefined ? undefined : { ...row, fields: row.fields ?? NO_FIELD_RULES, ipRanges: row.ipRanges ?? [] };
}

/** What a live key gives; undefined when it is revoked. */
export async function loadKeyGrant(db: Db, workspaceId: number, keyId: string): Promise<RoleGrant | undefined> {
  const [row] = await db<{ scopes: Permission[]; fields: FieldRules | null }[]>`
    select scopes, fields from api_key where workspace_id = ${workspaceId} and key_id = ${keyId} and revoked_at is null`;
  return row === undefined ? undefined : { permissions: row.scopes, fields: row.fields ?? NO_FIELD_RULES };
}

/** Live keys first, then the newest. */
export async function loadKeys(db: Db, workspaceId: number): Promise<readonly KeyRow[]> {
  return db<KeyRow[]>`
    select key_id::text as id, kind, name, hint, scopes, created_at as "createdAt", created_by as "createdBy", last_used_at as "lastUsedAt", revoked_at as "revokedAt"
    from api_key where workspace_id = ${workspaceId} order by revoked_at is not null, key_id desc limit ${KEYS_LISTED_MAX}`;
}

export async function countLiveKeys(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<
    { keys: number }[]
  >`select count(*)::integer as keys from api_key where workspace_id = ${workspaceId} and revoked_at is null`;
  return row?.keys ?? 0;
}

export type NewKey = {
  readonly kind: KeyKind;
  readonly name: string;
  readonly hint: string;
  readonly hash: Buffer;
  readonly scopes: readonly Permission[];
  readonly fields: FieldRules;
  readonly createdAt: Date;
  readonly createdBy: string;
};

/** Undefined when the very same key exists already, live or revoked. */
export async function insertKey(tx: Tx, workspaceId: number, key: NewKey): Promise<KeyRow | undefined> {
  const [row] = await tx<KeyRow[]>`
    insert into api_key (workspace_id, kind, name, hint, hash, scopes, fields, created_at, created_by)
    values (${workspaceId}, ${key.kind}, ${key.name}, ${key.hint}, ${key.hash}, ${[...key.scopes]}::text[], ${tx.json(key.fields)}, ${key.createdAt}, ${key.createdBy})
    on conflict (kind, hash) do nothing
    returning key_id::text as id, kind, name, hint, scopes, created_at as "createdAt", created_by as "createdBy", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;
  return row;
}

/** The revoked key, or undefined when there is none; revoking twice changes nothing. */
export async function revokeKeyRow(
  tx: Tx,
  workspaceId: number,
  revoked: { readonly keyId: string; readonly at: Date; readonly by: string },
): Promise<{ readonly kind: KeyKind; readonly name: string; readonly changed: boolean } | undefined> {
  const changed = await tx<{ kind: KeyKind; name: string }[]>`
    update api_key set revoked_at = ${revoked.at}, revoked_by = ${revoked.by}
    where workspace_id = ${workspaceId} and key_id = ${revoked.keyId} and revoked_at is null returning kind, name`;
  if (changed[0] !== undefined) return { ...changed[0], changed: true };
  const [row] = await tx<
    { kind: KeyKind; name: string }[]
  >`select kind, name from api_key where workspace_id = ${workspaceId} and key_id = ${revoked.keyId}`;
  return row === undefined ? undefined : { ...row, changed: false };
}

/** Notes that a key is in use, unless that was noted less than a minute ago; one statement, so that it needs no transaction. */
export async function touchKey(
  db: Db,
  workspaceId: number,
  key: { readonly keyId: string; readonly now: Date; readonly unlessAfter: Date },
): Promise<void> {
  await db`
    update api_key set last_used_at = ${key.now}
    where workspace_id = ${workspaceId} and key_id = ${key.keyId} and (last_used_at is null or last_used_at <= ${key.unlessAfter})`;
}
