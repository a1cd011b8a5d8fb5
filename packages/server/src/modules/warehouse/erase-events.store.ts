import type { ClickHouseClient } from "@clickhouse/client";
import { ch, type ChStatement, type Warehouse } from "../../platform/storage/clickhouse.ts";
import { STORED_CONTENT, type StoredContent } from "../../platform/storage/event-columns.ts";

/** An event as it is read to be made anonymous. */
export type EventToErase = {
  readonly event_id: string;
  readonly origin: string;
  readonly name: string;
  readonly time_ms: string;
  readonly received_ms: string;
  readonly source: string;
} & StoredContent;

/** Ids per statement that changes rows: a replicated engine keeps each such statement in a megabyte at most. */
const IDS_PER_STATEMENT = 20_000;
const STATEMENT_BYTES_MAX = "16777216";

/** The months (`202607`) in which some origins have events, with their number. */
export async function monthsOf(
  warehouse: Warehouse,
  workspaceId: number,
  originIds: readonly string[],
): Promise<readonly { readonly month: string; readonly events: number }[]> {
  const rows = await warehouse.rows<{ month: string; events: string }>(
    workspaceId,
    "rights.months",
    ch`
    select toString(toYYYYMM(time)) as month, count() as events from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and ${ofOrigins(originIds)} group by month order by month`,
  );
  return rows.map(({ month, events }) => ({ month, events: Number(events) }));
}

/** Events of some origins in a month from a time on, oldest first, at most `limit`. */
export async function readToErase(
  warehouse: Warehouse,
  workspaceId: number,
  query: {
    readonly originIds: readonly string[];
    readonly month: string;
    readonly fromMs: number;
    readonly untilMs: number;
    readonly limit: number;
  },
): Promise<readonly EventToErase[]> {
  return warehouse.rows<EventToErase>(
    workspaceId,
    "rights.read",
    ch`
    select event_id, toString(origin_id) as origin, name, toString(toUnixTimestamp64Milli(time)) as time_ms, toString(toUnixTimestamp64Milli(received_at)) as received_ms, source, ${STORED_CONTENT}
    from events where workspace_id = ${ch.value("UInt32", workspaceId)} and toYYYYMM(time) = ${ch.value("UInt32", Number(query.month))} and ${ofOrigins(query.originIds)}
      and time >= fromUnixTimestamp64Milli(${ch.value("Int64", query.fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", query.untilMs)})
    order by time, event_id limit ${ch.value("UInt32", query.limit)}`,
  );
}

/** Which events of these origins are stored in a month. */
export async function readEventIds(
  warehouse: Warehouse,
  workspaceId: number,
  month: string,
  originIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await warehouse.rows<{ event_id: string }>(
    workspaceId,
    "rights.present",
    ch`
    select event_id from events where workspace_id = ${ch.value("UInt32", workspaceId)} and toYYYYMM(time) = ${ch.value("UInt32", Number(month))} and ${ofOrigins(originIds)}`,
  );
  return new Set(rows.map(({ event_id: id }) => id));
}

/** Begins to take the events of some origins in a month out of every query. */
export async function hideEvents(warehouse: Warehouse, workspaceId: number, month: string, originIds: readonly string[]): Promise<void> {
  for (let from = 0; from < originIds.length; from += IDS_PER_STATEMENT)
    await everywhere(
      warehouse,
      `DELETE FROM ${tableOf(warehouse, "events")} IN PARTITION ID '${partitionOf(month)}' WHERE workspace_id = ${integer(workspaceId)} AND ${ofOrigins(originIds.slice(from, from + IDS_PER_STATEMENT)).text}`,
    );
}

/** Begins to write a month's data anew without the rows that were taken out. */
export async function scrubMonth(warehouse: Warehouse, month: string): Promise<void> {
  await everywhere(warehouse, `ALTER TABLE ${tableOf(warehouse, "events")} APPLY DELETED MASK IN PARTITION ID '${partitionOf(month)}'`);
}

/** Begins to remove what the event engine knows of whose some origins were. */
export async function forgetOwners(warehouse: Warehouse, workspaceId: number, originIds: readonly string[]): Promise<void> {
  await forgetOf(warehouse, warehouse.cluster === undefined ? "person_of_origin_row" : "person_of_origin_local", {
    workspaceId,
    originIds,
  });
}

/** Begins to remove the tags that some origins had. */
export async function forgetTags(warehouse: Warehouse, workspaceId: number, originIds: readonly string[]): Promise<void> {
  await forgetOf(warehouse, warehouse.cluster === undefined ? "person_tag" : "person_tag_local", { workspaceId, originIds });
}

async function forgetOf(
  warehouse: Warehouse,
  table: string,
  { workspaceId, originIds }: { readonly workspaceId: number; readonly originIds: readonly string[] },
): Promise<void> {
  for (let from = 0; from < originIds.length; from += IDS_PER_STATEMENT)
    await everywhere(
      warehouse,
      `ALTER TABLE ${table} DELETE WHERE workspace_id = ${integer(workspaceId)} AND ${ofOrigins(originIds.slice(from, from + IDS_PER_STATEMENT)).text}`,
    );
}

