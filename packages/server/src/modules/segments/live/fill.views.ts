import {
  inOrder,
  TEXTS_TOLD_MAX,
  type Bucket,
  type CounterState,
  type Dated,
  type Extra,
  type Kept,
  type Seen,
} from "@terrace/domain/segments/counter";
import { bucketsBy, spanKept, type Tracker } from "@terrace/domain/segments/tracker";
import { ch, type ChStatement, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { jsonNumberSql } from "../../../platform/storage/conditions/json-value-sql.ts";
import { millionthsSql } from "../../../platform/storage/conditions/measure-sql.ts";
import { foundTextSql, takenTextSql } from "../../../platform/storage/conditions/taken-value-sql.ts";
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
  return countSql({ workspaceId, nowMs, id, tracker }, ch`origin_id > ${ch.value("UInt64", after)} and ${placed(ends)}`);
}

export type CountAsked = { readonly workspaceId: number; readonly nowMs: number; readonly id: string; readonly tracker: Tracker };

/** What one tracker counts of the events that meet a condition on their rows: `origin_id`, `tracker`, `bucket`, `times`, `extra`. */
export function countSql({ workspaceId, nowMs, id, tracker }: CountAsked, among: ChStatement): ChStatement {
  const { times, extra } = keptSql(tracker, selectedSql(tracker, { workspaceId, nowMs }));
  return ch`select origin_id, toUInt64(${ch.value("UInt64", id)}) as tracker, toInt64(${bucketSql(tracker)}) as bucket, ${times} as times, ${extra} as extra from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and ${listenedSql(tracker, { workspaceId, nowMs })} and ${among}
    group by origin_id, bucket having times > 0`;
}

/** The condition on a row of `events` that a tracker looks at it. The workspace is not in it. */
export function listenedSql(tracker: Tracker, asked: Pick<CountAsked, "workspaceId" | "nowMs">): ChStatement {
  return ch`(${ch.join(selectedSql(tracker, asked), " or ")}) and ${inWindow(tracker, asked.nowMs)}`;
}

function selectedSql({ selectors, clicks = [], zone = "UTC" }: Tracker, { workspaceId, nowMs }: Pick<CountAsked, "workspaceId" | "nowMs">) {
  // Values are in the stored form already.
  const tools = { workspaceId, virtuals: clicks, tokenise: (_class: string, value: string) => value, nowMs, zone };
  return selectors.map((selector) => eventSelectorSql(selector, tools));
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
  { kept, property = "", column }: Tracker,
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
    const text = foundTextSql({ property, column });
    return { times: ch`count(${text})`, extra: ch`toJSONString(groupUniqArray(assumeNotNull(${text})))` };
  }
  if (kept === "firstText" || kept === "lastText") return datedSql(kept, takenTextSql({ property, column }));
  if (kept === "values") return seenSql(takenTextSql({ property, column }));
  return numberSql(kept, millionthsSql(jsonNumberSql("properties", property)));
}

function numberSql(kept: "sum" | "min" | "max" | "firstNumber" | "lastNumber", number: ChStatement): KeptSql {
  if (kept === "firstNumber" || kept === "lastNumber") return datedSql(kept, number);
  const made = { sum: ch`sum(toInt128(ifNull(${number}, 0)))`, min: ch`min(${number})`, max: ch`max(${number})` }[kept];
  return { times: ch`count(${number})`, extra: ch`ifNull(toString(${made}), '')` };
}

type KeptSql = { readonly times: ChStatement; readonly extra: ChStatement };

/** The first or last value with its instant; of one instant the least or greatest. */
function datedSql(kept: Kept, value: ChStatement): KeptSql {
  const furthest = { text: kept.startsWith("first") ? "minIf" : "maxIf", params: {} };
  const found = ch`${furthest}((toUnixTimestamp64Milli(time), assumeNotNull(${value})), ${value} is not null)`;
  return {
    times: ch`count(${value})`,
    extra: ch`toJSONString([toString(tupleElement(${found}, 1)), toString(tupleElement(${found}, 2))])`,
  };
}

/** The first texts in their order, how often each was there and when last. */
function seenSql(text: ChStatement): KeptSql {
  const byText = (aggregate: "sumMapIf" | "maxMapIf", value: ChStatement): ChStatement =>
    ch`${{ text: aggregate, params: {} }}([assumeNotNull(${text})], [${value}], ${text} is not null)`;
  const [times, last] = [byText("sumMapIf", ch`toUInt64(1)`), byText("maxMapIf", ch`toUnixTimestamp64Milli(time)`)];
  const told = (part: ChStatement): ChStatement => ch`arraySlice(${part}, 1, ${ch.value("UInt32", TEXTS_TOLD_MAX + 1)})`;
  const columns = [
    ch`tupleElement(${times}, 1)`,
    ch`arrayMap(each -> toString(each), tupleElement(${times}, 2))`,
    ch`arrayMap(each -> toString(each), tupleElement(${last}, 2))`,
  ];
  return { times: ch`count(${text})`, extra: ch`toJSONString([${ch.join(columns.map(told), ", ")}])` };
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
  switch (kept) {
    case "first":
    case "last":
    case "steps":
      return Number(extra);
    case "distinct":
      return JSON.parse(extra) as readonly string[];
    case "firstText":
    case "lastText":
    case "firstNumber":
    case "lastNumber":
      return readDated(JSON.parse(extra) as readonly [string, string]);
    case "values":
      return readSeen(JSON.parse(extra) as readonly [readonly string[], readonly string[], readonly string[]]);
    default:
      return extra;
  }
}

function readDated([timeMs, value]: readonly [string, string]): Dated {
  return [Number(timeMs), value];
}

function readSeen([texts, times, last]: readonly [readonly string[], readonly string[], readonly string[]]): readonly Seen[] {
  return texts.map((text, index) => [text, Number(times[index]), Number(last[index])]);
}
