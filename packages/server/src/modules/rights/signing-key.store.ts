import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** The key that signs certificates: the public half as SPKI, the private half as encrypted PKCS #8. */
export type StoredSigningKey = { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };

export async function findSigningKey(db: Db | Tx): Promise<StoredSigningKey | undefined> {
  const [row] = await db<StoredSigningKey[]>`select public_key as "publicKey", private_key as "privateKey" from signing_key`;
  return row;
}

/** Keeps the key unless there is one already. */
export async function insertSigningKey(tx: Tx, key: StoredSigningKey, at: Date): Promise<void> {
  await tx`insert into signing_key (public_key, private_key, created_at) values (${Buffer.from(key.publicKey)}, ${Buffer.from(key.privateKey)}, ${at}) on conflict do nothing`;
}
