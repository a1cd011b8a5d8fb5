import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";

/** A segment whose members the event engine does not all know. */
export type Uncopied = { readonly workspaceId: number; readonly segmentId: string; readonly copySeq: string };

type MemberRow = { readonly id: string; readonly at: string; readonly stay: string };

/** Members of one insert. */
const MEMBERS_PER_INSERT = 100_000;

/** The oldest segments whose members are still to be copied. */
export async function loadUncopied(db: Db, limit: number): Promise<readonly Uncopied[]> {
  return db<
    Uncopied[]
  >`/* all workspaces: the outbox */ select workspace_id as "workspaceId", segment_id as "segmentId", copy_seq as "copySeq" from segment where copied_at is null order by segment_id limit ${limit}`;
}

/** Tells the event engine of all members. A repeat is harmless: the newest row of a member counts. */
export async function copyMembers(
  { db, warehouse }: { readonly db: Db; readonly warehouse: Warehouse },
  segment: Uncopied,
  at: Date,
): Promise<void> {
  const { workspaceId, segmentId, copySeq } = segment;
  let after: MemberRow | undefined;
  do {
    const members: readonly MemberRow[] = await db<MemberRow[]>`
      select person_id as id, entered_at::text as at, stay_id as stay from segment_member where workspace_id = ${workspaceId} and segment_id = ${segmentId}
        ${after === undefined ? db`` : db`and (entered_at, stay_id) > (${after.at}::timestamptz, ${after.stay}::bigint)`}
      order by entered_at, stay_id limit ${MEMBERS_PER_INSERT}`;
    if (members.length > 0) await insertMembers(warehouse, segment, members);
    after = members.at(-1);
  } while (after !== undefined);
  await db`update segment set copied_at = ${at} where workspace_id = ${workspaceId} and segment_id = ${segmentId} and copied_at is null and copy_seq = ${copySeq}`;
}

/** Tells the event engine of the members of a segment, should it not know them all. */
export async function copyUncopied(
  deps: { readonly db: Db; readonly warehouse: Warehouse },
  workspaceId: number,
  segmentId: string,
  at: Date,
): Promise<void> {
  const [uncopied] = await deps.db<Uncopied[]>`
    select workspace_id as "workspaceId", segment_id as "segmentId", copy_seq as "copySeq" from segment
    where workspace_id = ${workspaceId} and segment_id = ${segmentId} and copied_at is null`;
  if (uncopied !== undefined) await copyMembers(deps, uncopied, at);
}

async function insertMembers(
  warehouse: Warehouse,
  { workspaceId, segmentId, copySeq }: Uncopied,
  members: readonly { readonly id: string }[],
) {
  await warehouse.client.insert({
    table: "segment_member",
    format: "JSONCompactEachRow",
    columns: ["workspace_id", "segment_id", "person_id", "change_seq", "is_gone"],
    values: members.map(({ id }) => [workspaceId, segmentId, id, copySeq, 0]),
    clickhouse_settings: { async_insert: 0, insert_deduplicate: 0, distributed_foreground_insert: 1 },
  });
}

/** Begins to remove what the event engine holds of a segment. */
export async function forgetSegment(warehouse: Warehouse, workspaceId: number, segmentId: string): Promise<void> {
  await everywhere(warehouse, `WHERE workspace_id = ${digits(String(workspaceId))} AND segment_id = ${digits(segmentId)}`);
}

/** Begins to remove people from all segments in the event engine. Nothing to do is told at once: changing rows costs it a file for each part. */
export async function forgetPeople(warehouse: Warehouse, workspaceId: number, originIds: readonly string[]): Promise<void> {
  const among = `person_id IN (${originIds.map(digits).join(",")})`;
  const [row] = await warehouse.rows<{ found: number }>(
    workspaceId,
    "segments.held",
    ch`select count() as found from segment_member where workspace_id = ${ch.value("UInt32", workspaceId)} and ${{ text: among, params: {} }}`,
  );
  if ((row?.found ?? 0) > 0) await everywhere(warehouse, `WHERE workspace_id = ${digits(String(workspaceId))} AND ${among}`);
}

async function everywhere(warehouse: Warehouse, where: string): Promise<void> {
  const table = warehouse.cluster === undefined ? "segment_member" : "segment_member_local";
  for (const node of warehouse.nodes)
    await node.command({
      query: `ALTER TABLE ${table} DELETE ${where}`,
      clickhouse_settings: { mutations_sync: "0", max_query_size: STATEMENT_BYTES_MAX },
    });
}

const STATEMENT_BYTES_MAX = "16777216";

/** Numbers of our own making stand in the text: a statement that changes rows takes no parameters in every engine. */
function digits(text: string): string {
  if (!/^\d{1,20}$/.test(text)) throw new TypeError("an id is a number");
  return text;
}
