import type { KeyKind } from "@terrace/domain/access/key-rules";
import type { Permission } from "@terrace/domain/access/permissions";
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
};

const KEYS_LISTED_MAX = 500;
export const LIVE_KEYS_MAX = 200;

/** The one statement that starts from a key and finds its workspace. */
export async function loadLiveKey(db: Db, kind: KeyKind, hash: Buffer): Promise<LiveKey | undefined> {
  const [row] = await db<LiveKey[]>`
    select workspace_id as "workspaceId", key_id::text as "keyId", name, scopes from api_key where kind = ${kind} and hash = ${hash} and revoked_at is null`;
  return row;
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
  readonly createdAt: Date;
  readonly createdBy: string;
};

/** Undefined when the very same key exists already, live or revoked. */
export async function insertKey(tx: Tx, workspaceId: number, key: NewKey): Promise<KeyRow | undefined> {
  const [row] = await tx<KeyRow[]>`
    insert into api_key (workspace_id, kind, name, hint, hash, scopes, created_at, created_by)
    values (${workspaceId}, ${key.kind}, ${key.name}, ${key.hint}, ${key.hash}, ${[...key.scopes]}::text[], ${key.createdAt}, ${key.createdBy})
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