/**
 * Begins to remove what some people's traits were before: of each the newest row stays, which says what is left or that there is nothing.
 * The engine would drop the others by itself, at a time of its own.
 */
export async function forgetFormerTraits(warehouse: Warehouse, workspaceId: number, personIds: readonly string[]): Promise<void> {
  const table = warehouse.cluster === undefined ? "person_trait" : "person_trait_local";
  for (let from = 0; from < personIds.length; from += IDS_PER_STATEMENT) {
    const ids = personIds.slice(from, from + IDS_PER_STATEMENT);
    const newest = await warehouse.rows<{ person: string; seq: string }>(
      workspaceId,
      "rights.traits",
      ch`select toString(person_id) as person, toString(max(change_seq)) as seq from person_trait
      where workspace_id = ${ch.value("UInt32", workspaceId)} and ${amongPeople(ids)} group by person_id limit ${ch.value("UInt32", IDS_PER_STATEMENT)}`,
    );
    if (newest.length === 0) continue;
    const kept = newest.map(({ person, seq }) => `(${person},${seq})`).join(",");
    await everywhere(
      warehouse,
      `ALTER TABLE ${table} DELETE WHERE workspace_id = ${integer(workspaceId)} AND ${amongPeople(ids).text} AND (person_id, change_seq) NOT IN (${kept})`,
    );
  }
}

/** In the text for the same reason as `ofOrigins`. */
function amongPeople(personIds: readonly string[]): ChStatement {
  return { text: ofOrigins(personIds).text.replace("origin_id", "person_id"), params: {} };
}

/** How many of the changes that were begun the engine still works on, on the node that has most of them. Throws what it complains about, when it does. */
export async function countChanges(warehouse: Warehouse): Promise<number> {
  let most = 0;
  for (const node of warehouse.nodes) {
    const [row] = await answersOf<{ open: number; complaint: string }>(
      node,
      "select count() as open, any(latest_fail_reason) as complaint from system.mutations where database = currentDatabase() and not is_done and not is_killed",
    );
    if (row !== undefined && row.complaint !== "") throw new Error(`the event engine cannot remove rows: ${row.complaint.slice(0, 300)}`);
    most = Math.max(most, row?.open ?? 0);
  }
  return most;
}

/** Events of some origins before a place, newest first. */
export async function readEventsOf(
  warehouse: Warehouse,
  workspaceId: number,
  query: {
    readonly originIds: readonly string[];
    readonly before: { readonly timeMs: number; readonly eventId: string } | undefined;
    readonly limit: number;
  },
): Promise<readonly EventToErase[]> {
  const before =
    query.before === undefined
      ? ch`1`
      : ch`(time, event_id) < (fromUnixTimestamp64Milli(${ch.value("Int64", query.before.timeMs)}), ${ch.value("String", query.before.eventId)})`;
  return warehouse.rows<EventToErase>(
    workspaceId,
    "rights.events",
    ch`
    select event_id, toString(origin_id) as origin, name, toString(toUnixTimestamp64Milli(time)) as time_ms, toString(toUnixTimestamp64Milli(received_at)) as received_ms, source, ${STORED_CONTENT}
    from events where workspace_id = ${ch.value("UInt32", workspaceId)} and ${ofOrigins(query.originIds)} and ${before}
    order by time_ms desc, event_id desc limit ${ch.value("UInt32", query.limit)}`,
  );
}

/** The number of events of some origins. */
export async function countEventsOf(warehouse: Warehouse, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const [row] = await warehouse.rows<{ events: string }>(
    workspaceId,
    "rights.count",
    ch`select count() as events from events where workspace_id = ${ch.value("UInt32", workspaceId)} and ${ofOrigins(originIds)}`,
  );
  return Number(row?.events ?? 0);
}

/** In the text and not as a parameter: thousands of ids are too long for an address. They are numbers of our own making, and checked. */
function ofOrigins(originIds: readonly string[]): ChStatement {
  for (const id of originIds) if (!/^\d{1,20}$/.test(id)) throw new TypeError("an origin is a number");
  return { text: originIds.length === 0 ? "0" : `origin_id IN (${originIds.join(",")})`, params: {} };
}

function partitionOf(month: string): string {
  if (!/^\d{6}$/.test(month)) throw new TypeError("a month is six digits");
  return month;
}

function integer(value: number): number {
  if (!Number.isSafeInteger(value)) throw new TypeError("workspaceId must be an integer");
  return value;
}

function tableOf(warehouse: Warehouse, table: "events"): string {
  return warehouse.cluster === undefined ? table : `${table}_local`;
}

async function everywhere(warehouse: Warehouse, query: string): Promise<void> {
  for (const node of warehouse.nodes)
    await node.command({
      query,
      clickhouse_settings: { mutations_sync: "0", lightweight_deletes_sync: "0", max_query_size: STATEMENT_BYTES_MAX },
    });
}

async function answersOf<Row>(node: ClickHouseClient, query: string): Promise<readonly Row[]> {
  const answer = await node.query({ query, format: "JSONEachRow" });
  return answer.json<Row>();
}
