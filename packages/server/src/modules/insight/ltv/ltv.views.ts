import type { EventSelector } from "@terrace/domain/conditions/condition";
import { isByPerson, type BreakdownBy, type ByPerson } from "@terrace/domain/insight/breakdown";
import type { Touch } from "@terrace/domain/insight/commerce/touch";
import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import type { CohortMoney } from "@terrace/domain/insight/ltv/ltv-answer";
import { ageCount, type CohortStart, type LtvPlan } from "@terrace/domain/insight/ltv/ltv-plan";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { anyEventSql } from "../../../platform/storage/condition-sql.ts";
import { valuesOfEvent, valuesOfPeople } from "../breakdown/whose.views.ts";
import { tradeSql } from "../commerce/net-amount-sql.ts";
import { touchesPerOrigin, touchValueSql } from "../commerce/touches.views.ts";
import { EVENT_ORDER } from "../sequence/person-events.views.ts";
import { inPeriod, perPerson, readRows, type Asking } from "../time/asking.ts";
import { bitsOfRows, intervalBits } from "../time/interval-bits.ts";
import { intervalNumberSql } from "../time/interval-number-sql.ts";

export type LtvAsked = {
  readonly plan: LtvPlan;
  readonly cohortBy: CohortStart;
  readonly registration: readonly EventSelector[];
  readonly trade: Trade;
  readonly money: Currency;
  /** By what people are told apart; without it all are one group. */
  readonly groups: LtvGroups | undefined;
};
/**
 * By what a person's first touch says, by what else is told of people (touches until an instant, Unix ms), or by the event that put them into their cohort.
 * Values besides the known ones are all `OTHER_VALUES`.
 */
export type LtvGroups = {
  readonly by: { readonly touched: Touch } | BreakdownBy;
  readonly toMs: number;
  readonly known: readonly string[] | undefined;
};
/** What was read of a cohort of a group; the value is '' for people who have none, and where there are no groups. */
export type GroupCohort = CohortMoney & { readonly value: string };
/** People of a cohort: all, or those of whom an order was counted by an age; of all groups or of one value. */
export type LtvCellAsked = { readonly cohort: number; readonly paidBy?: number | undefined; readonly value?: string | undefined };

/** Stands for all values that are not told one by one; no value is a line break. */
export const OTHER_VALUES = "\n";

type Row = {
  readonly value: string;
  readonly cohort: number;
  readonly size: number;
  readonly payers: readonly number[];
  readonly ages: readonly number[];
  readonly gross: readonly number[];
  readonly refunds: readonly number[];
};

/** Groups and cohorts of an answer: 50 values, all others and none, and as many cohorts as a plan can have. */
const ROWS_MAX = 20_000;

/** The values that most people of the cohorts have, of equally many the lesser texts. */
export async function topLtvValues(asking: Asking, asked: LtvAsked, most: number): Promise<readonly string[]> {
  const rows = await readRows<{ value: string }>(
    asking,
    "insight.ltv_values",
    ch`select value, count() as people from (${cohortPeople(asking, asked)}) where isNotNull(cohort_of) group by value order by people desc, value limit ${ch.value("UInt16", most)}`,
  );
  return rows.map(({ value }) => value);
}

/** Money by cohort and age; cohorts without people are left out. */
export async function readLtv(asking: Asking, asked: LtvAsked): Promise<readonly GroupCohort[]> {
  const bits = intervalBits(intervalCount(asked.plan.intervals));
  const shifts = Array.from({ length: ageCount(asked.plan) }, (_, age) => Math.max(bits.width - age - 1, 0));
  const rows = await readRows<Row>(
    asking,
    "insight.ltv",
    ch`
    select value, cohort, count() as size, sumForEach(arrayMap(shift -> bitShiftLeft(bitShiftRight(paid, cohort), shift) != 0, ${ch.value("Array(UInt16)", shifts)})) as payers,
      (sumMap(arrayMap(at -> toUInt16(at - cohort), arrayFilter(at -> at >= cohort, money.1)), arrayFilter((minor, at) -> at >= cohort, money.2, money.1), arrayFilter((minor, at) -> at >= cohort, money.3, money.1)) as sums).1 as ages,
      sums.2 as gross, sums.3 as refunds
    from (select value, paid, money, assumeNotNull(cohort_of) as cohort from (${cohortPeople(asking, asked)}) where isNotNull(cohort_of))
    group by value, cohort order by value, cohort limit ${ch.value("UInt32", ROWS_MAX)}`,
  );
  return rows.map(({ value, cohort, size, payers, ages, gross, refunds }) => ({
    value,
    cohort,
    size,
    payers,
    grossMinor: new Map(ages.map((age, index) => [age, gross[index] ?? 0])),
    refundsMinor: new Map(ages.map((age, index) => [age, refunds[index] ?? 0])),
  }));
}

/** A statement of the people behind a cell, as the column `person`. */
export function ltvPeople(asking: Asking, asked: LtvAsked, { cohort, paidBy, value }: LtvCellAsked): ChStatement {
  const bits = intervalBits(intervalCount(asked.plan.intervals));
  const at = ch`${ch.value("UInt16", cohort)}`;
  const paid =
    paidBy === undefined
      ? ch`1`
      : ch`bitShiftLeft(bitShiftRight(paid, ${at}), ${ch.value("UInt16", Math.max(bits.width - paidBy - 1, 0))}) != 0`;
  const ofValue = value === undefined ? ch`1` : ch`value = ${ch.value("String", value)}`;
  return ch`select person from (${cohortPeople(asking, asked)}) where cohort_of = ${at} and ${paid} and ${ofValue}`;
}

