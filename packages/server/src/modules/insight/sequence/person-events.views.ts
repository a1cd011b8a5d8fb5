import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { CONTEXT_COLUMNS } from "../../../platform/storage/event-columns.ts";
import { isTokenSql } from "../../../platform/storage/token-sql.ts";
import { propertySql } from "../trends/property-values.ts";
import type { AnalysisTools } from "../time/asking.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import type { Reading } from "./reading.ts";

/** Which events are put in order, and what is kept of each besides its time. */
export type PersonEvents = {
  readonly tools: AnalysisTools;
  /** Unix ms, half-open. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly where: ChStatement;
  /** Expressions over a row of `events`; they are elements 5, 6 … of each tuple of `sorted`. */
  readonly keep: readonly ChStatement[];
  /** An expression whose values part a person's events into lists of their own; rows where it is '' are left out. */
  readonly partition?: ChStatement | undefined;
  /** A condition that one event of the list must meet at least; lists without are left out before they are put in order. */
  readonly needs?: ChStatement | undefined;
};

/**
 * One row for each person (and value of the partition): `person`, `part`, and `sorted`, their events as tuples (time in Unix ms, received in Unix ms,
 * place in the lane, place in the batch and lane, kept values …). Events at the same instant keep the order in which they came in: by the time they were received,
 * then by their place in the feed, which the event's id tells (lane-place-index).
 * Grouped by origin first, so that a person is looked up once for each of their ids and not for each event.
 */
export function personEvents(asked: PersonEvents): ChStatement {
  const isParted = asked.partition !== undefined;
  const kept = asked.keep.length === 0 ? ch`0` : ch.join(asked.keep, ", ");
  const needs = asked.needs ?? ch`1`;
  // A key that all rows share makes grouping dearer all the same.
  const key = isParted ? ch`, part` : ch``;
  return ch`
    select person, ${isParted ? ch`part` : ch`'' as part`}, arraySort(groupArrayArray(rows)) as sorted from (
      select ${PERSON_OF_EVENT} as person${key}, rows, needed from (select ${ch.value("UInt32", asked.tools.workspaceId)} as workspace_id, * from (
        select origin_id${asked.partition === undefined ? ch`` : ch`, ${asked.partition} as part`}, max(${needs}) as needed,
          groupArray((toUnixTimestamp64Milli(time), ${EVENT_PLACE}, ${kept})) as rows
        from events
        where workspace_id = ${ch.value("UInt32", asked.tools.workspaceId)} and origin_id != 0 and ${asked.tools.scope}
          and time >= fromUnixTimestamp64Milli(${ch.value("Int64", asked.fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", asked.toMs)})
          and ${asked.where} and ${isParted ? ch`part != ''` : ch`1`}
        group by origin_id${key}
      ))
    ) group by person${key} having max(needed) = 1`;
}

/** Bits of what is marked of an event below its time; one more than marks have, so that marks of different instants never come close. */
export const MARK_BITS = 24;

/** Whether the times of a period (Unix ms, half-open) fit above the marks. */
export function fitsMarks(fromMs: number, toMs: number): boolean {
  return toMs - fromMs < 2 ** (63 - MARK_BITS);
}

/**
 * One row for each person (with an event that has a bit of `needed`, where that is given): `person`, `marks` (the ms since `fromMs` above what `mark` says of the event, 23 bits),
 * in order. By the quick reading they are in the order of their numbers, and `tied` is whether different marks stand at one instant, so that this is not that in which they came in.
 * One number for each event: less than half of what whole tuples cost.
 */
export function personMarks(
  asked: Pick<PersonEvents, "tools" | "fromMs" | "toMs" | "where"> & {
    readonly mark: ChStatement;
    readonly needed?: number;
    readonly reading: Reading;
  },
): ChStatement {
  const [seen, having] =
    asked.needed === undefined
      ? [ch``, ch``]
      : [ch`, groupBitOr(${asked.mark}) as seen`, ch`having bitAnd(seen, ${whole(asked.needed)}) != 0`];
  const { event, marks, tied } = inOrder(asked);
  return ch`
    select person, ${marks} as marks, ${tied} as tied from (
      select ${PERSON_OF_EVENT} as person, groupArray(${event}) as unsorted${seen}
      from events
      where workspace_id = ${ch.value("UInt32", asked.tools.workspaceId)} and origin_id != 0
        and time >= fromUnixTimestamp64Milli(${ch.value("Int64", asked.fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", asked.toMs)})
        and ${asked.tools.scope} and ${asked.where}
      group by person ${having}
    )`;
}

