import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { CONTEXT_COLUMNS } from "../../../platform/storage/event-columns.ts";
import { propertySql } from "../trends/property-values.ts";
import type { AnalysisTools } from "../time/asking.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";

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
  /** Only the times matter, and not what came first at the same instant: then the tuples have a time and nothing else. */
  readonly timesOnly?: boolean;
  /** A condition that one event of the list must meet at least; lists without are left out before they are put in order. */
  readonly needs?: ChStatement | undefined;
};

/**
 * One row for each person (and value of the partition): `person`, `part`, and `sorted`, their events as tuples (time in Unix ms, received in Unix ms,
 * place in the lane, place in the batch, kept values …). Events at the same instant keep the order in which they came in: by the time they were received,
 * then by their place in the feed, which the event's id tells (lane-place-index).
 * Grouped by origin first, so that a person is looked up once for each of their ids and not for each event.
 */
export function personEvents(asked: PersonEvents): ChStatement {
  const part = asked.partition ?? ch`''`;
  const kept = asked.keep.length === 0 ? ch`0` : ch.join(asked.keep, ", ");
  const needs = asked.needs ?? ch`1`;
  const partFilter = asked.partition === undefined ? ch`1` : ch`part != ''`;
  return ch`
    select person, part, arraySort(groupArrayArray(rows)) as sorted from (
      select ${PERSON_OF_EVENT} as person, part, rows, needed from (
        select workspace_id, origin_id, ${part} as part, max(${needs}) as needed,
          groupArray((toUnixTimestamp64Milli(time), ${EVENT_PLACE}, ${kept})) as rows
        from events
        where workspace_id = ${ch.value("UInt32", asked.tools.workspaceId)} and origin_id != 0 and ${asked.tools.scope}
          and time >= fromUnixTimestamp64Milli(${ch.value("Int64", asked.fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", asked.toMs)})
          and ${asked.where} and ${partFilter}
        group by workspace_id, origin_id, part
      )
    ) group by person, part having max(needed) = 1`;
}

/** Ids are lane-place-index; found by position, which costs a third of a pattern. */
const DASH = ch`position(event_id, '-')`;
const SECOND_DASH = ch`position(event_id, '-', ${DASH} + 1)`;
const LANE_PLACE = ch`toUInt64OrZero(substring(event_id, ${DASH} + 1, greatest(toInt64(${SECOND_DASH}) - toInt64(${DASH}) - 1, 0)))`;
const BATCH_PLACE = ch`toUInt32OrZero(substring(event_id, ${SECOND_DASH} + 1))`;
/** What puts events of the same instant in the order in which they came in: three expressions over a row of `events`, the first of greatest weight. */
export const EVENT_PLACE = ch`toUnixTimestamp64Milli(received_at), ${LANE_PLACE}, ${BATCH_PLACE}`;

/** The text of a field of an event, '' where there is none: nothing, a list or an object. */
export function fieldText(field: FieldOfEvent): ChStatement {
  if ("column" in field) return { text: `toString(${CONTEXT_COLUMNS[field.column]})`, params: {} };
  const value = propertySql(field.property);
  return ch`if(${value} is null or startsWith(dynamicType(${value}), 'Array'), '', toString(${value}))`;
}

/** The same for showing it: the token of a personal value is no text. */
export function fieldTextShown(field: FieldOfEvent): ChStatement {
  const text = fieldText(field);
  return ch`if(match(${text}, ${ch.value("String", TOKEN)}), '', ${text})`;
}

const TOKEN = "^~[a-z_]{2,12}\\.[0-9A-Za-z_-]{22}$";

/** A whole number as it is written in SQL, where a place in a tuple must be a literal. */
export function whole(value: number): ChStatement {
  if (!Number.isSafeInteger(value)) throw new TypeError("not a whole number");
  return { text: String(value), params: {} };
}
