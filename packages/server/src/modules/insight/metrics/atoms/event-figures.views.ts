import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { BoundAtom } from "@terrace/domain/insight/metrics/metric";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import { intervalCount, type Intervals } from "@terrace/domain/insight/time/intervals";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { lineOf } from "@terrace/domain/insight/trends/trends-answer";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { minorDigits } from "../../overview.ts";
import { inPeriod, perPerson, readRows } from "../../time/asking.ts";
import { bitsOfRows, intervalBits, INTERVAL_BITS_MAX } from "../../time/interval-bits.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { hasFigureSql, measureSql, rawOf } from "../../trends/measure-sql.ts";
import { anyOfSql, rowsSql, workspaceOf, spanOf, stepSql, type AtomGround } from "./atom-ground.ts";

type EventsAtom = Extract<BoundAtom, { readonly kind: "events" }>;

/** Events, people or a measure of a property, over intervals and over all of them. */
export async function eventFigures(ground: AtomGround, { of, measure, isMoney }: EventsAtom, intervals: Intervals): Promise<MetricLine> {
  if (measure.kind === "people" && intervalCount(intervals) <= INTERVAL_BITS_MAX) return peopleFigures(ground, of, intervals);
  const { figure, base } = measureSql(measure);
  const rows = await readRows<{ step: number; figure: string; base: string }>(
    ground.asking,
    "insight.metric_events",
    ch`
    select ${stepSql(intervals)} as step, ${figure} as figure, ${base} as base
    from events where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and ${inPeriod(spanOf(intervals))} and ${anyOfSql(ground, of)}
    group by grouping sets ((step), ()) order by step limit 10000`,
  );
  const read = new Map(rows.map((row) => [row.step, rawOf(measure, row)]));
  const points = Array.from({ length: intervalCount(intervals) }, (_, at) => read.get(at + 1));
  const line = lineOf(measure, { points, total: read.get(0) }, false);
  return isMoney === true && "property" in measure ? inMinor(line, minorDigits(ground.asking.currency)) : line;
}

/** Distinct people, from the intervals of each id as bits of one number: whose an event is need not be asked for each event then. */
async function peopleFigures(ground: AtomGround, of: readonly EventSelector[], intervals: Intervals): Promise<MetricLine> {
  const bits = intervalBits(intervalCount(intervals));
  const perOrigin = ch`
    select origin_id, ${bitsOfRows(bits, ch`1`, intervalNumberSql(intervals, ch`time`))} as active from events
    where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and ${inPeriod(spanOf(intervals))} and ${anyOfSql(ground, of)} group by origin_id`;
  const people = perPerson(ground.asking.workspaceId, perOrigin, ch`groupBitOr(per_origin.active) as active`);
  // Step 0 is the whole period.
  const rows = await readRows<{ step: number; people: number }>(
    ground.asking,
    "insight.metric_doers",
    ch`select arrayJoin(arrayPushFront(arrayMap(at -> toUInt16(at + 1), bitPositionsToArray(active)), toUInt16(0))) as step, count() as people
    from (${people}) group by step order by step limit 10000`,
  );
  const read = new Map(rows.map((row) => [row.step, row.people]));
  return { points: Array.from({ length: intervalCount(intervals) }, (_, at) => read.get(at + 1) ?? 0), total: read.get(0) ?? 0 };
}

/** Whether one of some events has ever come, whatever the filters. */
export async function haveEverCome(ground: AtomGround, selectors: readonly EventSelector[]): Promise<boolean> {
  const found = await readRows(
    ground.asking,
    "insight.metric_needs",
    ch`select 1 as found from events where workspace_id = ${workspaceOf(ground)} and ${anyOfSql(ground, selectors)} limit 1`,
  );
  return found.length > 0;
}

/** People with such an event in a time. */
export function eventPeople(ground: AtomGround, { of, measure }: EventsAtom, period: Period): ChStatement {
  const perOrigin = ch`select origin_id from events
    where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and ${inPeriod(period)} and ${anyOfSql(ground, of)} and ${hasFigureSql(measure)} group by origin_id`;
  return perPerson(ground.asking.workspaceId, perOrigin, ch`1 as found`);
}

/** Amounts are written in major units; money is told in minor ones. */
function inMinor({ points, total }: MetricLine, digits: number): MetricLine {
  const scaled = (value: number | null): number | null => (value === null ? null : Math.round(value * 10 ** digits));
  return { points: points.map(scaled), total: scaled(total) };
}
