import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import type { Cohort } from "@terrace/domain/insight/metrics/metric";
import { dayOf, dayStart, type Period } from "@terrace/domain/insight/time/calendar";
import type { Intervals } from "@terrace/domain/insight/time/intervals";
import { zoneClock } from "@terrace/domain/time/zoned-time";
import { ch, type ChStatement } from "../../../../platform/storage/clickhouse.ts";
import { perPerson, readRows } from "../../time/asking.ts";
import { intervalNumberSql } from "../../time/interval-number-sql.ts";
import { netSql } from "./amount.views.ts";
import { addingLine, anyOfSql, instant, rowsSql, workspaceOf, spanOf, type AtomGround } from "./atom-ground.ts";

export type BoundCohort = Cohort<readonly EventSelector[], number>;
/** Who begins, whatever becomes of them: what every other question about the same cohort tells besides. */
export function beginningOf({ start, first, last }: CohortAsked): CohortAsked {
  return { start, back: [], first: 0, last: last ?? first };
}

/** What is asked of people who begin: who comes back, or what they bring. */
export type CohortAsked = BoundCohort & {
  readonly money?: { readonly orders: readonly EventSelector[]; readonly refunds: readonly EventSelector[] };
};
/** Per interval of beginning: everyone, those whose last day is over, those who came back, both, and the money of those whose last day is over. */
export type CohortLines = Readonly<Record<"started" | "matured" | "returned" | "returnedMatured" | "minor", MetricLine>>;

/** Reads everything about cohorts at once. */
export async function cohortFigures(ground: AtomGround, asked: CohortAsked, intervals: Intervals): Promise<CohortLines> {
  const plan = planCohort(ground, asked, intervals);
  const rows = await readRows<{ step: number; started: number; matured: number; returned: number; both: number; minor: string }>(
    ground.asking,
    "insight.metric_cohort",
    ch`select step, count() as started, countIf(is_over) as matured, countIf(came) as returned, countIf(came and is_over) as both,
      toString(sumIf(minor, is_over)) as minor
    from (${plan.people}) group by step order by step limit 10000`,
  );
  const line = (of: (row: (typeof rows)[number]) => number): MetricLine =>
    addingLine(intervals, new Map(rows.map((row) => [row.step, of(row)])));
  return {
    started: line(({ started }) => started),
    matured: line(({ matured }) => matured),
    returned: line(({ returned }) => returned),
    returnedMatured: line(({ both }) => both),
    minor: line(({ minor }) => Number(minor)),
  };
}

/** The people who began in a time: all of them, or those who came back; only those whose last day is over, or everyone. */
export function cohortPeople(
  ground: AtomGround,
  asked: CohortAsked,
  cell: { readonly period: Period; readonly returned: boolean; readonly matured: boolean },
): ChStatement {
  const intervals: Intervals = { unit: "day", bounds: [cell.period.fromMs, cell.period.toMs] };
  const { people } = planCohort(ground, asked, intervals);
  return ch`select person from (${people}) where ${cell.returned ? ch`came` : ch`1`} and ${cell.matured ? ch`is_over` : ch`1`}`;
}

/** One row per person whose first start ever lies in the intervals: the number of its interval, whether they came back, whether their last day is over. */
function planCohort(ground: AtomGround, asked: CohortAsked, intervals: Intervals): { readonly people: ChStatement } {
  const { calendar, nowMs, workspaceId } = ground.asking;
  const clock = zoneClock(calendar.zone);
  const { fromMs, toMs } = spanOf(intervals);
  const firstDay = dayOf(fromMs, clock);
  const today = dayOf(nowMs, clock);
  const lastDay = asked.last === null ? Math.max(today, dayOf(toMs - 1, clock)) : dayOf(toMs - 1, clock) + asked.last;
  const days: Intervals = {
    unit: "day",
    bounds: Array.from({ length: lastDay - firstDay + 2 }, (_, index) => dayStart(firstDay + index, calendar)),
  };
  const day = intervalNumberSql(days, ch`time`);
  const isStart = ch`(${anyOfSql(ground, asked.start)} and time < ${instant(toMs)})`;
  const since = ch`time >= ${instant(days.bounds[0] ?? fromMs)}`;
  const isBack = ch`(${anyOfSql(ground, asked.back)} and ${since})`;
  const source = ch`from events where workspace_id = ${workspaceOf(ground)} and ${rowsSql(ground)} and origin_id != 0 and time < ${instant(days.bounds.at(-1) ?? toMs)}`;
  const backDays = asked.back.length === 0 ? NO_DAYS : ch`groupUniqArrayIf(${day}, ${isBack})`;
  const began = ch`
    select origin_id, minOrNullIf(time, ${isStart}) as first_time, ${backDays} as back_days, ${NO_DAYS} as money_days, ${NO_MONEY} as money
    ${source} and (${isStart} or ${isBack}) group by origin_id`;
  // Days and amounts of the same events, side by side: adding them up day by day for every id costs more than keeping them. Amounts are long to read, so nothing
  // else is read with them.
  const { net, counts } = netSql(ground, asked.money ?? { orders: [], refunds: [] });
  const brought = ch`
    select origin_id, ${NO_TIME} as first_time, ${NO_DAYS} as back_days, groupArray(${day}) as money_days, groupArray(toInt64(${net})) as money
    ${source} and ${counts} and ${since} group by origin_id`;
  const people = perPerson(
    workspaceId,
    ch.join(asked.money === undefined ? [began] : [began, brought], " union all "),
    ch`min(per_origin.first_time) as first_seen, groupUniqArrayArray(per_origin.back_days) as back_days, groupArrayArray(per_origin.money_days) as money_days, groupArrayArray(per_origin.money) as money`,
  );
  const begun = ch`assumeNotNull(first_seen)`;
  const until = asked.last === null ? ch`65535` : ch`first_day + ${ch.value("UInt32", asked.last)}`;
  // Days to come can bring nothing back any more once the last one is over.
  const overAfter = ch.value("UInt32", asked.last ?? asked.first);
  return {
    people: ch`
      select person, ${intervalNumberSql(intervals, begun)} as step, toInt32(${intervalNumberSql(days, begun)}) as first_day,
        arrayExists(day -> day >= first_day + ${ch.value("UInt32", asked.first)} and day <= ${until}, back_days) as came,
        first_day + ${overAfter} < ${ch.value("Int32", today - firstDay)} as is_over,
        arraySum((day, minor) -> if(day >= first_day and day <= ${until}, minor, 0), money_days, money) as minor
      from (${people}) where isNotNull(first_seen) and first_seen >= ${instant(fromMs)} and first_seen < ${instant(toMs)}`,
  };
}

const NO_TIME = ch`cast(null, 'Nullable(DateTime64(3, \\'UTC\\'))')`;
const NO_DAYS = ch`emptyArrayUInt16()`;
const NO_MONEY = ch`emptyArrayInt64()`;
