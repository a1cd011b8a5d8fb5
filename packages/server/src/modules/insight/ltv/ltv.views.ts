import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { Touch } from "@terrace/domain/insight/commerce/touch";
import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import type { CohortMoney } from "@terrace/domain/insight/ltv/ltv-answer";
import { ageCount, type CohortStart, type LtvPlan } from "@terrace/domain/insight/ltv/ltv-plan";
import { intervalCount } from "@terrace/domain/insight/time/intervals";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { tradeSql } from "../commerce/net-amount-sql.ts";
import { touchesPerOrigin, touchValueSql } from "../commerce/touches.views.ts";
import { inPeriod, perPerson, readRows, type Asking } from "../time/asking.ts";
import { bitsOfRows, intervalBits } from "../time/interval-bits.ts";
import { intervalNumberSql } from "../time/interval-number-sql.ts";

export type LtvAsked = {
  readonly plan: LtvPlan;
  readonly cohortBy: CohortStart;
  readonly registration: EventSelector;
  readonly trade: Trade;
  readonly money: Currency;
  /** By what a person's first touch says; without it all are one group. */
  readonly touch: Touch | undefined;
};
/** What was read of a cohort of a group; the value is '' for people whom nothing touched, and where there are no groups. */
export type GroupCohort = CohortMoney & { readonly value: string };
/** People of a cohort: all, or those of whom an order was counted by an age; of all groups or of some values. */
export type LtvCellAsked = { readonly cohort: number; readonly paidBy?: number | undefined; readonly values?: LtvValues | undefined };
export type LtvValues = { readonly values: readonly string[]; readonly isOther: boolean };

/** More rows than groups and cohorts can have in an answer; whoever reads this many has not read all. */
export const LTV_ROWS_MAX = 20_000;

type Row = {
  readonly value: string;
  readonly cohort: number;
  readonly size: number;
  readonly payers: readonly number[];
  readonly ages: readonly number[];
  readonly gross: readonly number[];
  readonly refunds: readonly number[];
};

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
    group by value, cohort order by value, cohort limit ${ch.value("UInt32", LTV_ROWS_MAX)}`,
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
export function ltvPeople(asking: Asking, asked: LtvAsked, { cohort, paidBy, values }: LtvCellAsked): ChStatement {
  const bits = intervalBits(intervalCount(asked.plan.intervals));
  const at = ch`${ch.value("UInt16", cohort)}`;
  const paid =
    paidBy === undefined
      ? ch`1`
      : ch`bitShiftLeft(bitShiftRight(paid, ${at}), ${ch.value("UInt16", Math.max(bits.width - paidBy - 1, 0))}) != 0`;
  const among =
    values === undefined ? ch`1` : ch`${values.isOther ? ch`not ` : ch``}has(${ch.value("Array(String)", values.values)}, value)`;
  return ch`select person from (${cohortPeople(asking, asked)}) where cohort_of = ${at} and ${paid} and ${among}`;
}

/** People with their cohort (null: in none), what touched them first, the bits of the intervals they ordered in, and money by interval: orders, refunds. */
function cohortPeople(asking: Asking, asked: LtvAsked): ChStatement {
  const { intervals, cohorts } = asked.plan;
  const [fromMs = 0] = intervals.bounds;
  const toMs = intervals.bounds[cohorts] ?? fromMs;
  const first = ch`assumeNotNull(first_time)`;
  const begun = ch`isNotNull(first_time) and ${first} >= ${instant(fromMs)} and ${first} < ${instant(toMs)}`;
  const value =
    asked.touch === undefined ? ch`'' as value` : ch`argMinIf(per_origin.touch.2, per_origin.touch.1, per_origin.touch.2 != '') as value`;
  const people = perPerson(
    asking.workspaceId,
    ch.join(partsOf(asking, asked), " union all "),
    ch`min(per_origin.first_time) as first_time, groupBitOr(per_origin.paid) as paid, sumMap(per_origin.money.1, per_origin.money.2, per_origin.money.3) as money, ${value}`,
  );
  return ch`select person, paid, money, value, if(${begun}, ${intervalNumberSql(intervals, first)}, null) as cohort_of from (${people})`;
}

/** What is known per id that events came with: when they start, what they bought, what touched them. */
function partsOf(asking: Asking, asked: LtvAsked): readonly ChStatement[] {
  const { workspaceId, tools } = asking;
  const { plan, touch, cohortBy } = asked;
  const bits = intervalBits(intervalCount(plan.intervals));
  const [fromMs = 0] = plan.intervals.bounds;
  const toMs = plan.intervals.bounds.at(-1) ?? fromMs;
  const trade = tradeSql(asked.trade, asked.money, tools);
  const interval = intervalNumberSql(plan.intervals, ch`time`);
  const counted = ch`time >= ${instant(fromMs)}`;
  const starts =
    cohortBy === "first_order" ? trade.isOrder : cohortBy === "registration" ? eventSelectorSql(asked.registration, tools) : undefined;
  const events =
    starts === undefined
      ? ch`${inPeriod({ fromMs, toMs })} and ${trade.isEither}`
      : ch`time < ${instant(toMs)} and (${trade.isEither} or ${starts})`;
  const noTouch = ch`(toUInt256(0), '') as touch`;
  const noMoney = ch`${bits.none} as paid, (emptyArrayUInt16(), emptyArrayInt64(), emptyArrayInt64()) as money`;
  const source = ch`from events where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${tools.scope}`;
  const bought = ch`select origin_id, ${starts === undefined ? NO_TIME : ch`minOrNullIf(time, ${starts})`} as first_time,
      ${bitsOfRows(bits, ch`(${trade.isOrder} and ${counted})`, interval)} as paid,
      sumMapIf([${interval}], [if(${trade.isOrder}, ${trade.minor}, 0)], [if(${trade.isOrder}, 0, ${trade.minor})], ${trade.isEither} and ${counted}) as money, ${noTouch}
    ${source} and ${events} group by origin_id`;
  const seen = ch`select origin_id, toNullable(min(time)) as first_time, ${noMoney}, ${noTouch} ${source} and time < ${instant(toMs)} group by origin_id`;
  const touched =
    touch === undefined
      ? []
      : [
          ch`select origin_id, ${NO_TIME} as first_time, ${noMoney}, first_touch as touch from (${touchesPerOrigin(touch, tools, { value: touchValueSql(touch), toMs: asking.nowMs, which: "first" })})`,
        ];
  return [bought, ...(starts === undefined ? [seen] : []), ...touched];
}

const NO_TIME = ch`cast(null, 'Nullable(DateTime64(3, \\'UTC\\'))')`;

function instant(ms: number): ChStatement {
  return ch`fromUnixTimestamp64Milli(${ch.value("Int64", ms)})`;
}
