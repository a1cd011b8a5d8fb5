import type { EventSelector } from "@terrace/domain/conditions/condition";
import { isByPerson, type BreakdownBy, type ByPerson } from "@terrace/domain/insight/breakdown";
import type { Touch } from "@terrace/domain/insight/commerce/touch";
import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import type { CohortMoney } from "@terrace/domain/insight/ltv/ltv-answer";
import { ageCount, type CohortStart, type LtvPlan } from "@terrace/domain/insight/ltv/ltv-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { anyEventSql } from "../../../platform/storage/condition-sql.ts";
import { valuesOfEvent, valuesOfPeople } from "../breakdown/whose.views.ts";
import { tradeSql } from "../commerce/net-amount-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { touchesPerOrigin, touchValueSql } from "../commerce/touches.views.ts";
import { EVENT_ORDER } from "../sequence/person-events.views.ts";
import { inPeriod, readRows, type Asking } from "../time/asking.ts";
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
  /** The age, what orders brought and refunds took at it, people whose row it is, and those whose first order is of it. */
  readonly ages: readonly (readonly [age: number, brought: number, taken: number, people: number, begins: number])[];
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
  const isByOrder = asked.cohortBy === "first_order";
  const people = ch`select value, trades, assumeNotNull(cohort_of) as cohort from (${cohortPeople(asking, asked)}) where isNotNull(cohort_of)`;
  const own = ch`arrayFilter(trade -> intDiv(${placeOf(ch`trade`)}, 2) >= cohort, trades) as own`;
  const [place, minor] = [placeOf(ch`trade`), minorOf(ch`trade`)];
  // Whoever is in a cohort by an order has one in it. Of the others it is asked when they had their first, and those without any have a row of their own.
  const trades = isByOrder
    ? ch`select value, cohort, ${place} as place, ${minor} as minor, nth, 0 as first_order from (select value, cohort, ${own} from (${people})) array join own as trade, arrayEnumerate(own) as nth`
    : ch`
      select value, cohort, if(nth = 0, toInt32(cohort) * 2, ${place}) as place, if(nth = 0, 0, ${minor}) as minor, nth, first_order
      from (select value, cohort, ${own}, indexOf(own, arrayMin(arrayFilter(trade -> ${isOrder(ch`trade`)}, own))) as first_order from (${people}))
        left array join own as trade, arrayEnumerate(own) as nth`;
  const rows = await readRows<Row>(
    asking,
    "insight.ltv",
    ch`
    select value, cohort, groupArray((age, brought, taken, people, begins)) as ages
    from (
      select value, cohort, intDiv(place, 2) - cohort as age, sumIf(minor, place % 2 = 0) as brought, sumIf(minor, place % 2 = 1) as taken, countIf(nth <= 1) as people, countIf(nth != 0 and nth = first_order) as begins
      from (${trades}) group by value, cohort, age
    ) group by value, cohort order by value, cohort limit ${ch.value("UInt32", ROWS_MAX)}`,
  );
  return rows.map(({ value, cohort, ages }) => {
    const figures = (of: (age: Row["ages"][number]) => number): ReadonlyMap<number, number> =>
      new Map(ages.map((each) => [each[0], of(each)]));
    const size = ages.reduce((sum, [, , , at]) => sum + at, 0);
    return {
      value,
      cohort,
      size,
      payers: payersByAge(asked, isByOrder ? new Map([[0, size]]) : figures(([, , , , begins]) => begins)),
      grossMinor: figures(([, brought]) => brought),
      refundsMinor: figures(([, , taken]) => taken),
    };
  });
}

/** How many have paid by each age, of how many began to at each. */
function payersByAge({ plan }: LtvAsked, begun: ReadonlyMap<number, number>): readonly number[] {
  let payers = 0;
  return Array.from({ length: ageCount(plan) }, (_, age) => (payers += begun.get(age) ?? 0));
}

/** A statement of the people behind a cell, as the column `person`. */
export function ltvPeople(asking: Asking, asked: LtvAsked, { cohort, paidBy, value }: LtvCellAsked): ChStatement {
  const at = ch`${ch.value("UInt16", cohort)}`;
  const paid =
    paidBy === undefined
      ? ch`1`
      : ch`arrayExists(trade -> ${isOrder(ch`trade`)} and intDiv(${placeOf(ch`trade`)}, 2) between ${at} and ${at} + ${ch.value("UInt16", paidBy)}, trades)`;
  const ofValue = value === undefined ? ch`1` : ch`value = ${ch.value("String", value)}`;
  return ch`select person from (${cohortPeople(asking, asked)}) where cohort_of = ${at} and ${paid} and ${ofValue}`;
}

/**
 * People with their cohort (null: in none), and their orders and refunds counted (`trades`, each one number); one row for each `value` they have.
 */
