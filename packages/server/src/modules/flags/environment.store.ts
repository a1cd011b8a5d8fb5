import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type EnvironmentRow = { readonly key: string; readonly name: string; readonly review: boolean };

/** What keys without a choice get. */
export const PRODUCTION = "production";
/** There from the beginning; they become rows when something of environments is first changed. */
const FIRST: readonly EnvironmentRow[] = [
  { key: PRODUCTION, name: "Production", review: false },
  { key: "development", name: "Development", review: false },
];
export const ENVIRONMENTS_MAX = 20;

/** In the order in which they were made. */
export async function loadEnvironments(db: Db | Tx, workspaceId: number): Promise<readonly EnvironmentRow[]> {
  const rows = await db<EnvironmentRow[]>`
    select key, name, review from flag_environment where workspace_id = ${workspaceId} order by place, key limit ${ENVIRONMENTS_MAX}`;
  return rows.length === 0 ? FIRST : rows;
}

/** Writes down those that are there from the beginning, so that others can refer to them. */
export async function keepFirstEnvironments(tx: Tx, workspaceId: number): Promise<void> {
  if ((await tx`select from flag_environment where workspace_id = ${workspaceId} limit 1`).length > 0) return;
  for (const [place, row] of FIRST.entries()) await saveEnvironment(tx, workspaceId, row, place);
}

export async function saveEnvironment(tx: Tx, workspaceId: number, { key, name, review }: EnvironmentRow, place: number): Promise<void> {
  await tx`
    insert into flag_environment (workspace_id, key, name, review, place) values (${workspaceId}, ${key}, ${name}, ${review}, ${place})
    on conflict (workspace_id, key) do update set name = excluded.name, review = excluded.review`;
}

/** With what revoked keys had chosen. True when it was there. */
export async function deleteEnvironmentRow(tx: Tx, workspaceId: number, key: string): Promise<boolean> {
  await tx`
    delete from flag_key e using api_key k
    where e.workspace_id = ${workspaceId} and e.environment = ${key} and k.workspace_id = e.workspace_id and k.key_id = e.key_id and k.revoked_at is not null`;
  return (await tx`delete from flag_environment where workspace_id = ${workspaceId} and key = ${key} returning key`).length > 0;
}

export type ClientKeyRow = { readonly id: string; readonly name: string; readonly hint: string; readonly environment: string };

/** More than may live at a time. */
const CLIENT_KEYS_MAX = 500;

/** Live write keys, the newest first, or the one with a number. */
export async function loadClientKeys(db: Db | Tx, workspaceId: number, keyId?: string): Promise<readonly ClientKeyRow[]> {
  return db<ClientKeyRow[]>`
    select k.key_id as id, k.name, k.hint, coalesce(e.environment, ${PRODUCTION}) as environment
    from api_key k left join flag_key e on e.workspace_id = k.workspace_id and e.key_id = k.key_id
    where k.workspace_id = ${workspaceId} and k.kind = 'write' and k.revoked_at is null ${keyId === undefined ? db`` : db`and k.key_id = ${keyId}`}
    order by k.key_id desc limit ${CLIENT_KEYS_MAX}`;
}

export async function saveClientKey(tx: Tx, workspaceId: number, keyId: string, environment: string): Promise<void> {
  await tx`
    insert into flag_key (workspace_id, key_id, environment) values (${workspaceId}, ${keyId}, ${environment})
    on conflict (workspace_id, key_id) do update set environment = excluded.environment`;
}

export async function countKeysOf(tx: Tx, workspaceId: number, environment: string): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    select count(*)::int as count from flag_key e join api_key k on k.workspace_id = e.workspace_id and k.key_id = e.key_id and k.revoked_at is null
    where e.workspace_id = ${workspaceId} and e.environment = ${environment}`;
  return row?.count ?? 0;
}

/** Chosen environments by live key: those that were revoked lead nowhere, and there is no end to them. */
export async function loadKeyChoices(
  db: Db,
  workspaceId: number,
): Promise<readonly { readonly keyId: string; readonly environment: string }[]> {
  return db`
    select e.key_id as "keyId", e.environment from flag_key e
    join api_key k on k.workspace_id = e.workspace_id and k.key_id = e.key_id and k.revoked_at is null
    where e.workspace_id = ${workspaceId} limit ${CLIENT_KEYS_MAX}`;
}
