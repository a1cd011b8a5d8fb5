import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import { dayOf, dayStart, type Period } from "@terrace/domain/insight/time/calendar";
import { intervalAt, intervalCount, type Intervals } from "@terrace/domain/insight/time/intervals";
import { zoneClock } from "@terrace/domain/time/zoned-time";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { PERSON_OF_EVENT } from "../../../../platform/storage/person-of-event.ts";
import { inPeriod, perPerson, readRows, type Asking } from "../../time/asking.ts";
import { bitsOfRows, intervalBits, INTERVAL_BITS_MAX } from "../../time/interval-bits.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { addingLine, anyOfSql, rowsSql, workspaceOf, spanOf, type AtomGround } from "./atom-ground.ts";

/** The sum over local days (in an hour: that hour) of the people who did each of some things on the day. */
export async function personDays(
  ground: AtomGround,
  each: readonly (readonly EventSelector[])[],
  intervals: Intervals,
): Promise<MetricLine> {
  const line = await inCells(ground, each, intervals);
  if (intervals.unit !== "hour") return line;
  // Days of hours are told by the hour; all of them together are days again.
  const whole = await inCells(ground, each, { unit: "day", bounds: [spanOf(intervals).fromMs, spanOf(intervals).toMs] });
  return { points: line.points, total: whole.total };
}

/** Local days that have begun by now, of every interval; an hour counts as one. */
export function daysBegun({ calendar, nowMs }: Asking, intervals: Intervals): MetricLine {
  const begun = ({ fromMs, toMs }: Period): number => {
    if (fromMs > nowMs) return 0;
    const days = dayStartsIn({ fromMs, toMs }, calendar).filter((start) => start <= nowMs).length;
    return Math.max(1, days);
  };
  const { bounds } = intervals;
  const points = bounds.slice(0, -1).map((fromMs, at) => begun({ fromMs, toMs: bounds[at + 1] ?? fromMs }));
  return { points, total: begun(spanOf(intervals)) };
}

/** The people who did each of them on one day of a time. */
export function personDayPeople(ground: AtomGround, each: readonly (readonly EventSelector[])[], period: Period): ChStatement {
  return ch`select person from (${perDay(ground, each, { unit: "day", bounds: [period.fromMs, period.toMs] })})`;
}

async function inCells(ground: AtomGround, each: readonly (readonly EventSelector[])[], intervals: Intervals): Promise<MetricLine> {
  const cells = cellsOf(ground, intervals);
  const fitsBits = intervalCount(cells) <= INTERVAL_BITS_MAX;
  const rows = await readRows<{ cell: number; people: number }>(
    ground.asking,
    "insight.metric_days",
    ch`select cell, count() as people from (${fitsBits ? daysInBits(ground, each, intervals) : perDay(ground, each, intervals)}) group by cell order by cell limit 100000`,
  );
  const read = new Map<number, number>();
  for (const { cell, people } of rows) {
    const at = intervalAt(intervals, cells.bounds[cell] ?? 0) ?? 0;
    read.set(at, (read.get(at) ?? 0) + people);
  }
  return addingLine(intervals, read);
}

/** The same rows without the person, where the days fit into the bits of a number: one row per id instead of one per id and day. */
function daysInBits(ground: AtomGround, each: readonly (readonly EventSelector[])[], intervals: Intervals): ChStatement {
  const cells = cellsOf(ground, intervals);
  const bits = intervalBits(intervalCount(cells));
  const lists = listsOf(ground, each);
  const cell = intervalNumberSql(cells, ch`time`);
  const perOrigin = ch`
    select origin_id, ${ch.join(
      lists.map((list, index) => ch`${bitsOfRows(bits, list, cell)} as ${name(index)}`),
      ", ",
    )} from events
    where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and ${inPeriod(spanOf(intervals))} and (${ch.join(lists, " or ")})
    group by origin_id`;
  const merged = ch.join(
    lists.map((_, index) => ch`groupBitOr(per_origin.${name(index)}) as ${name(index)}`),
    ", ",
  );
  const [first = bits.none, ...others] = lists.map((_, index) => name(index));
  const all = others.reduce((both, other) => ch`bitAnd(${both}, ${other})`, first);
  return ch`select arrayJoin(bitPositionsToArray(${all})) as cell from (${perPerson(ground.asking.workspaceId, perOrigin, merged)})`;
}

function listsOf(ground: AtomGround, each: readonly (readonly EventSelector[])[]): readonly ChStatement[] {
  return [...new Map(each.map((list) => [JSON.stringify(list), list])).values()].map((list) => anyOfSql(ground, list));
}

/** One row per person and day with everything done. */
function perDay(ground: AtomGround, each: readonly (readonly EventSelector[])[], intervals: Intervals): ChStatement {
  const lists = listsOf(ground, each);
  const done = lists.map((list, index) => ch`max(${list}) as ${name(index)}`);
  const all = ch.join(
    lists.map((_, index) => ch`max(per_day.${name(index)}) = 1`),
    " and ",
  );
  const cell = intervalNumberSql(cellsOf(ground, intervals), ch`time`);
  return ch`select ${PERSON_OF_EVENT} as person, per_day.cell as cell from (
      select ${workspaceOf(ground)} as workspace_id, * from (select origin_id, ${cell} as cell, ${ch.join(done, ", ")} from events
      where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and ${inPeriod(spanOf(intervals))} and (${ch.join(lists, " or ")})
      group by origin_id, cell)
    ) as per_day group by person, cell having ${all}`;
}

/** The intervals cut at the beginning of every local day. */
function cellsOf({ asking }: AtomGround, intervals: Intervals): Intervals {
  const starts = dayStartsIn(spanOf(intervals), asking.calendar);
  return { unit: "day", bounds: [...new Set([...intervals.bounds, ...starts])].toSorted((a, b) => a - b) };
}

function dayStartsIn({ fromMs, toMs }: Period, calendar: Asking["calendar"]): readonly number[] {
  const clock = zoneClock(calendar.zone);
  const first = dayOf(fromMs, clock);
  const count = dayOf(toMs - 1, clock) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => dayStart(first + index, calendar)).filter((start) => start >= fromMs);
}

function name(index: number): ChStatement {
  return { text: `d${index}`, params: {} };
}