/** What is kept of an event, the `marks` made of that in `unsorted`, and whether they are `tied`. */
function inOrder({ mark, fromMs, reading }: { readonly mark: ChStatement; readonly fromMs: number; readonly reading: Reading }) {
  const from = ch.value("Int64", fromMs);
  const markAt = (ms: ChStatement, own: ChStatement): ChStatement =>
    ch`bitShiftLeft(toUInt64(${ms} - ${from}), ${whole(MARK_BITS)}) + ${own}`;
  if (reading === "quick")
    return {
      event: markAt(ch`toUnixTimestamp64Milli(time)`, ch`(${mark})`),
      marks: ch`arraySort(unsorted)`,
      tied: ch`arrayExists(step -> step > 0 and step < ${whole(2 ** (MARK_BITS - 1))}, arrayDifference(marks))`,
    };
  // An order leaves room for a mark below it.
  const order = ch`bitShiftRight(placed, ${whole(MARK_BITS)})`;
  return {
    event: ch`bitShiftLeft(${EVENT_ORDER}, ${whole(MARK_BITS)}) + (${mark})`,
    marks: ch`arrayMap(placed -> ${markAt(EVENT_ORDERS.exact.timeOf(order), ch`bitAnd(toUInt64(placed), ${whole(2 ** MARK_BITS - 1)})`)}, arraySort(unsorted))`,
    tied: ch`0`,
  };
}

/** Ids are lane-place-index; found by position, which costs a third of a pattern. */
const DASH = ch`position(event_id, '-')`;
const SECOND_DASH = ch`position(event_id, '-', ${DASH} + 1)`;
const LANE_PLACE = ch`toUInt64OrZero(substring(event_id, ${DASH} + 1, greatest(toInt64(${SECOND_DASH}) - toInt64(${DASH}) - 1, 0)))`;
const LANE = ch`toUInt8OrZero(substring(event_id, 1, greatest(toInt64(${DASH}) - 1, 0)))`;
/** The place in the batch, and of the same place in batches of several lanes, which stand beside each other, the lane: no two events have the same place. */
const BATCH_PLACE = ch`(toUInt64(toUInt32OrZero(substring(event_id, ${SECOND_DASH} + 1))) * 256 + ${LANE})`;
/** What puts events of the same instant in the order in which they came in: three expressions over a row of `events`, the first of greatest weight. */
export const EVENT_PLACE = ch`toUnixTimestamp64Milli(received_at), ${LANE_PLACE}, ${BATCH_PLACE}`;

/** When an event happened and its place among those of the same instant, as one number (UInt256): numbers are compared far faster than tuples. */
export const EVENT_ORDER = ch`(bitShiftLeft(toUInt256(toUInt64(toUnixTimestamp64Milli(time) + 4611686018427387904)), 160) + bitShiftLeft(toUInt256(toUInt64(toUnixTimestamp64Milli(received_at))), 96) + bitShiftLeft(toUInt256(${LANE_PLACE}), 40) + ${BATCH_PLACE})`;

/** Numbers that events are put in order by, and when one happened (Unix ms): by time alone, or with its place among those of the same instant. */
export const EVENT_ORDERS = {
  quick: { order: ch`toUnixTimestamp64Milli(time)`, timeOf: (order: ChStatement) => order },
  exact: {
    order: EVENT_ORDER,
    timeOf: (order: ChStatement) => ch`(toInt64(toUInt64(bitShiftRight(${order}, 160))) - 4611686018427387904)`,
  },
} as const;

/** The text of a field of an event, '' where there is none: nothing, a list or an object. */
export function fieldText(field: FieldOfEvent): ChStatement {
  if ("column" in field) return { text: `toString(${CONTEXT_COLUMNS[field.column]})`, params: {} };
  const value = propertySql(field.property);
  return ch`if(${value} is null or startsWith(dynamicType(${value}), 'Array'), '', toString(${value}))`;
}

/** The same for showing it: the token of a personal value is no text. */
export function fieldTextShown(field: FieldOfEvent): ChStatement {
  const text = fieldText(field);
  return ch`if(${isTokenSql(text)}, '', ${text})`;
}

/** A whole number as it is written in SQL, where a place in a tuple must be a literal. */
export function whole(value: number): ChStatement {
  if (!Number.isSafeInteger(value)) throw new TypeError("not a whole number");
  return { text: String(value), params: {} };
}
