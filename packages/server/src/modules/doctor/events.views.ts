import { ch, type ChStatement, type Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Moved, SettledDay } from "./state.views.ts";

/** How many events of some ranges of the feed the event engine holds, and how many of them differ. */
export async function countStored(warehouse: Warehouse, day: SettledDay): Promise<{ readonly events: number; readonly distinct: number }> {
  const parts = day.ranges.map(
    ({ lane, from, to }) =>
      ch`(toUInt64OrNull(splitByChar('-', event_id)[1]) = ${ch.value("UInt64", lane)} and toUInt64OrNull(splitByChar('-', event_id)[2]) between ${ch.value("UInt64", from)} and ${ch.value("UInt64", to)})`,
  );
  const [row] = await read<{ events: number; distinct: number }>(
    warehouse,
    ch`select /* all workspaces: the doctor looks at the installation */ count() as events, uniqExact(event_id) as distinct from events where ${ch.join(parts, " or ")}`,
  );
  return row ?? { events: 0, distinct: 0 };
}

/** As `sumMoved` says it of PostgreSQL, from the map that queries use. */
export async function sumMapped(warehouse: Warehouse, buckets: number): Promise<ReadonlyMap<number, string>> {
  const rows = await read<{ bucket: number; sum: string }>(
    warehouse,
    ch`select /* all workspaces: the map of the installation */ toUInt32(origin_id % ${ch.value("UInt64", buckets)}) as bucket, toString(sum(toUInt256(origin_id) * 31 + toUInt256(person_id) + toUInt256(workspace_id))) as sum
      from dictionary('person_of_origin') where person_id != origin_id group by bucket limit 100000`,
  );
  return new Map(rows.map(({ bucket, sum }) => [bucket, sum]));
}

export async function loadMapped(warehouse: Warehouse, buckets: number, bucket: number): Promise<readonly Moved[]> {
  return read<Moved>(
    warehouse,
    ch`select /* all workspaces: the map of the installation */ workspace_id as workspaceId, toString(origin_id) as originId, toString(person_id) as personId
      from dictionary('person_of_origin') where person_id != origin_id and origin_id % ${ch.value("UInt64", buckets)} = ${ch.value("UInt64", bucket)} limit 10000000`,
  );
}

export async function eventClockMs(warehouse: Warehouse): Promise<number> {
  const [row] = await read<{ ms: number }>(warehouse, ch`select toUnixTimestamp64Milli(now64(3)) as ms`);
  return row?.ms ?? 0;
}

/** The tightest disk of the event engine: free bytes and all bytes. */
export async function eventDisk(warehouse: Warehouse): Promise<{ readonly free: number; readonly total: number } | undefined> {
  const [row] = await read<{ free: number; total: number }>(
    warehouse,
    ch`select /* all workspaces: the disk */ toFloat64(free_space) as free, toFloat64(total_space) as total from system.disks where total_space > 0 order by free_space limit 1`,
  );
  return row;
}

async function read<Row>(warehouse: Warehouse, statement: ChStatement): Promise<readonly Row[]> {
  const answer = await warehouse.client.query({
    query: statement.text,
    query_params: { ...statement.params },
    format: "JSONEachRow",
    clickhouse_settings: { log_comment: "doctor", max_execution_time: 600 },
  });
  return answer.json<Row>();
}
