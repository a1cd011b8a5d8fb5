import type { Tx } from "../../platform/storage/postgres.ts";

/** Records a master key's fingerprint unless one is recorded; answers the recorded one. */
export async function recordMasterKey(tx: Tx, fingerprint: Buffer): Promise<Buffer> {
  await tx`insert /* all workspaces: one master key seals them all */ into master_key (key_id) values (${fingerprint}) on conflict do nothing`;
  const [row] = await tx<{ keyId: Buffer }[]>`select /* all workspaces: one master key seals them all */ key_id as "keyId" from master_key`;
  if (row === undefined) throw new Error("the master key's fingerprint vanished inside its own transaction");
  return row.keyId;
}
