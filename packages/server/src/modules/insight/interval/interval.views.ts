import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { FieldOfEvent } from "@terrace/domain/insight/field-of-event";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { readRows, type AnalysisTools, type Asking } from "../time/asking.ts";
import { fieldText, personEvents } from "../sequence/person-events.views.ts";

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
  const brackets = startsMs.map((startMs, index) => {
    const end = startsMs[index + 1];
    return ch`took >= ${ch.value("Int64", startMs)} and ${end === undefined ? ch`1` : ch`took < ${ch.value("Int64", end)}`}`;
  });
  const percentiles = ch.join(
    PERCENTS.map((percent) => ch`quantileExactInclusive(${{ text: String(percent / 100), params: {} }})(took)`),
    ", ",
  );
  const rows = await readRows<IntervalFigures>(
    asking,
    "insight.interval",
    ch`select count() as intervals, uniqExact(person) as people, sum(took) as total, stddevPop(took) as deviation, min(took) as least, max(took) as most, [${percentiles}] as percentiles,
      [${ch.join(
        brackets.map((bracket) => ch`countIf(${bracket})`),
        ", ",
      )}] as bracketIntervals, [${ch.join(
        brackets.map((bracket) => ch`uniqExactIf(person, ${bracket})`),
        ", ",
      )}] as bracketPeople
    from (${intervals(plan, asking.tools)}) /* workspace_id is named in the events it reads */ limit 1`,
  );
  return rows[0];
}

/** A statement of the people with an interval of a length (ms, half-open; open without `toMs`), as the column `person`. */
export function intervalPeople(
  plan: IntervalPlan,
  tools: AnalysisTools,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number | undefined },
): ChStatement {
  return ch`select person from (${intervals(plan, tools)}) /* workspace_id is named in the events it reads */
    where took >= ${ch.value("Int64", fromMs)} and ${toMs === undefined ? ch`1` : ch`took < ${ch.value("Int64", toMs)}`}`;
}

/**
 * One row for each interval: `person`, `took` (ms). An interval goes from a start event to the first end event after it, both within the period. Of
 * several starts before an end the last counts: a start that is followed by another before any end has no interval. Where start and end are the same
 * event it goes from each time to the next. With a property held constant each of its values is a line of events of its own.
 */
function intervals(plan: IntervalPlan, tools: AnalysisTools): ChStatement {
  const start = ch`(${eventSelectorSql(plan.start, tools)} and ${tools.startScope})`;
  const end = eventSelectorSql(plan.end, tools);
  const events = personEvents({
    tools,
    fromMs: plan.fromMs,
    toMs: plan.toMs,
    where: ch`(${start} or ${end})`,
    keep: [ch`toUInt8(${start})`, ch`toUInt8(${end})`],
    needs: start,
    partition: plan.hold === undefined ? undefined : fieldText(plan.hold),
  });
  const next = (marks: ChStatement): ChStatement =>
    ch`arrayPopFront(arrayReverseFill((spot, fits) -> fits, arrayPushBack(spots, (never, toInt64(0))), arrayPushBack(${marks}, 1)))`;
  return ch`
    with toUInt32(4294967295) as never, arrayZip(arrayEnumerate(sorted.1), sorted.1) as spots
    select person, arrayJoin(arrayFilter(took -> took >= 0 ${plan.withinMs === undefined ? ch`` : ch`and took <= ${ch.value("Int64", plan.withinMs)}`},
      arrayMap((spot, begins, end, start) -> if(begins = 1 and end.1 != never and end.1 <= start.1, end.2 - spot.2, -1), spots, sorted.5, ${next(ch`sorted.6`)}, ${next(ch`sorted.5`)}))) as took
    from (${events})`;
}
