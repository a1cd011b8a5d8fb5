import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type Business = { readonly name: string; readonly address: string; readonly website: string };

/** What messages say of the business; blank where nobody said anything. */
export async function loadBusiness(db: Db | Tx, workspaceId: number): Promise<Business> {
  const [row] = await db<Business[]>`select name, address, website from message_business where workspace_id = ${workspaceId}`;
  return row ?? { name: "", address: "", website: "" };
}

export async function saveBusiness(tx: Tx, workspaceId: number, { name, address, website }: Business): Promise<void> {
  await tx`
    insert into message_business (workspace_id, name, address, website) values (${workspaceId}, ${name}, ${address}, ${website})
    on conflict (workspace_id) do update set name = excluded.name, address = excluded.address, website = excluded.website`;
}
