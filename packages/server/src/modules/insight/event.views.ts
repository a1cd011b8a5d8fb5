import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import type { JsonObject } from "@terrace/domain/json";
import { ch, type ChStatement, type Warehouse } from "../../platform/storage/clickhouse.ts";
import { namedCondition } from "../../platform/storage/event-names.ts";
import { STORED_CONTENT, storedContext, storedProperties, type StoredContent } from "../../platform/storage/event-columns.ts";

/** A stored event as it is shown; ids are decimal text, times ISO. Properties hold tokens in place of personal values. */
export type StoredEvent = {
  readonly eventId: string;
  readonly messageId: string;
  readonly name: string;
  readonly time: string;
  readonly receivedAt: string;
  readonly receivedAtMs: number;
  readonly originId: string;
  readonly personId: string;
  readonly source: string;
  readonly properties: JsonObject;
  readonly context: Readonly<Record<string, string>>;
};

type Row = {
  readonly event_id: string;
  readonly message_id: string;
  readonly name: string;
  readonly time_ms: number;
  readonly received_ms: number;
  readonly origin: string;
  readonly person: string;
  readonly source: string;
} & StoredContent;

/** Conditions on stored events; times are Unix ms, half-open. */
export type EventFilter = {
  readonly name?: string | undefined;
  /** Virtual events of the workspace, by which `name` may go. */
  readonly virtual?: readonly VirtualEvent[] | undefined;
  readonly person?: string | undefined;
  readonly messageId?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
};

/** Where a page of events ended. */
export type EventCursor = { readonly timeMs: number; readonly eventId: string };

/** Looking back stops at the beginning of what an event's time may be. */
const BEGINNING_MS = -2_208_988_800_000;
const DAY_MS = 86_400_000;
/** Growing windows: nearly always the newest day holds a page, and only a sparse workspace is read whole. */
const WINDOWS_MS: readonly number[] = [DAY_MS, 14 * DAY_MS, 400 * DAY_MS, Infinity];

/** Events newest first, after `cursor`. `newestMs` is where looking back begins when there is neither a cursor nor an end. */
export async function listEvents(
  warehouse: Warehouse,
  workspaceId: number,
  query: { readonly filter: EventFilter; readonly cursor: EventCursor | undefined; readonly limit: number; readonly newestMs: number },
): Promise<readonly StoredEvent[]> {
  const { filter, cursor, limit } = query;
  const top = Math.min(filter.toMs ?? Infinity, cursor === undefined ? query.newestMs + 1 : cursor.timeMs + 1);
  const bottom = filter.fromMs ?? BEGINNING_MS;
  // A person or a message is found by index, so windows would only cost round trips.
  const windows = filter.person !== undefined || filter.messageId !== undefined ? [Infinity] : WINDOWS_MS;
  for (const window of windows) {
    const from = Math.max(bottom, top - window);
    const rows = await readEvents(warehouse, workspaceId, { ...query, top, from });
    if (rows.length >= limit || from <= bottom) return rows;
  }
  return [];
}

async function readEvents(
  warehouse: Warehouse,
  workspaceId: number,
  query: {
    readonly filter: EventFilter;
    readonly cursor: EventCursor | undefined;
    readonly limit: number;
    readonly top: number;
    readonly from: number;
  },
): Promise<readonly StoredEvent[]> {
  const conditions = [
    ch`workspace_id = ${ch.value("UInt32", workspaceId)}`,
    ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", query.from)})`,
    ch`time < fromUnixTimestamp64Milli(${ch.value("Int64", query.top)})`,
    ...filterConditions(query.filter),
    ...(query.cursor === undefined
      ? []
      : [
          ch`(time, event_id) < (fromUnixTimestamp64Milli(${ch.value("Int64", query.cursor.timeMs)}), ${ch.value("String", query.cursor.eventId)})`,
        ]),
  ];
  const rows = await warehouse.rows<Row>(
    workspaceId,
    "insight.events",
    ch`
    select ${EVENT_COLUMNS} from events where ${ch.join(conditions, " and ")}
    order by time desc, event_id desc limit ${ch.value("UInt32", query.limit)}`,
  );
  return rows.map(present);
}

