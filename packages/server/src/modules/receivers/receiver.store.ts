import type { SignatureScheme } from "@terrace/contract/api/receivers";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A receiver as stored; token and secret are sealed. */
export type ReceiverRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly name: string;
  readonly token: Uint8Array;
  readonly expression: string;
  readonly signature: SignatureScheme;
  readonly secret: Uint8Array | null;
  readonly state: "active" | "paused";
  readonly createdAt: Date;
  readonly createdBy: string;
};

export const RECEIVERS_MAX = 50;

export async function countReceivers(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from receiver where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

export type NewReceiver = Omit<ReceiverRow, "id" | "workspaceId" | "state"> & { readonly tokenHash: Uint8Array };

export async function insertReceiver(tx: Tx, workspaceId: number, receiver: NewReceiver): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into receiver (workspace_id, name, token_hash, token, expression, signature, secret, state, created_at, created_by)
    values (${workspaceId}, ${receiver.name}, ${receiver.tokenHash}, ${receiver.token}, ${receiver.expression}, ${tx.json(receiver.signature)}, ${receiver.secret}, 'active', ${receiver.createdAt}, ${receiver.createdBy})
    returning receiver_id as id`;
  if (row === undefined) throw new Error("insert into receiver returned no row");
  return row.id;
}

/** All receivers of a workspace, the newest first. */
export async function loadReceivers(db: Db | Tx, workspaceId: number): Promise<readonly ReceiverRow[]> {
  return db<ReceiverRow[]>`
    select receiver_id as id, workspace_id as "workspaceId", name, token, expression, signature, secret, state, created_at as "createdAt", created_by as "createdBy"
    from receiver where workspace_id = ${workspaceId} order by receiver_id desc limit ${RECEIVERS_MAX}`;
}

/** The receiver of an address. The one statement that starts from a token and finds its workspace. */
export async function findReceiver(db: Db, tokenHash: Uint8Array): Promise<ReceiverRow | undefined> {
  const [row] = await db<ReceiverRow[]>`
    select receiver_id as id, workspace_id as "workspaceId", name, token, expression, signature, secret, state, created_at as "createdAt", created_by as "createdBy"
    from receiver where token_hash = ${tokenHash}`;
  return row;
}

export type ReceiverChange = Partial<Pick<ReceiverRow, "name" | "expression" | "signature" | "state">> & { readonly secret?: Uint8Array };

/** False when there is no such receiver. */
export async function updateReceiver(tx: Tx, workspaceId: number, id: string, change: ReceiverChange): Promise<boolean> {
  const changed = await tx`
    update receiver set name = coalesce(${change.name ?? null}, name), expression = coalesce(${change.expression ?? null}, expression),
      signature = coalesce(${change.signature === undefined ? null : tx.json(change.signature)}::jsonb, signature),
      secret = coalesce(${change.secret ?? null}::bytea, secret), state = coalesce(${change.state ?? null}, state)
    where workspace_id = ${workspaceId} and receiver_id = ${id}`;
  return changed.count === 1;
}

/** The name of what was deleted; undefined when there was none. */
export async function deleteReceiver(tx: Tx, workspaceId: number, id: string): Promise<string | undefined> {
  const [row] = await tx<
    { name: string }[]
  >`delete from receiver where workspace_id = ${workspaceId} and receiver_id = ${id} returning name`;
  return row?.name;
}
