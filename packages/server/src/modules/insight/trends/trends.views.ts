import { intervalCount, type Intervals } from "@terrace/domain/insight/time/intervals";
import type { Breakdown, Measure, TrendSeries } from "@terrace/domain/insight/trends/trends-plan";
import { totalOf, type RawLine } from "@terrace/domain/insight/trends/trends-answer";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { inPeriod, perPerson, readRows, type Asking } from "../time/asking.ts";
import { bitsOfRows, intervalBits, INTERVAL_BITS_MAX } from "../time/interval-bits.ts";
import { intervalNumberSql } from "../time/interval-number-sql.ts";
import { breakdownPlacesSql, breakdownValuesSql, type ShownValues } from "./breakdown-sql.ts";
import { hasFigureSql, measureSql, needsTotal, rawOf } from "./measure-sql.ts";
import { millionthsSql, propertyNumberSql } from "./property-values.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";

/** A series over some intervals, broken down by values or not. */
export type LinesAsked = {
  readonly series: TrendSeries;
  readonly intervals: Intervals;
  readonly breakdown: { readonly by: Breakdown; readonly shown: ShownValues } | undefined;
  readonly cumulative: boolean;
};
/** What was read, by the place of the value in the breakdown: from 1; 0 is all others, and everything where there is no breakdown. */
export type RawLines = ReadonlyMap<number, RawLine>;

/** The values with most events in a period (most people, or the largest sum, where the series measures those). */
export async function topValues(
  asking: Asking,
  { series, intervals }: Pick<LinesAsked, "series" | "intervals">,
  breakdown: { readonly by: Breakdown; readonly top: number },
): Promise<ShownValues> {
  const rows = await readRows<{ value: string | null }>(
    asking,
    "insight.trends_values",
    ch`
    select arrayJoin(${breakdownValuesSql(breakdown.by)}) as value, ${rankSql(series.measure)} as rank
    from events where ${matching(asking, series, spanOf(intervals))} group by value order by rank desc, value nulls last limit ${ch.value("UInt16", breakdown.top + 1)}`,
  );
  return { values: rows.slice(0, breakdown.top).map(({ value }) => value), isMore: rows.length > breakdown.top };
}

/** Reads the lines of a series. */
export async function readLines(asking: Asking, asked: LinesAsked): Promise<RawLines> {
  const count = intervalCount(asked.intervals);
  const { measure } = asked.series;
  const rows = await readRows<{ place: number; step: number; figure: string; base: string }>(
    asking,
    "insight.trends",
    statementOf(asking, asked),
  );
  const places = asked.breakdown === undefined ? [0] : asked.breakdown.shown.values.map((_, index) => index + 1);
  const all = asked.breakdown?.shown.isMore === true ? [...places, 0] : places;
  return new Map(
    all.map((place) => {
      const own = new Map(rows.filter((row) => row.place === place).map((row) => [row.step, rawOf(measure, row)]));
      const points = Array.from({ length: count }, (_, index) => own.get(index + 1));
      return [place, { points, total: own.get(0) ?? totalOf(measure, points) }] as const;
    }),
  );
}

/** People are counted by their ids where that can be: whose an event is need not be asked for each event then. */
function statementOf(asking: Asking, asked: LinesAsked): ChStatement {
  if (asked.series.measure.kind !== "people") return figures(asking, asked);
  if (asked.cumulative) return firstSeen(asking, asked);
  const fitsBits = intervalCount(asked.intervals) <= INTERVAL_BITS_MAX;
  return asked.breakdown === undefined && fitsBits ? activePeople(asking, asked) : figures(asking, asked);
}

/** People per interval and (as interval 0) of the whole period, from the intervals of each id as bits of one number. */
function activePeople(asking: Asking, { series, intervals }: LinesAsked): ChStatement {
  const bits = intervalBits(intervalCount(intervals));
  const perOrigin = ch`
    select origin_id, ${bitsOfRows(bits, ch`1`, intervalNumberSql(intervals, ch`time`))} as active
    from events where ${matching(asking, series, spanOf(intervals))} and origin_id != 0 group by origin_id`;
  const people = perPerson(asking.workspaceId, perOrigin, ch`groupBitOr(per_origin.active) as active`);
  return ch`
    select toUInt16(0) as place, arrayJoin(arrayPushFront(arrayMap(at -> toUInt16(at + 1), bitPositionsToArray(active)), toUInt16(0))) as step,
      toString(count()) as figure, '' as base
    from (${people}) group by step order by step limit ${ROWS_MAX}`;
}

