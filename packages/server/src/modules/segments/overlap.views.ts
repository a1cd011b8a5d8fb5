import { ch, type ChStatement } from "../../platform/storage/clickhouse.ts";
import { segmentPeopleSql } from "../../platform/storage/conditions/segment-sql.ts";
import type { ReadRows } from "./segment-deps.ts";

/** How many people are in which of some segments: a bit for each, the first the lowest. */
export type OverlapRow = { readonly mask: number; readonly people: number };

/** Everyone who is in any of some segments now, each once, with a bit for each that they are in. */
function maskedSql(workspaceId: number, segmentIds: readonly string[]): ChStatement {
  const members = segmentIds.map(
    (id, index) => ch`select person, toUInt8(${ch.value("UInt8", 2 ** index)}) as bit from (${segmentPeopleSql(id, workspaceId)})`,
  );
  return ch`select person, groupBitOr(bit) as mask from (${ch.join(members, " union all ")}) group by person`;
}

export async function loadOverlap(read: ReadRows, workspaceId: number, segmentIds: readonly string[]): Promise<readonly OverlapRow[]> {
  return read<OverlapRow>(
    "segments.overlap",
    ch`select mask, count() as people from (${maskedSql(workspaceId, segmentIds)}) group by mask order by mask`,
  );
}

/** People with exactly these bits, in order of their ids, from after one on. */
export async function loadOverlapPeople(
  read: ReadRows,
  workspaceId: number,
  asked: { readonly segmentIds: readonly string[]; readonly mask: number; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const { segmentIds, mask, after, limit } = asked;
  const rows = await read<{ id: string }>(
    "segments.overlap_people",
    ch`select toString(person) as id from (${maskedSql(workspaceId, segmentIds)}) where mask = ${ch.value("UInt8", mask)} and person > ${ch.value("UInt64", after)}
    order by person limit ${ch.value("UInt32", limit)}`,
  );
  return rows.map(({ id }) => id);
}
