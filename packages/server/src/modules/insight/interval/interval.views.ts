import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import type { AnalysisTools, Asking } from "../time/asking.ts";
import { fieldText, fitsMarks, MARK_BITS, personEvents, personMarks, whole } from "../sequence/person-events.views.ts";
import { readInOrder, type Reading } from "../sequence/reading.ts";

/** Which intervals are measured. Times are Unix ms, half-open; longer ones than `withinMs` are left out. */
export type IntervalPlan = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly start: EventSelector;
  readonly end: EventSelector;
  readonly hold: FieldOfEvent | undefined;
  readonly withinMs: number | undefined;
};

/** Percentiles shown. */
export const PERCENTS = [5, 25, 50, 75, 90, 95] as const;

/** Lengths in ms; `null` where there is no interval. */
export type IntervalFigures = {
  readonly intervals: number;
  readonly people: number;
  readonly total: number;
  readonly deviation: number | null;
  readonly least: number;
  readonly most: number;
  readonly percentiles: readonly (number | null)[];
  /** By bracket of length. */
  readonly bracketIntervals: readonly number[];
  readonly bracketPeople: readonly number[];
};

/** The figures of all intervals, and of each bracket; brackets begin at `startsMs`, the last is open. */
export async function intervalFigures(
  asking: Asking,
  plan: IntervalPlan,
  startsMs: readonly number[],
): Promise<IntervalFigures | undefined> {
  const numbers = ch`range(toUInt32(1), ${ch.value("UInt32", startsMs.length + 1)})`;
  const percentiles: ChStatement = { text: PERCENTS.map((percent) => percent / 100).join(", "), params: {} };
  const rows = await readInOrder<IntervalFigures>(
    asking,
    "insight.interval",
    canReadMarks(plan),
    (reading) => ch`
    select sum(length(waits)) as intervals, countIf(notEmpty(waits)) as people, sumArray(waits) as total, stddevPopArray(waits) as deviation,
      minArray(waits) as least, maxArray(waits) as most, quantilesExactInclusiveArray(${percentiles})(waits) as percentiles,
      arrayResize(sumForEach(arrayMap(number -> countEqual(brackets, number), ${numbers})), length(${numbers})) as bracketIntervals,
      arrayResize(sumForEach(arrayMap(number -> has(brackets, number), ${numbers})), length(${numbers})) as bracketPeople, max(tied) as ties
    from (
      select waits, arrayMap(took -> toUInt32(arrayCount(start -> start <= took, ${ch.value("Array(Int64)", startsMs)})), waits) as brackets, tied
      from (${waitsOf(plan, asking.tools, reading)})
    ) limit 1 /* workspace_id is named in the events it reads */`,
  );
  return rows[0];
}

/** A statement of the people with an interval of a length (ms, half-open; open without `toMs`), as the column `person`. */
export function intervalPeople(
  plan: IntervalPlan,
  tools: AnalysisTools,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number | undefined },
): ChStatement {
  const fits = ch`took >= ${ch.value("Int64", fromMs)} and ${toMs === undefined ? ch`1` : ch`took < ${ch.value("Int64", toMs)}`}`;
  return ch`select person from (${waitsOf(plan, tools, "exact")}) /* workspace_id is named in the events it reads */ where arrayExists(took -> ${fits}, waits)`;
}

/** Marks of a start and of an end. */
const [START, END] = [1, 2];

/**
 * One row for each person with a start: `person`, `waits` (ms), `tied`. An interval goes from a start event to the
 * first end event after it, both within the period. Of several starts before an end the last counts: a start that is followed by another before
 * any end has no interval. So an interval lies between two events that follow each other, of which the first is a start and the second an end.
 * Where start and end are the same event it goes from each time to the next. With a property held constant each of its values is a line of events of its own.
 */
function waitsOf(plan: IntervalPlan, tools: AnalysisTools, reading: Reading): ChStatement {
  const start = ch`(${eventSelectorSql(plan.start, tools)} and ${tools.startScope})`;
  const end = eventSelectorSql(plan.end, tools);
  const mark = ch`${start} * ${whole(START)} + ${end} * ${whole(END)}`;
  const asked = { tools, fromMs: plan.fromMs, toMs: plan.toMs, where: ch`(${start} or ${end})` };
  const events = canReadMarks(plan)
    ? ch`select person, tied, arrayMap(mark -> toInt64(bitShiftRight(mark, ${whole(MARK_BITS)})), marks) as times, marks as kinds from (${personMarks({ ...asked, mark, needed: START, reading })})`
    : ch`select person, 0 as tied, sorted.1 as times, sorted.5 as kinds from (${personEvents({
        ...asked,
        keep: [ch`toUInt8(${mark})`],
        needs: start,
        partition: plan.hold === undefined ? undefined : fieldText(plan.hold),
      })})`;
  const within = plan.withinMs === undefined ? ch`1` : ch`took <= ${ch.value("Int64", plan.withinMs)}`;
  const parts = ch`
    select person, tied, arrayFilter(took -> took >= 0 and ${within}, arrayMap((at, next, kind, kindOfNext) -> if(bitAnd(kind, ${whole(START)}) != 0 and bitAnd(kindOfNext, ${whole(END)}) != 0, next - at, -1),
      arrayPopBack(times), arrayPopFront(times), arrayPopBack(kinds), arrayPopFront(kinds))) as waits
    from (${events})`;
  return plan.hold === undefined
    ? parts
    : ch`select person, max(parts.tied) as tied, groupArrayArray(parts.waits) as waits from (${parts}) as parts group by person`;
}

/** Whether marks can serve, in either reading. */
function canReadMarks({ hold, fromMs, toMs }: IntervalPlan): boolean {
  return hold === undefined && fitsMarks(fromMs, toMs);
}