/**
 * People with their cohort (null: in none), the bits of the intervals they ordered in, and money by interval: orders, refunds; one row for each `value` they have.
 */
function cohortPeople(asking: Asking, asked: LtvAsked): ChStatement {
  const { intervals, cohorts } = asked.plan;
  const { groups } = asked;
  const [fromMs = 0] = intervals.bounds;
  const toMs = intervals.bounds[cohorts] ?? fromMs;
  const first = ch`assumeNotNull(first_time)`;
  const begun = ch`isNotNull(first_time) and ${first} >= ${instant(fromMs)} and ${first} < ${instant(toMs)}`;
  const ofPeople = groups !== undefined && isOfPeople(groups.by) ? valuesOfPeople(groups.by, { ...asking, toMs: groups.toMs }) : undefined;
  const people = perPerson(
    asking.workspaceId,
    ch.join(partsOf(asking, asked), " union all "),
    ch`min(per_origin.first_time) as first_time, groupBitOr(per_origin.paid) as paid, sumMap(per_origin.money.1, per_origin.money.2, per_origin.money.3) as money${
      ofPeople === undefined ? ch`, argMinIf(per_origin.met.2, per_origin.met.1, notEmpty(per_origin.met.2)) as told` : ch``
    }`,
  );
  return ch`select person, paid, money, ${valuesSql(groups)} as value, if(${begun}, ${intervalNumberSql(intervals, first)}, null) as cohort_of
    from (${people}) as started${ofPeople === undefined ? ch`` : ch` left any join (${ofPeople}) as valued on valued.person = started.person`}`;
}

function isOfPeople(by: LtvGroups["by"]): by is ByPerson {
  return !("touched" in by) && isByPerson(by);
}

/** The values of a person, of the list `told`; whoever has none has ''. */
function valuesSql(groups: LtvGroups | undefined): ChStatement {
  if (groups === undefined) return ch`''`;
  const told = ch`if(empty(told), [''], told)`;
  if (groups.known === undefined) return ch`arrayJoin(${told})`;
  const known = ch.value("Array(String)", groups.known);
  return ch`arrayJoin(arrayDistinct(arrayMap(each -> if(has(${known}, each), each, ${ch.value("String", OTHER_VALUES)}), ${told})))`;
}

/** What is known per id that events came with: when they start, what they bought, and what they met of what tells them apart (when, and its values). */
function partsOf(asking: Asking, asked: LtvAsked): readonly ChStatement[] {
  const { workspaceId, tools } = asking;
  const { plan, groups, cohortBy } = asked;
  const bits = intervalBits(intervalCount(plan.intervals));
  const [fromMs = 0] = plan.intervals.bounds;
  const toMs = plan.intervals.bounds.at(-1) ?? fromMs;
  const trade = tradeSql(asked.trade, asked.money, tools);
  const interval = intervalNumberSql(plan.intervals, ch`time`);
  const counted = ch`time >= ${instant(fromMs)}`;
  const starts =
    cohortBy === "first_order" ? trade.isOrder : cohortBy === "registration" ? anyEventSql(asked.registration, tools) : undefined;
  const events =
    starts === undefined
      ? ch`${inPeriod({ fromMs, toMs })} and ${trade.isEither}`
      : ch`time < ${instant(toMs)} and (${trade.isEither} or ${starts})`;
  const metNothing = ch`(toUInt256(0), emptyArrayString()) as met`;
  const metAtStart = (isStart: ChStatement): ChStatement =>
    groups === undefined || "touched" in groups.by || isByPerson(groups.by)
      ? metNothing
      : ch`(minIf(${EVENT_ORDER}, ${isStart}), argMinIf(arrayMap(each -> ifNull(each, ''), ${valuesOfEvent(groups.by)}), ${EVENT_ORDER}, ${isStart})) as met`;
  const noMoney = ch`${bits.none} as paid, (emptyArrayUInt16(), emptyArrayInt64(), emptyArrayInt64()) as money`;
  const source = ch`from events where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${tools.scope}`;
  const bought = ch`select origin_id, ${starts === undefined ? NO_TIME : ch`minOrNullIf(time, ${starts})`} as first_time,
      ${bitsOfRows(bits, ch`(${trade.isOrder} and ${counted})`, interval)} as paid,
      sumMapIf([${interval}], [if(${trade.isOrder}, ${trade.minor}, 0)], [if(${trade.isOrder}, 0, ${trade.minor})], ${trade.isEither} and ${counted}) as money, ${starts === undefined ? metNothing : metAtStart(starts)}
    ${source} and ${events} group by origin_id`;
  const seen = ch`select origin_id, toNullable(min(time)) as first_time, ${noMoney}, ${metAtStart(ch`1`)} ${source} and time < ${instant(toMs)} group by origin_id`;
  const touch = groups !== undefined && "touched" in groups.by ? groups.by.touched : undefined;
  const touched =
    touch === undefined
      ? []
      : [
          ch`select origin_id, ${NO_TIME} as first_time, ${noMoney}, (first_touch.1, [first_touch.2]) as met from (${touchesPerOrigin(touch, tools, { value: touchValueSql(touch), toMs: asking.nowMs, which: "first" })})`,
        ];
  return [bought, ...(starts === undefined ? [seen] : []), ...touched];
}

const NO_TIME = ch`cast(null, 'Nullable(DateTime64(3, \\'UTC\\'))')`;

function instant(ms: number): ChStatement {
  return ch`fromUnixTimestamp64Milli(${ch.value("Int64", ms)})`;
}
