import type { ProviderSettings } from "@terrace/contract/api/channel-settings";
import type { MessageChannel, ProviderKind } from "@terrace/domain/messages/channel";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A provider as stored; secrets and token are sealed. */
export type ProviderRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly channel: MessageChannel;
  readonly kind: ProviderKind;
  readonly name: string;
  readonly settings: ProviderSettings;
  readonly secrets: Uint8Array;
  readonly secretsAt: Date;
  readonly state: "on" | "off";
  readonly isDefault: boolean;
  readonly ratePerSecond: number | null;
  readonly token: Uint8Array;
  readonly version: number;
  readonly createdAt: Date;
  readonly createdBy: string;
};
export type NewProvider = Omit<ProviderRow, "id" | "workspaceId" | "isDefault" | "version" | "state"> & { readonly tokenHash: Uint8Array };
type Changeable = Pick<ProviderRow, "name" | "state" | "settings" | "secrets" | "secretsAt" | "token" | "ratePerSecond"> & {
  readonly tokenHash: Uint8Array;
};
/** What is left out stays. */
export type ProviderChange = { readonly [Key in keyof Changeable]?: Changeable[Key] | undefined };

export const PROVIDERS_MAX = 100;

/** Holds changes of a workspace's providers apart: its default, names and number are judged together. */
export async function lockProviders(tx: Tx, workspaceId: number): Promise<void> {
  await tx`select 1 from workspace where workspace_id = ${workspaceId} for update`;
}

/** The providers of a workspace, by channel and in the order in which they were made; those of a channel, or one. */
export async function loadProviders(
  db: Db | Tx,
  workspaceId: number,
  only: { readonly id?: string | undefined; readonly channel?: MessageChannel | undefined } = {},
): Promise<readonly ProviderRow[]> {
  return db<ProviderRow[]>`
    select ${columns(db)} from channel_provider where workspace_id = ${workspaceId}
      ${only.id === undefined ? db`` : db`and provider_id = ${only.id}::bigint`} ${only.channel === undefined ? db`` : db`and channel = ${only.channel}`}
    order by channel, provider_id limit ${PROVIDERS_MAX}`;
}

/** The provider of a receipts' address. The one statement that starts from a token and finds its workspace. */
export async function findProviderByToken(db: Db, tokenHash: Uint8Array): Promise<ProviderRow | undefined> {
  /* all workspaces: the token names one */
  const [row] = await db<ProviderRow[]>`select ${columns(db)} from channel_provider where token_hash = ${tokenHash}`;
  return row;
}

/** The default of its channel when there is none yet. */
export async function insertProvider(tx: Tx, workspaceId: number, made: NewProvider): Promise<string> {
  const { channel } = made;
  const [row] = await tx<[{ id: string }]>`
    insert into channel_provider (workspace_id, channel, kind, name, settings, secrets, secrets_at, state, is_default, rate_per_second, token, token_hash, version, created_at, created_by)
    values (${workspaceId}, ${channel}, ${made.kind}, ${made.name}, ${tx.json(made.settings)}, ${made.secrets}, ${made.secretsAt}, 'on',
      not exists (select from channel_provider where workspace_id = ${workspaceId} and channel = ${channel} and is_default),
      ${made.ratePerSecond}, ${made.token}, ${made.tokenHash}, 1, ${made.createdAt}, ${made.createdBy})
    returning provider_id as id`;
  return row.id;
}

export async function updateProvider(tx: Tx, workspaceId: number, id: string, change: ProviderChange): Promise<void> {
  await tx`
    update channel_provider set version = version + 1, name = coalesce(${change.name ?? null}, name), state = coalesce(${change.state ?? null}, state),
      settings = coalesce(${change.settings === undefined ? null : tx.json(change.settings)}::jsonb, settings),
      secrets = coalesce(${change.secrets ?? null}::bytea, secrets), secrets_at = coalesce(${change.secretsAt ?? null}::timestamptz, secrets_at),
      token = coalesce(${change.token ?? null}::bytea, token), token_hash = coalesce(${change.tokenHash ?? null}::bytea, token_hash),
      rate_per_second = ${change.ratePerSecond === undefined ? tx`rate_per_second` : tx`${change.ratePerSecond}`}
    where workspace_id = ${workspaceId} and provider_id = ${id}::bigint`;
}

/** Makes a provider the default of its channel in place of the one there was. */
export async function makeDefault(tx: Tx, workspaceId: number, id: string, channel: MessageChannel): Promise<void> {
  await tx`
    update channel_provider set is_default = false, version = version + 1
    where workspace_id = ${workspaceId} and channel = ${channel} and is_default and provider_id <> ${id}::bigint`;
  await tx`update channel_provider set is_default = true, version = version + 1 where workspace_id = ${workspaceId} and provider_id = ${id}::bigint`;
}

export async function deleteProvider(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from channel_provider where workspace_id = ${workspaceId} and provider_id = ${id}::bigint`;
}

function columns(sql: Db | Tx) {
  return sql`provider_id::text as id, workspace_id as "workspaceId", channel, kind, name, settings, secrets, secrets_at as "secretsAt", state, is_default as "isDefault",
    rate_per_second as "ratePerSecond", token, version, created_at as "createdAt", created_by as "createdBy"`;
}
