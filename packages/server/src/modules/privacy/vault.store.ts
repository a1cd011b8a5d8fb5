import type { PersonalClass } from "@terrace/domain/event/feed-event";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type WrappedKey = { readonly originId: string; readonly wrapped: Uint8Array };
export type SealedValue = {
  readonly originId: string;
  readonly token: string;
  readonly class: PersonalClass;
  readonly ciphertext: Uint8Array;
};

/** Which of these values are in the vault already, as `origin token`. */
export async function loadPresentValues(
  tx: Tx,
  workspaceId: number,
  pairs: readonly { readonly originId: string; readonly token: string }[],
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ originId: string; token: string }[]>`
    select v.origin_id::text as "originId", v.token
    from unnest(${pairs.map((pair) => pair.originId)}::bigint[], ${pairs.map((pair) => pair.token)}::text[]) as asked (origin_id, token)
    join vault_value v on v.workspace_id = ${workspaceId} and v.origin_id = asked.origin_id and v.token = asked.token`;
  return new Set(rows.map((row) => `${row.originId} ${row.token}`));
}

/** The data keys of these origins, locked so that none is erased before this transaction ends. */
export async function lockKeys(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly WrappedKey[]> {
  return tx<WrappedKey[]>`
    select origin_id::text as "originId", wrapped_key as wrapped from person_key
    where workspace_id = ${workspaceId} and origin_id = any(${originIds}::bigint[]) order by person_key.origin_id for key share`;
}

/** Adds data keys; an origin that got one from a concurrent transaction keeps that one. Give them in id order. */
export async function insertKeys(tx: Tx, workspaceId: number, keys: readonly WrappedKey[]): Promise<void> {
  await tx`
    insert into person_key (workspace_id, origin_id, wrapped_key)
    select ${workspaceId}, fresh.origin_id, decode(fresh.wrapped, 'base64')
    from unnest(${keys.map((key) => key.originId)}::bigint[], ${keys.map((key) => toBase64(key.wrapped))}::text[]) as fresh (origin_id, wrapped)
    on conflict do nothing`;
}

/** Adds values; one that is there already stays. Give them in origin and token order. */
export async function insertValues(tx: Tx, workspaceId: number, values: readonly SealedValue[]): Promise<void> {
  await tx`
    insert into vault_value (workspace_id, origin_id, token, class, ciphertext)
    select ${workspaceId}, fresh.origin_id, fresh.token, fresh.class, decode(fresh.sealed, 'base64')
    from unnest(${values.map((value) => value.originId)}::bigint[], ${values.map((value) => value.token)}::text[],
      ${values.map((value) => value.class)}::text[], ${values.map((value) => toBase64(value.ciphertext))}::text[]) as fresh (origin_id, token, class, sealed)
    on conflict do nothing`;
}

export type StoredValue = {
  readonly originId: string;
  readonly token: string;
  readonly ciphertext: Uint8Array;
  readonly wrapped: Uint8Array;
};

/** Sealed values of these origins whose key still exists, at most `rowsMax`; `tokens` narrows to those. */
export async function loadValues(
  db: Db | Tx,
  workspaceId: number,
  asked: { readonly originIds: readonly string[]; readonly tokens: readonly string[] | undefined; readonly rowsMax: number },
): Promise<readonly StoredValue[]> {
  // `is true` keeps the tokens out of the index condition, where each row would be looked for among all of them.
  return db<StoredValue[]>`
    select v.origin_id::text as "originId", v.token, v.ciphertext, k.wrapped_key as wrapped
    from vault_value v join person_key k on k.workspace_id = v.workspace_id and k.origin_id = v.origin_id
    where v.workspace_id = ${workspaceId} and v.origin_id = any(${asked.originIds}::bigint[])
      ${asked.tokens === undefined ? db`` : db`and (v.token in (select unnest(${asked.tokens}::text[]))) is true`}
    limit ${asked.rowsMax}`;
}

/** Classes whose values name a person in text of others: names and addresses are shared by many, but nobody needs them there once one of these is gone. */
const TELLING_CLASSES: readonly PersonalClass[] = ["phone", "email", "id_card", "name", "address"];

/** Tokens of the phone numbers, e-mails, id cards, names and addresses kept for these origins, at most `limit`. */
export async function loadTellingTokens(
  tx: Tx,
  workspaceId: number,
  originIds: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx<{ token: string }[]>`
    select distinct token from vault_value where workspace_id = ${workspaceId} and origin_id = any(${originIds}::bigint[]) and class = any(${[...TELLING_CLASSES]}::text[]) limit ${limit}`;
  return rows.map(({ token }) => token);
}

/** What was destroyed with some keys. */
export type Destroyed = { readonly keys: number; readonly values: number };

/** Destroys the data keys of these origins and their values. */
export async function deleteKeys(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<Destroyed> {
  const gone = await tx`delete from person_key where workspace_id = ${workspaceId} and origin_id = any(${originIds}::bigint[])`;
  const values = await tx`delete from vault_value where workspace_id = ${workspaceId} and origin_id = any(${originIds}::bigint[])`;
  return { keys: gone.count, values: values.count };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