function cohortPeople(asking: Asking, asked: LtvAsked): ChStatement {
  const { intervals, cohorts } = asked.plan;
  const { groups } = asked;
  const [fromMs = 0] = intervals.bounds;
  const toMs = intervals.bounds[cohorts] ?? fromMs;
  const first = ch`assumeNotNull(first_time)`;
  const begun = ch`isNotNull(first_time) and ${first} >= ${instant(fromMs)} and ${first} < ${instant(toMs)}`;
  const ofPeople = groups !== undefined && isOfPeople(groups.by) ? valuesOfPeople(groups.by, { ...asking, toMs: groups.toMs }) : undefined;
  const told = tellsWhatTheyMet(groups) ? ch`, argMinIf(met.2, met.1, notEmpty(met.2)) as told` : ch``;
  const people = ch`
    select person, minOrNullIf(at, is_start) as first_time, groupArrayIf(trade, counts) as trades${told}
    from (${ch.join(partsOf(asking, asked), " union all ")}) group by person`;
  return ch`select person, trades, ${valuesSql(groups)} as value, if(${begun}, ${intervalNumberSql(intervals, first)}, null) as cohort_of
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

/** Whether people are told apart by something that they met: a touch, or what the event says that put them into their cohort. */
function tellsWhatTheyMet(groups: LtvGroups | undefined): groups is LtvGroups {
  return groups !== undefined && !isOfPeople(groups.by);
}

/**
 * Rows of people: one for each order and refund, for few ids have many, so that bringing them together by id first costs more than it saves; and one for each id of when it
 * started, if not with an order, and of what it met of what tells people apart (when, and its values).
 */
function partsOf(asking: Asking, asked: LtvAsked): readonly ChStatement[] {
  const { workspaceId, tools } = asking;
  const { plan, groups, cohortBy } = asked;
  const [fromMs = 0] = plan.intervals.bounds;
  const toMs = plan.intervals.bounds.at(-1) ?? fromMs;
  const workspace = ch`${ch.value("UInt32", workspaceId)}`;
  const source = ch`from events where workspace_id = ${workspace} and origin_id != 0 and ${tools.scope}`;
  const column = (met: ChStatement): ChStatement => (tellsWhatTheyMet(groups) ? ch`, ${met} as met` : ch``);
  const atStart = valuesAtStart(groups);
  const ofOrigins = (rows: ChStatement, { isStart, at }: { readonly isStart: ChStatement; readonly at: ChStatement }): ChStatement => ch`
    select ${PERSON_OF_EVENT} as person, ${at} as at, ${isStart} as is_start, toUInt64(0) as trade, toUInt8(0) as counts${column(ch`met_of_origin`)}
    from (select ${workspace} as workspace_id, * from (${rows}))`;
  const touch = groups !== undefined && "touched" in groups.by ? groups.by.touched : undefined;
  const touched =
    touch === undefined
      ? []
      : [
          ofOrigins(
            ch`select origin_id, (first_touch.1, [first_touch.2]) as met_of_origin from (${touchesPerOrigin(touch, tools, { value: touchValueSql(touch), toMs: asking.nowMs, which: "first" })})`,
            { isStart: ch`toUInt8(0)`, at: ch`fromUnixTimestamp64Milli(toInt64(0))` },
          ),
        ];
  const trade = tradeSql(asked.trade, asked.money, tools);
  const isByOrder = cohortBy === "first_order";
  const metAt = (when: ChStatement): ChStatement =>
    atStart === undefined ? NO_MET : ch`if(${when}, (${EVENT_ORDER}, ${atStart}), ${NO_MET})`;
  const bought = ch`
    select ${PERSON_OF_EVENT} as person, time as at, ${isByOrder ? trade.isOrder : ch`toUInt8(0)`} as is_start,
      ${tradeNumber({ place: ch`${intervalNumberSql(plan.intervals, ch`time`)} * 2 + not ${trade.isOrder}`, minor: trade.minor })} as trade, time >= ${instant(fromMs)} as counts${column(isByOrder ? metAt(trade.isOrder) : NO_MET)}
    ${source} and ${isByOrder ? ch`time < ${instant(toMs)}` : inPeriod({ fromMs, toMs })} and ${trade.isEither}`;
  if (isByOrder) return [bought, ...touched];
  const isStart = cohortBy === "registration" ? anyEventSql(asked.registration, tools) : ch`1`;
  const met = atStart === undefined ? NO_MET : ch`(min(${EVENT_ORDER}), argMin(${atStart}, ${EVENT_ORDER}))`;
  const started = ch`select origin_id, min(time) as started, ${met} as met_of_origin ${source} and time < ${instant(toMs)} and ${isStart} group by origin_id`;
  return [bought, ofOrigins(started, { isStart: ch`toUInt8(1)`, at: ch`started` }), ...touched];
}

/** What the event says that puts people into their cohort, Array(String), where that tells them apart. */
function valuesAtStart(groups: LtvGroups | undefined): ChStatement | undefined {
  if (groups === undefined || "touched" in groups.by || isByPerson(groups.by)) return undefined;
  return ch`arrayMap(each -> ifNull(each, ''), ${valuesOfEvent(groups.by)})`;
}

const NO_MET = ch`(toUInt256(0), emptyArrayString())`;
/**
 * An order or refund as one number, which costs a fraction of several: the place (twice its interval, and one more for a refund) above its money, to which is added what
 * makes it more than 0.
 */
function tradeNumber({ place, minor }: { readonly place: ChStatement; readonly minor: ChStatement }): ChStatement {
  return ch`bitShiftLeft(toUInt64(${place}), ${MINOR_BITS}) + toUInt64(${minor} + ${MINOR_ZERO})`;
}

function placeOf(trade: ChStatement): ChStatement {
  return ch`toInt32(bitShiftRight(${trade}, ${MINOR_BITS}))`;
}

function minorOf(trade: ChStatement): ChStatement {
  return ch`toInt64(bitAnd(${trade}, bitShiftLeft(toUInt64(1), ${MINOR_BITS}) - 1)) - ${MINOR_ZERO}`;
}

function isOrder(trade: ChStatement): ChStatement {
  return ch`not bitTest(${trade}, ${MINOR_BITS})`;
}

/** More than any amount in minor units has; nine more are left for the place. */
const MINOR_BITS = ch`55`;
const MINOR_ZERO = ch`bitShiftLeft(toInt64(1), 54)`;

function instant(ms: number): ChStatement {
  return ch`fromUnixTimestamp64Milli(${ch.value("Int64", ms)})`;
}