/** Figures per place and interval. Intervals are counted from 1 here: 0 is what a grouping set without them answers, the whole period. */
function figures(asking: Asking, { series, intervals, breakdown }: LinesAsked): ChStatement {
  const { figure, base } = measureSql(series.measure);
  const sets =
    breakdown === undefined
      ? { each: ch`step`, both: ch`grouping sets ((step), ())` }
      : { each: ch`place, step`, both: ch`grouping sets ((place, step), (place))` };
  return ch`
    select ${placeSql(breakdown)} as place, ${stepSql(intervals)} as step, ${figure} as figure, ${base} as base
    from events where ${matching(asking, series, spanOf(intervals))} group by ${needsTotal(series.measure) ? sets.both : sets.each} order by place, step limit ${ROWS_MAX}`;
}

/** People per place by the interval they first appear in. */
function firstSeen(asking: Asking, { series, intervals, breakdown }: LinesAsked): ChStatement {
  const places = breakdown === undefined ? ch`[toUInt16(0)]` : breakdownPlacesSql(breakdown.by, breakdown.shown);
  const perOrigin = ch`
    select origin_id, arrayJoin(${places}) as place, min(${stepSql(intervals)}) as step
    from events where ${matching(asking, series, spanOf(intervals))} and origin_id != 0 group by origin_id, place`;
  const people = ch`select person, place_step.1 as place, min(place_step.2) as step from (
      select ${PERSON_OF_EVENT} as person, (place, step) as place_step from (select ${ch.value("UInt32", asking.workspaceId)} as workspace_id, * from (${perOrigin}))
    ) group by person, place`;
  return ch`select place, step, toString(count()) as figure, '' as base from (${people}) group by place, step order by place, step limit ${ROWS_MAX}`;
}

/** A statement of the people behind a figure, as the column `person`. */
export function peopleBehindLine(
  asking: Asking,
  { series, intervals, breakdown }: Omit<LinesAsked, "cumulative">,
  cell: { readonly interval: number | undefined; readonly place: number },
): ChStatement {
  const span =
    cell.interval === undefined
      ? spanOf(intervals)
      : { fromMs: intervals.bounds[cell.interval] ?? 0, toMs: intervals.bounds[cell.interval + 1] ?? 0 };
  const inPlace =
    breakdown === undefined ? ch`1` : ch`has(${breakdownPlacesSql(breakdown.by, breakdown.shown)}, ${ch.value("UInt16", cell.place)})`;
  const perOrigin = ch`select origin_id from events where ${matching(asking, series, span)} and origin_id != 0 and ${hasFigureSql(series.measure)} and ${inPlace} group by origin_id`;
  return perPerson(asking.workspaceId, perOrigin, ch`1 as found`);
}

/** More than all places of all intervals there can be. */
const ROWS_MAX = ch`100000`;

/** The condition on the rows of `events` that a series is made of. */
export function matching(
  { workspaceId, tools }: Asking,
  { event }: TrendSeries,
  span: { readonly fromMs: number; readonly toMs: number },
): ChStatement {
  return ch`workspace_id = ${ch.value("UInt32", workspaceId)} and ${inPeriod(span)} and ${tools.scope} and ${eventSelectorSql(event, tools)}`;
}

/** From the beginning of the first interval to the end of the last. */
export function spanOf({ bounds }: Intervals): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: bounds[0] ?? 0, toMs: bounds.at(-1) ?? 0 };
}

function placeSql(breakdown: LinesAsked["breakdown"]): ChStatement {
  return breakdown === undefined ? ch`toUInt16(0)` : ch`arrayJoin(${breakdownPlacesSql(breakdown.by, breakdown.shown)})`;
}

/** The interval of a row, from 1. */
export function stepSql(intervals: Intervals): ChStatement {
  return ch`toUInt16(${intervalNumberSql(intervals, ch`time`)} + 1)`;
}

/** By which values of a breakdown are ranked. */
export function rankSql(measure: Measure): ChStatement {
  if (measure.kind === "people") return ch`uniqExactIf(${PERSON_OF_EVENT}, origin_id != 0)`;
  return measure.kind === "sum" ? ch`sum(${millionthsSql(propertyNumberSql(measure.property))})` : ch`count()`;
}
