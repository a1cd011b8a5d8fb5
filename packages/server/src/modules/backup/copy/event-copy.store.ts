import { ClickHouseError } from "@clickhouse/client";
import { ch, type ChStatement, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { insertEncoded } from "../../../platform/storage/insert-encoded.ts";
import { halve, type DayCount, type EventSlice, type NameCount } from "./event-slices.ts";

/** How far the feed was settled in each lane when the state was copied: events behind it do not belong to the backup. */
export type LaneCut = readonly { readonly lane: number; readonly seq: string }[];

/** What a partition (a month) holds: two equal sums mean the same events. */
export type PartitionSum = { readonly partition: number; readonly events: number; readonly digest: string };

const SLICE_BYTES_MAX = 128 * 1024 * 1024;
const SLICE_SECONDS_MAX = 900;
const TOO_LARGE = "396";
/** Both ways a slice may take long. */
const INSERT_SETTINGS = { max_execution_time: SLICE_SECONDS_MAX } as const;
const COPY_SETTINGS = { log_comment: "backup", max_execution_time: SLICE_SECONDS_MAX } as const;

/** Columns of the table of events, as both sides of a restore know them. */
export async function loadEventColumns(warehouse: Warehouse): Promise<readonly string[]> {
  const rows = await read<{ name: string }>(
    warehouse,
    ch`select /* all workspaces: the shape of the table */ name from system.columns where database = currentDatabase() and table = 'events' and default_kind not in ('ALIAS', 'MATERIALIZED') order by position limit 1000`,
  );
  return rows.map(({ name }) => name);
}

/** What every partition holds up to the cut. */
export async function sumPartitions(warehouse: Warehouse, cut: LaneCut): Promise<readonly PartitionSum[]> {
  return read<PartitionSum>(
    warehouse,
    ch`select /* all workspaces: a backup holds all of them */ toYYYYMM(time) as partition, count() as events, toString(groupBitXor(cityHash64(event_id, workspace_id, origin_id, toUnixTimestamp64Milli(time)))) as digest
      from events where ${upTo(cut)} group by partition order by partition limit 100000`,
  );
}

export async function countNames(warehouse: Warehouse, cut: LaneCut, partition: number): Promise<readonly NameCount[]> {
  return read<NameCount>(
    warehouse,
    ch`select /* all workspaces: a backup holds all of them */ workspace_id as workspaceId, toString(name) as name, count() as events
      from events where toYYYYMM(time) = ${ch.value("UInt32", partition)} and ${upTo(cut)} group by workspace_id, name order by workspace_id, name limit 10000000`,
  );
}

export async function countDays(warehouse: Warehouse, cut: LaneCut, slice: EventSlice): Promise<readonly DayCount[]> {
  return read<DayCount>(
    warehouse,
    ch`select /* all workspaces: of the one in the slice */ toString(toDate(time)) as day, count() as events from events where ${within(slice)} and ${upTo(cut)} group by day order by day limit 1000`,
  );
}

/** The rows of a slice in the engine's own format, whole; in several pieces when they are too large for one answer. */
export async function* copySlice(
  warehouse: Warehouse,
  columns: readonly string[],
  cut: LaneCut,
  slice: EventSlice,
): AsyncGenerator<Buffer> {
  try {
    const rows = await readNative(warehouse, columns, ch`${within(slice)} and ${upTo(cut)}`);
    if (rows.length > 0) yield rows;
  } catch (error) {
    const halves = error instanceof ClickHouseError && error.code === TOO_LARGE ? halve(slice) : undefined;
    if (halves === undefined) throw error;
    for (const half of halves) yield* copySlice(warehouse, columns, cut, half);
  }
}

/** Adds rows that `copySlice` gave. A repeat under the same token adds nothing. */
export async function insertSlice(warehouse: Warehouse, columns: readonly string[], rows: Buffer, token: string): Promise<void> {
  await insertEncoded(warehouse, `INSERT INTO events (${columns.map(quoted).join(", ")}) FORMAT Native`, {
    data: rows,
    token,
    settings: INSERT_SETTINGS,
  });
}

/** Adds tab-separated lines `workspace, origin, person, number of the change` to the map of whose an id is. */
export async function insertPersonLines(warehouse: Warehouse, lines: Buffer, token: string): Promise<void> {
  await insertEncoded(warehouse, "INSERT INTO person_of_origin_row (workspace_id, origin_id, person_id, change_seq) FORMAT TSV", {
    data: lines,
    token,
    settings: INSERT_SETTINGS,
  });
}

/** Makes every node read the map of whose an id is. */
export async function reloadPersonMap(warehouse: Warehouse): Promise<void> {
  for (const node of warehouse.nodes) await node.command({ query: "SYSTEM RELOAD DICTIONARY person_of_origin" });
}

/** Whether the event engine holds anything of Terrace. */
export async function hasEventTables(warehouse: Warehouse): Promise<boolean> {
  const rows = await read(
    warehouse,
    ch`select /* all workspaces: whether there are tables */ name from system.tables where database = currentDatabase() and name in ('events', 'events_local', 'person_of_origin_row', 'person_of_origin_local') limit 1`,
  );
  return rows.length > 0;
}

/** `event_id` is lane-seq-index; what did not come through the feed has another form and belongs to the backup as it is. */
function upTo(cut: LaneCut): ChStatement {
  const lanes = cut.map(({ lane }) => lane);
  // An array of texts would be quoted on its way; a sequence of the feed stays far below 2^53.
  const seqs = cut.map(({ seq }) => Number(seq));
  return ch`ifNull(toUInt64OrNull(splitByChar('-', event_id)[2]) <= transform(toUInt64OrNull(splitByChar('-', event_id)[1]), ${ch.value("Array(UInt64)", lanes)}, ${ch.value("Array(UInt64)", seqs)}, toUInt64(18446744073709551615)), 1)`;
}

function within({ partition, workspaceId, names, days, origins, share }: EventSlice): ChStatement {
  const dealt = share.of === 1 ? ch`` : ch` and cityHash64(event_id) % ${ch.value("UInt64", share.of)} = ${ch.value("UInt64", share.at)}`;
  return ch`toYYYYMM(time) = ${ch.value("UInt32", partition)} and workspace_id = ${ch.value("UInt32", workspaceId)}
    and name >= ${ch.value("String", names.from)} and name <= ${ch.value("String", names.to)}
    and toDate(time) >= ${ch.value("Date", days.from)} and toDate(time) <= ${ch.value("Date", days.to)}
    and origin_id >= ${ch.value("UInt64", origins.from)} and origin_id <= ${ch.value("UInt64", origins.to)}${dealt}`;
}

async function readNative(warehouse: Warehouse, columns: readonly string[], where: ChStatement): Promise<Buffer> {
  const { stream } = await warehouse.client.exec({
    query: `select /* all workspaces: a backup holds all of them */ ${columns.map(quoted).join(", ")} from events where ${where.text} format Native`,
    query_params: { ...where.params },
    clickhouse_settings: { ...COPY_SETTINGS, max_result_bytes: String(SLICE_BYTES_MAX), result_overflow_mode: "throw" },
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function read<Row>(warehouse: Warehouse, statement: ChStatement): Promise<readonly Row[]> {
  const answer = await warehouse.client.query({
    query: statement.text,
    query_params: { ...statement.params },
    format: "JSONEachRow",
    clickhouse_settings: { ...COPY_SETTINGS, max_result_bytes: String(SLICE_BYTES_MAX) },
  });
  return answer.json<Row>();
}

function quoted(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}
