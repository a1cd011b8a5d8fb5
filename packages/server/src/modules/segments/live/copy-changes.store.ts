import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Warehouse } from "../../../platform/storage/clickhouse.ts";
import type { Db } from "../../../platform/storage/postgres.ts";

type ChangeRow = {
  readonly seq: string;
  readonly workspaceId: number;
  readonly segmentId: string;
  readonly personId: string;
  readonly isGone: boolean;
};

const CHANGES_PER_INSERT = 50_000;

/** Tells the event engine of members who came and went; true when there were any. A repeat is harmless: the newest row of a member counts. */
export async function copyChanges({ db, warehouse }: { readonly db: Db; readonly warehouse: Warehouse }): Promise<boolean> {
  const changes = await db<ChangeRow[]>`
    select /* all workspaces: the outbox */ change_seq as seq, workspace_id as "workspaceId", segment_id as "segmentId", person_id as "personId", is_gone as "isGone"
    from segment_change order by change_seq limit ${CHANGES_PER_INSERT}`;
  if (changes.length === 0) return false;
  await warehouse.client.insert({
    table: "segment_member",
    format: "JSONCompactEachRow",
    columns: ["workspace_id", "segment_id", "person_id", "change_seq", "is_gone"],
    // A member that was copied whole has the number 1.
    values: changes.map(({ seq, workspaceId, segmentId, personId, isGone }) => [
      workspaceId,
      segmentId,
      personId,
      String(BigInt(seq) + 1n),
      isGone ? 1 : 0,
    ]),
    clickhouse_settings: { async_insert: 0, insert_deduplicate: 0, distributed_foreground_insert: 1 },
  });
  await db`delete /* all workspaces: the outbox */ from segment_change where change_seq = any(${numbers(changes.map(({ seq }) => seq))}::bigint[])`;
  return true;
}
