import { inOrder, type Bucket, type CounterState, type Extra, type Kept } from "@terrace/domain/segments/counter";
import { bucketsBy, spanKept, type Tracker } from "@terrace/domain/segments/tracker";
import { ch, type ChStatement, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { jsonNumberSql, jsonTextSql } from "../../../platform/storage/conditions/json-value-sql.ts";
import { millionthsSql } from "../../../platform/storage/conditions/measure-sql.ts";
import type { Fill } from "./tracker.store.ts";

/** What the event engine counts of an id: tracker, bucket, how many, and what else is kept of them. */
export type FilledRow = {
  readonly origin: string;
  readonly counts: readonly (readonly [tracker: number, bucket: number, times: number, extra: string])[];
};

export type FillAsked = {
  readonly workspaceId: number;
  /** Each with where counting stood when it was registered. */
  readonly trackers: readonly { readonly id: string; readonly tracker: Tracker; readonly ends: Fill["ends"] }[];
  /** The id that was reached. */
  readonly after: string;
  readonly nowMs: number;
};

const TIMEOUT_SECONDS = 3_600;

/** What trackers count of the events up to where they were registered, id by id from behind the one that was reached. */
export function readFill(warehouse: Warehouse, asked: FillAsked, signal: AbortSignal): AsyncGenerator<readonly FilledRow[]> {
  const { workspaceId, trackers } = asked;
  const counted = trackers.map((tracker) => countedSql(asked, tracker));
  const statement = ch`
    select toString(origin_id) as origin, groupArray((tracker, bucket, times, extra)) as counts from (${ch.join(counted, " union all ")})
    group by origin_id order by origin_id`;
  return warehouse.stream<FilledRow>(workspaceId, "segments.fill", statement, { signal, timeoutSeconds: TIMEOUT_SECONDS });
}

function countedSql({ workspaceId, after, nowMs }: FillAsked, { id, tracker, ends }: FillAsked["trackers"][number]): ChStatement {
  const { selectors, clicks = [], zone = "UTC" } = tracker;
  // Values are in the stored form already.
  const tools = { workspaceId, virtuals: clicks, tokenise: (_class: string, value: string) => value, nowMs, zone };
  const selected = selectors.map((selector) => eventSelectorSql(selector, tools));
  const { times, extra } = keptSql(tracker, selected);
  return ch`select origin_id, toUInt64(${ch.value("UInt64", id)}) as tracker, toInt64(${bucketSql(tracker)}) as bucket, ${times} as times, ${extra} as extra from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id > ${ch.value("UInt64", after)} and (${ch.join(selected, " or ")})
      and ${inWindow(tracker, nowMs)} and ${placed(ends)}
    group by origin_id, bucket having times > 0`;
}

function bucketSql(tracker: Tracker): ChStatement {
  switch (bucketsBy(tracker)) {
    case "instants":
      return ch`toUnixTimestamp64Milli(time)`;
    case "days":
      return ch`toInt32(toDate32(time, ${ch.value("String", tracker.zone ?? "UTC")}))`;
    case "nothing":
      return ch`0`;
  }
}

/** Events without what is measured are none. */
function keptSql(
  { kept, property = "" }: Tracker,
  selected: readonly ChStatement[],
): { readonly times: ChStatement; readonly extra: ChStatement } {
  if (kept === undefined) return { times: ch`count()`, extra: ch`''` };
  if (kept === "first" || kept === "last")
    return { times: ch`count()`, extra: ch`toString(toUnixTimestamp64Milli(${kept === "first" ? ch`min(time)` : ch`max(time)`}))` };
  if (kept === "steps") {
    const bits = selected.map((selects, index) => ch`if(${selects}, ${ch.value("UInt8", 2 ** index)}, 0)`);
    return { times: ch`count()`, extra: ch`toString(groupBitOr(${nested(bits)}))` };
  }
  if (kept === "distinct") {
    const text = jsonTextSql("properties", property);
    return { times: ch`count(${text})`, extra: ch`toJSONString(groupUniqArray(assumeNotNull(${text})))` };
  }
  const number = millionthsSql(jsonNumberSql("properties", property));
  const made = { sum: ch`sum(toInt128(ifNull(${number}, 0)))`, min: ch`min(${number})`, max: ch`max(${number})` }[kept];
  return { times: ch`count(${number})`, extra: ch`ifNull(toString(${made}), '')` };
}

/** Bits one over the other. */
function nested(bits: readonly ChStatement[]): ChStatement {
  return bits.reduce((all, bit) => ch`bitOr(${all}, ${bit})`);
}

function inWindow(tracker: Tracker, nowMs: number): ChStatement {
  const { fromMs, toMs } = spanKept(tracker, nowMs);
  const parts = [
    ...(Number.isFinite(fromMs) ? [ch`time >= ${instant(fromMs)}`] : []),
    ...(Number.isFinite(toMs) ? [ch`time < ${instant(toMs)}`] : []),
  ];
  return parts.length === 0 ? ch`(1)` : ch.join(parts, " and ");
}

function instant(ms: number): ChStatement {
  return ch`fromUnixTimestamp64Milli(${ch.value("Int64", ms)})`;
}

/** Events up to where counting stood. Ids of another form have no place: they are of events from before. */
function placed(ends: Fill["ends"]): ChStatement {
  const lanes = Object.keys(ends).map(Number);
  const seqs = Object.values(ends).map(Number);
  const part = (index: number): ChStatement => ({ text: `toUInt64OrZero(splitByChar('-', event_id)[${index}])`, params: {} });
  return ch`${part(2)} <= transform(${part(1)}, ${ch.value("Array(UInt64)", lanes)}, ${ch.value("Array(UInt64)", seqs)}, toUInt64(0))`;
}

/** What was read of an id, as it is kept. */
export function statesOf(
  counts: FilledRow["counts"],
  trackers: readonly { readonly id: string; readonly tracker: Tracker }[],
): CounterState {
  const keptOf = new Map(trackers.map(({ id, tracker }) => [id, tracker.kept]));
  const byTracker = Map.groupBy(counts, ([tracker]) => String(tracker));
  return Object.fromEntries(
    [...byTracker].map(([tracker, own]) => [
      tracker,
      inOrder(own.map(([, bucket, times, extra]): Bucket => bucketOf([bucket, times], extra, keptOf.get(tracker)))),
    ]),
  );
}

function bucketOf([bucket, times]: readonly [number, number], extra: string, kept: Kept | undefined): Bucket {
  return kept === undefined ? [bucket, times] : [bucket, times, readExtra(extra, kept)];
}

function readExtra(extra: string, kept: Kept): Extra {
  if (kept === "first" || kept === "last" || kept === "steps") return Number(extra);
  return kept === "distinct" ? (JSON.parse(extra) as readonly string[]) : extra;
}
