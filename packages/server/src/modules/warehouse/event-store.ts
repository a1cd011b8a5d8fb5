import { ClickHouseError } from "@clickhouse/client";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { FeedBatch } from "../../platform/feed/batch.store.ts";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";
import { insertEncoded } from "../../platform/storage/insert-encoded.ts";
import { encodeEvents, EVENT_COLUMNS, eventIdOf, type EventRows } from "./event-rows.ts";

const ROW_SETTINGS = {
  // Text that looks like a date stays text: an offset would be lost, and a property's type would depend on its value.
  input_format_binary_read_json_as_string: 1,
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  // A list of truths and numbers, or of truths and texts, stays one.
  input_format_json_read_bools_as_numbers: 0,
  input_format_json_read_bools_as_strings: 0,
  // One block per insert: the token de-duplicates blocks, and a batch must be one of them.
  max_insert_block_size: "1048576",
  min_insert_block_size_rows: "1048576",
  min_insert_block_size_bytes: "1073741824",
  input_format_parallel_parsing: 0,
} as const;

/** ClickHouse error codes that blame a value of a row, not the engine: parse errors, type mismatches, bad JSON. */
const BAD_ROW_CODES: ReadonlySet<string> = new Set([
  "6",
  "15",
  "25",
  "26",
  "27",
  "33",
  "38",
  "41",
  "43",
  "53",
  "69",
  "70",
  "72",
  "117",
  "131",
  "321",
  "349",
  "407",
  "636",
]);

export type EventStoreDeps = {
  readonly warehouse: Warehouse;
  readonly originId: (event: FeedEvent) => string;
  /** Puts an event aside that the engine refuses, with what it said. Idempotent. */
  readonly quarantine: (event: FeedEvent, reason: unknown) => Promise<void>;
  readonly stored: (events: number, startedAtMs: number) => void;
  readonly nowMs: () => number;
};

/** Stores a batch; `again` says that an earlier try may have got through in part. */
export type StoreBatch = (batch: FeedBatch, events: readonly PlacedEvent[], again: boolean) => Promise<void>;

/** Inserts settled batches into `events`, each exactly once however often it is repeated. */
export function createEventStore(deps: EventStoreDeps): StoreBatch {
  return async (batch, events, again) => {
    const startedAtMs = deps.nowMs();
    const token = `${batch.batchId}.${batch.generation}`;
    const absent = again ? await absentEvents(deps.warehouse, events) : events;
    if (absent.length > 0) {
      const rows = encodeEvents(absent, (placed) => deps.originId(placed.event));
      const part = { events: absent, rows, from: 0, to: absent.length };
      await insertBisecting(deps, part, absent.length === events.length ? token : `${token}r${absent.length}`);
    }
    deps.stored(events.length, startedAtMs);
  };
}

/**
 * The events that are not in the warehouse yet. The engine writes a part and the record of its token in two steps, so after a crash
 * between them the token alone would let the rows in twice.
 */
async function absentEvents(warehouse: Warehouse, events: readonly PlacedEvent[]): Promise<readonly PlacedEvent[]> {
  const received = events.map(({ event }) => event.receivedAtMs);
  const from = received.reduce((least, ms) => Math.min(least, ms), Infinity);
  const to = received.reduce((most, ms) => Math.max(most, ms), 0);
  const present = new Set<string>();
  for (const workspaceId of new Set(events.map(({ event }) => event.workspaceId))) {
    const rows = await warehouse.rows<{ event_id: string }>(
      workspaceId,
      "warehouse.absent",
      ch`
      select event_id from events where workspace_id = ${ch.value("UInt32", workspaceId)}
        and received_at >= fromUnixTimestamp64Milli(${ch.value("Int64", from)}) and received_at <= fromUnixTimestamp64Milli(${ch.value("Int64", to)})`,
    );
    for (const row of rows) present.add(row.event_id);
  }
  return events.filter((placed) => !present.has(eventIdOf(placed)));
}

/** Events `from` to `to` (not included) of a batch, with the rows of the whole. */
type Part = { readonly events: readonly PlacedEvent[]; readonly rows: EventRows; readonly from: number; readonly to: number };

/** Inserts all rows, or, when the engine refuses some, all but those. Halves get tokens derived from the whole's, so a repeat after a crash takes the same path. */
async function insertBisecting(deps: EventStoreDeps, part: Part, token: string): Promise<void> {
  const { events, from, to } = part;
  try {
    await insertEvents(deps.warehouse, part.rows, { from, to }, token);
  } catch (error) {
    if (!(error instanceof ClickHouseError) || !BAD_ROW_CODES.has(error.code)) throw error;
    const first = events[from];
    if (to - from === 1 && first !== undefined) {
      await deps.quarantine(first.event, error);
      return;
    }
    const middle = from + Math.ceil((to - from) / 2);
    await insertBisecting(deps, { ...part, to: middle }, `${token}a`);
    await insertBisecting(deps, { ...part, from: middle }, `${token}b`);
  }
}

/** Inserts rows `from` to `to` (not included) into `events` under a de-duplication token; answers once they are on disk on every shard they belong to. */
export async function insertEvents(
  warehouse: Warehouse,
  { rows, ends }: EventRows,
  { from, to }: { readonly from: number; readonly to: number },
  token: string,
): Promise<void> {
  const bytes = rows.bytes(ends[from - 1] ?? 0, ends[to - 1]);
  await insertEncoded(warehouse, `INSERT INTO events (${EVENT_COLUMNS.join(", ")}) FORMAT RowBinary`, {
    data: bytes,
    token,
    settings: ROW_SETTINGS,
  });
}

/** Inserts JSON rows under a de-duplication token; answers once they are on disk on every shard they belong to. */
export async function insertRows(
  warehouse: Warehouse,
  table: "person_of_origin_row" | "person_trait" | "person_tag" | "events",
  rows: readonly string[],
  token: string,
): Promise<void> {
  await insertEncoded(warehouse, `INSERT INTO ${table} FORMAT JSONEachRow`, {
    data: Buffer.from(rows.join("\n")),
    token,
    settings: ROW_SETTINGS,
  });
}
