import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { JsonObject } from "@terrace/domain/json";
import { ch, type ChStatement, type Warehouse } from "../../platform/storage/clickhouse.ts";
import { namedCondition, namesOfEvent } from "../../platform/storage/event-names.ts";
import { STORED_CONTENT, storedContext, storedProperties, type StoredContent } from "../../platform/storage/event-columns.ts";

/** A stored event of a person; times are ISO, tokens stand in place of personal values. */
export type TimelineEvent = {
  readonly eventId: string;
  readonly name: string;
  readonly time: string;
  readonly receivedAt: string;
  readonly originId: string;
  readonly source: string;
  readonly properties: JsonObject;
  readonly context: Readonly<Record<string, string>>;
};

export type TimelineQuery = {
  readonly originIds: readonly string[];
  readonly names: readonly string[];
  /** Virtual events of the workspace, by which `names` may go. */
  readonly virtual: readonly VirtualEvent[];
  readonly after: { readonly timeMs: number; readonly eventId: string } | undefined;
  readonly limit: number;
};

type Row = {
  readonly event_id: string;
  readonly name: string;
  readonly time_ms: string;
  readonly received_ms: string;
  readonly origin: string;
  readonly source: string;
} & StoredContent;

const NAMES_MAX = 500;

/** Events of some origins, newest first. */
export async function readTimeline(warehouse: Warehouse, workspaceId: number, query: TimelineQuery): Promise<readonly TimelineEvent[]> {
  const conditions = [
    ofOrigins(query.originIds),
    ...(query.names.length === 0 ? [] : [namedCondition(query.names, query.virtual)]),
    ...(query.after === undefined
      ? []
      : [
          ch`(time, event_id) < (fromUnixTimestamp64Milli(${ch.value("Int64", query.after.timeMs)}), ${ch.value("String", query.after.eventId)})`,
        ]),
  ];
  // Ordered by an expression: for a bare column the engine filters by the best times so far before it filters by person.
  const rows = await warehouse.rows<Row>(
    workspaceId,
    "people.timeline",
    ch`
    select event_id, name, toUnixTimestamp64Milli(time) as time_ms, toUnixTimestamp64Milli(received_at) as received_ms, toString(origin_id) as origin, source, ${STORED_CONTENT}
    from events where workspace_id = ${ch.value("UInt32", workspaceId)} and ${ch.join(conditions, " and ")} order by time_ms desc, event_id desc limit ${ch.value("UInt32", query.limit)}`,
  );
  return rows.map(eventOf);
}

/** Event names of some origins with counts, the most frequent first; a click counts by its virtual events too. */
export async function countNames(
  warehouse: Warehouse,
  workspaceId: number,
  { originIds, virtual }: Pick<TimelineQuery, "originIds" | "virtual">,
): Promise<{ name: string; count: number }[]> {
  const rows = await warehouse.rows<{ name: string; events: string }>(
    workspaceId,
    "people.timeline_names",
    ch`
    select called as name, count() as events from (
      select arrayJoin(${namesOfEvent(virtual)}) as called from events where workspace_id = ${ch.value("UInt32", workspaceId)} and ${ofOrigins(originIds)}
    ) group by name order by events desc, name limit ${ch.value("UInt32", NAMES_MAX)}`,
  );
  return rows.map(({ name, events }) => ({ name, count: Number(events) }));
}

/** The number of events of some origins. */
export async function countEvents(warehouse: Warehouse, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const [row] = await warehouse.rows<{ events: string }>(
    workspaceId,
    "people.events",
    ch`select count() as events from events where workspace_id = ${ch.value("UInt32", workspaceId)} and ${ofOrigins(originIds)}`,
  );
  return Number(row?.events ?? 0);
}

function ofOrigins(originIds: readonly string[]): ChStatement {
  // As text: the client would quote the elements, and as numbers they lose digits.
  return ch`origin_id in ${ch.value("Array(UInt64)", `[${originIds.join(",")}]`)}`;
}

function eventOf(row: Row): TimelineEvent {
  return {
    eventId: row.event_id,
    name: row.name,
    time: new Date(Number(row.time_ms)).toISOString(),
    receivedAt: new Date(Number(row.received_ms)).toISOString(),
    originId: row.origin,
    source: row.source,
    properties: storedProperties(row),
    context: storedContext(row),
  };
}