function filterConditions({ name, virtual, person, messageId }: EventFilter): readonly ChStatement[] {
  return [
    ...(name === undefined ? [] : [namedCondition([name], virtual ?? [])]),
    // The ids first, by index; then whether each belongs to the person now (its own id may have gone to another).
    ...(person === undefined
      ? []
      : [
          ch`(origin_id = ${ch.value("UInt64", person)} or origin_id in (select origin_id from dictionary('person_of_origin') where person_id = ${ch.value("UInt64", person)}))
      and dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id) = ${ch.value("UInt64", person)}`,
        ]),
    ...(messageId === undefined ? [] : [ch`message_id = ${ch.value("String", messageId)}`]),
  ];
}

/** Longest that one day of events may take to be read, its reader's own time included. */
const DAY_READ_SECONDS = 3_600;

/** Events in order of time, oldest first, as fast as they are taken. Days are sorted one by one, so that memory depends on the busiest day only. */
export async function* streamEvents(
  warehouse: Warehouse,
  workspaceId: number,
  filter: EventFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredEvent[]> {
  const conditions = [
    ch`workspace_id = ${ch.value("UInt32", workspaceId)}`,
    ...(filter.fromMs === undefined ? [] : [ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", filter.fromMs)})`]),
    ...(filter.toMs === undefined ? [] : [ch`time < fromUnixTimestamp64Milli(${ch.value("Int64", filter.toMs)})`]),
    ...filterConditions(filter),
  ];
  const days = await warehouse.rows<{ day: string }>(
    workspaceId,
    "exports.event_days",
    ch`select toString(toDate32(time)) as day from events where ${ch.join(conditions, " and ")} group by day order by day limit 100000`,
    { signal },
  );
  for (const { day } of days) {
    const dayMs = Date.parse(day);
    const ofDay = [
      ...conditions,
      ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", dayMs)})`,
      ch`time < fromUnixTimestamp64Milli(${ch.value("Int64", dayMs + DAY_MS)})`,
    ];
    const rows = warehouse.stream<Row>(
      workspaceId,
      "exports.events",
      ch`select ${EVENT_COLUMNS} from events where ${ch.join(ofDay, " and ")} order by time, event_id`,
      { signal, timeoutSeconds: DAY_READ_SECONDS },
    );
    for await (const batch of rows) yield batch.map(present);
  }
}

/** Events received after an instant (Unix ms) up to another, newest first. */
export async function readReceived(
  warehouse: Warehouse,
  workspaceId: number,
  span: { readonly afterMs: number; readonly limit: number },
): Promise<readonly StoredEvent[]> {
  const rows = await warehouse.rows<Row>(
    workspaceId,
    "insight.live",
    ch`
    select ${EVENT_COLUMNS} from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and received_at > fromUnixTimestamp64Milli(${ch.value("Int64", span.afterMs)})
    order by received_at desc, event_id desc limit ${ch.value("UInt32", span.limit)}`,
    { timeoutSeconds: 10 },
  );
  return rows.map(present);
}

/** When the newest event was received, Unix ms; undefined without events. */
export async function newestReceivedMs(warehouse: Warehouse, workspaceId: number): Promise<number | undefined> {
  const [row] = await warehouse.rows<{ newest: number; events: number }>(
    workspaceId,
    "insight.newest",
    ch`
    select toUnixTimestamp64Milli(max(received_at)) as newest, count() as events from events where workspace_id = ${ch.value("UInt32", workspaceId)}`,
  );
  return row === undefined || row.events === 0 ? undefined : row.newest;
}

const EVENT_COLUMNS = ch`event_id, message_id, name, toUnixTimestamp64Milli(time) as time_ms, toUnixTimestamp64Milli(received_at) as received_ms, toString(origin_id) as origin,
  toString(dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id)) as person, source, ${STORED_CONTENT}`;

function present(row: Row): StoredEvent {
  return {
    eventId: row.event_id,
    messageId: row.message_id,
    name: row.name,
    time: new Date(row.time_ms).toISOString(),
    receivedAt: new Date(row.received_ms).toISOString(),
    receivedAtMs: row.received_ms,
    originId: row.origin,
    personId: row.person,
    source: row.source,
    properties: storedProperties(row),
    context: storedContext(row),
  };
}
