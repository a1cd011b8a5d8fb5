import type { AttributionPlan } from "@terrace/domain/insight/attribution/attribution-plan";
import type { Currency } from "@terrace/domain/insight/commerce/trade";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { amountSql, isOwnCurrencySql } from "../commerce/net-amount-sql.ts";
import { touchCodeSql, touchTextSql } from "../commerce/touch-codes.views.ts";
import { isAmongTouches } from "../commerce/touches.views.ts";
import { EVENT_ORDERS } from "../sequence/person-events.views.ts";
import type { Reading } from "../sequence/reading.ts";
import { inPeriod, type AnalysisTools, type Asking } from "../time/asking.ts";
import { propertyNumberSql } from "../trends/property-values.ts";

export type WaysAsked = {
  readonly money: Currency;
  readonly period: Period;
  readonly values: readonly string[];
  readonly reading: Reading;
};

/**
 * One row for each conversion of the period: `person`, `at` (Unix ms), `worth`, and the touches of its way, oldest first: `texts` (the place of the value of each
 * among `values`, from 1) and `times`; and `tied`.
 *
 * Nothing here looks into a whole list for each of its elements, so the work grows with the number of events; only what is left of the touches is copied for each conversion.
 */
export function conversionWays(asking: Asking, plan: AttributionPlan, asked: WaysAsked): ChStatement {
  // All conversions and all touches by themselves; a touch that goes on from the last one is no beginning. `behind`: touches up to a conversion, `number`: beginnings up to an event.
  const marked = ch`
    select person, tied, times, codes, closes, worths, arrayCumSum(arrayMap(code -> code != 0, codes)) as behind,
      arrayMap((time, code, last, last_code) -> toUInt8(code != 0 and not (code = last_code and time - last < ${ch.value("Int64", plan.pauseMs)})), times, codes,
        arrayShiftRight(arrayFill((time, code) -> code != 0, times, codes), 1), arrayShiftRight(arrayFill(code -> code != 0, codes), 1)) as begins,
      arrayCumSum(begins) as number
    from (${inOrder(asking, plan, asked)})`;
  const ofTouches = (column: ChStatement): ChStatement => ch`arrayFilter((each, code) -> code != 0, ${column}, codes)`;
  const ofConversions = (column: ChStatement): ChStatement => ch`arrayFilter((each, closes) -> closes, ${column}, closes)`;
  // Where a way begins is found among the touches by putting both in order: twice the time, and one more for a touch.
  const found = ch`
    select person, tied, worths, arrayFilter((code, begins) -> begins, codes, begins) as kept_texts, arrayFilter((time, begins) -> begins, times, begins) as kept_times,
      ${ofTouches(ch`codes`)} as touch_texts, ${ofTouches(ch`times`)} as touch_times, ${ofTouches(ch`number`)} as touch_numbers,
      ${ofConversions(ch`times`)} as ats, ${ofConversions(ch`behind`)} as behinds, ${ofConversions(ch`number`)} as numbers,
      arraySort(arrayConcat(arrayMap(time -> time * 2 + 1, touch_times), arrayMap(at -> (at - ${ch.value("Int64", plan.lookbackMs)}) * 2, ats))) as both,
      arrayMap((place, nth) -> place - nth + 1, arrayFilter((place, each) -> bitTest(each, 0) = 0, arrayEnumerate(both), both), arrayEnumerate(ats)) as firsts
    from (${marked})`;
  // Of a way: 1 the time of the conversion, 2 its worth, 3 touches up to it, 4 beginnings up to it, 5 which touch of the person is its first.
  const rest = ch`begun + 1, greatest(toInt64(way.4) - toInt64(begun), 0)`;
  return ch`
    select person, tied, way.1 as at, way.2 as worth, way.5 <= way.3 as is_touched, touch_numbers[way.5] as begun,
      if(is_touched, arrayPushFront(arraySlice(kept_texts, ${rest}), touch_texts[way.5]), []) as texts,
      if(is_touched, arrayPushFront(arraySlice(kept_times, ${rest}), touch_times[way.5]), []) as times
    from (select person, tied, kept_texts, kept_times, touch_texts, touch_times, touch_numbers, arrayJoin(arrayZip(ats, worths, behinds, numbers, firsts)) as way from (${found}))
    where at >= ${ch.value("Int64", asked.period.fromMs)}`;
}

/**
 * One row for each person with a conversion in the period: their events in order as `times`, `codes` (the place of the value of a touch, 0 for none) and `closes`
 * (whether it is a conversion), the `worths` of the conversions, and `tied`.
 */
function inOrder({ tools }: Asking, plan: AttributionPlan, { money, period, values, reading }: WaysAsked): ChStatement {
  const { fromMs, toMs } = period;
  const isConversion = isConversionSql(plan, tools);
  const code = ch`if(${isAmongTouches(plan.touch, tools)}, ${touchCodeSql(touchTextSql(plan.touch), values)}, 0)`;
  const source = ch`from events where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope} and ${inPeriod({ fromMs: fromMs - plan.lookbackMs, toMs })}`;
  const { order, timeOf } = EVENT_ORDERS[reading];
  const row = (closes: ChStatement): ChStatement =>
    ch`${PERSON_OF_EVENT} as person, ${code} as code, bitShiftLeft(${order}, 17) + code * 2 + ${closes} as place`;
  // Worths are long to read, and touches have none: they are read apart.
  const events = ch`
    select ${row(ch`0`)}, toInt64(0) as worth, 0 as needed ${source} and not ${isConversion} and code != 0
    union all select ${row(ch`1`)}, ${worthSql(plan, money)} as worth, time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) as needed ${source} and ${isConversion}`;
  return ch`
    select person, ${reading === "quick" ? TIED : ch`0`} as tied, arrayMap(each -> ${timeOf(ch`bitShiftRight(each, 17)`)}, sorted) as times, arrayMap(each -> toUInt16(bitAnd(bitShiftRight(each, 1), 65535)), sorted) as codes,
      arrayMap(each -> toUInt8(bitAnd(each, 1)), sorted) as closes, arraySort((worth, place) -> place, unsorted_worths, arrayFilter(each -> bitAnd(each, 1) = 1, unsorted)) as worths
    from (
      select person, groupArray(place) as unsorted, arraySort(unsorted) as sorted, groupArrayIf(worth, bitAnd(place, 1) = 1) as unsorted_worths
      from (${events}) group by person having max(needed) = 1
    )`;
}

/** By time alone the order of different touches, and of a conversion and anything else, is unknown at one instant. */
const TIED = ch`arrayExists((step, each) -> step < 131072 and (step > 0 or bitTest(each, 0)), arrayPopFront(arrayDifference(sorted)), arrayPopFront(sorted))`;

/** The condition that a row of `events` is a conversion. */
export function isConversionSql(plan: AttributionPlan, tools: AnalysisTools): ChStatement {
  return ch`(${ch.join(
    plan.conversions.map((selector) => eventSelectorSql(selector, tools)),
    " or ",
  )})`;
}

/** What a conversion is worth in minor units, Int64. */
export function worthSql({ value }: AttributionPlan, money: Currency): ChStatement {
  if (value === "count") return ch`toInt64(0)`;
  if (value === "amount") return ch`if(${isOwnCurrencySql(money)}, ${amountSql(money)}, 0)`;
  return ch`toInt64(round(ifNull(${propertyNumberSql(value.property)}, 0) * ${ch.value("Float64", 10 ** money.digits)}))`;
}
