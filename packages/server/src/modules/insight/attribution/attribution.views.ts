import type { AttributionPlan, TouchPart } from "@terrace/domain/insight/attribution/attribution-plan";
import type { Currency } from "@terrace/domain/insight/commerce/trade";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { amountSql, isOwnCurrencySql } from "../commerce/net-amount-sql.ts";
import { isAmongTouches, touchValueSql } from "../commerce/touches.views.ts";
import { personEvents } from "../sequence/person-events.views.ts";
import { inPeriod, readRows, type AnalysisTools, type Asking } from "../time/asking.ts";
import { propertyNumberSql } from "../trends/property-values.ts";
import { creditsSql } from "./credit-sql.ts";

/** Conversions in whose way a value is, how often as the last touch, and its credits by model: worth in minor units, parts of conversions. '' is no touch at all. */
export type CreditedValue = {
  readonly value: string;
  readonly conversions: number;
  readonly direct: number;
  readonly people: number;
  readonly worthMinor: readonly number[];
  readonly parts: readonly number[];
};
export type ConversionTotals = { readonly conversions: number; readonly people: number; readonly worthMinor: number };

/** More values than a field should have; whoever reads this many has not read all. */
export const VALUES_MAX = 5_000;

/** Credits by value, most by the first model first; of VALUES_MAX values nothing but that there are so many. */
export async function readCredits(
  asking: Asking,
  plan: AttributionPlan,
  money: Currency,
  period: Period,
): Promise<readonly CreditedValue[]> {
  const values = await readValues(asking, plan, period);
  if (values.length >= VALUES_MAX)
    return values.map((value) => ({ value, conversions: 0, direct: 0, people: 0, worthMinor: [], parts: [] }));
  const models = creditsOf(plan, values);
  const sums = (of: "worth" | "parts"): ChStatement =>
    ch.join(
      models.map((model) => ch`sum(${model[of]})`),
      ", ",
    );
  const rows = await readRows<Omit<CreditedValue, "value"> & { readonly value: number }>(
    asking,
    "insight.attribution",
    ch`
    select value, count() as conversions, countIf(value != 0 and closing = value) as direct, uniqExact(person) as people, [${sums("worth")}] as worthMinor, [${sums("parts")}] as parts
    from (
      select person, texts, worth, texts[-1] as closing, ${ch.join(
        models.map(({ kept }) => kept),
        ", ",
      )}, arrayJoin(if(empty(texts), [toUInt16(0)], arrayDistinct(texts))) as value
      from (${ways(asking, plan, { money, period, value: codeSql(plan, values), none: ch`0` })})
    ) group by value order by worthMinor[1] desc, parts[1] desc, value limit ${ch.value("UInt32", VALUES_MAX)}`,
  );
  return rows.map((row) => ({ ...row, value: values[row.value - 1] ?? "" }));
}

/** The values of all touches that can be in the way of a conversion, in order of their text: they stand for themselves by their place, which is far less to carry about. */
async function readValues(asking: Asking, plan: AttributionPlan, { fromMs, toMs }: Period): Promise<readonly string[]> {
  const { tools } = asking;
  const rows = await readRows<{ value: string }>(
    asking,
    "insight.attribution_values",
    ch`
    select ${touchValueSql(plan.touch)} as value from events
    where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope} and ${inPeriod({ fromMs: fromMs - plan.lookbackMs, toMs })}
      and ${isAmongTouches(plan.touch, tools)} and value != ''
    group by value order by value limit ${ch.value("UInt32", VALUES_MAX)}`,
  );
  return rows.map(({ value }) => value);
}

/** The place of an event's value among the values, from 1. */
function codeSql({ touch }: AttributionPlan, values: readonly string[]): ChStatement {
  if (values.length === 0) return ch`toUInt16(0)`;
  const places = values.map((_, index) => index + 1);
  return ch`transform(${touchValueSql(touch)}, ${ch.value("Array(String)", values)}, ${ch.value("Array(UInt16)", places)}, toUInt16(0))`;
}

function creditsOf(plan: AttributionPlan, values: readonly string[]) {
  const direct = plan.direct.flatMap((value) => (values.includes(value) ? [values.indexOf(value) + 1] : []));
  return plan.models.map((model, index) => creditsSql(model, index, { ...plan, direct: ch`${ch.value("Array(UInt16)", direct)}` }));
}

/** All conversions of a period, whatever led to them. */
export async function readConversionTotals(
  asking: Asking,
  plan: AttributionPlan,
  money: Currency,
  period: Period,
): Promise<ConversionTotals> {
  const { tools } = asking;
  const [row] = await readRows<ConversionTotals>(
    asking,
    "insight.attribution_totals",
    ch`select count() as conversions, uniqExact(${PERSON_OF_EVENT}) as people, sum(${worthSql(plan, money)}) as worthMinor from events
    where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope} and ${inPeriod(period)} and ${isConversionSql(plan, tools)}`,
  );
  return row ?? { conversions: 0, people: 0, worthMinor: 0 };
}

/** A statement of the people with a conversion in whose way a value has a part, as the column `person`; '' stands for conversions without a touch. */
export function attributedPeople(
  asking: Asking,
  plan: AttributionPlan,
  asked: { readonly money: Currency; readonly period: Period; readonly value: string; readonly part: TouchPart },
): ChStatement {
  const value = ch`${ch.value("String", asked.value)}`;
  const closing = ch`(notEmpty(texts) and texts[-1] = ${value})`;
  const part = { any: ch`has(texts, ${value})`, direct: closing, assisted: ch`has(texts, ${value}) and not ${closing}` }[asked.part];
  return ch`select person from (${ways(asking, plan, { ...asked, value: touchValueSql(plan.touch), none: ch`''` })}) where ${asked.value === "" ? ch`empty(texts)` : part}`;
}

/**
 * One row for each conversion of the period: `person`, `at` (Unix ms), `worth`, and the touches of its way, oldest first: `texts` (what `value` says of each, `none`
 * where it is no touch) and `times`.
 */
function ways(
  asking: Asking,
  plan: AttributionPlan,
  asked: { readonly money: Currency; readonly period: Period; readonly value: ChStatement; readonly none: ChStatement },
): ChStatement {
  const { tools } = asking;
  const { money, none, period } = asked;
  const { fromMs, toMs } = period;
  const isConversion = isConversionSql(plan, tools);
  const isTouch = isAmongTouches(plan.touch, tools);
  const value = ch`if(${isTouch}, ${asked.value}, ${none})`;
  const sorted = personEvents({
    tools,
    fromMs: fromMs - plan.lookbackMs,
    toMs,
    where: ch`(${isConversion} or (${isTouch} and ${touchValueSql(plan.touch)} != ''))`,
    keep: [value, ch`toUInt8(${isConversion})`, ch`if(${isConversion}, ${worthSql(plan, money)}, 0)`],
    needs: ch`(${isConversion} and time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}))`,
  });
  // Of an event: 1 the time, 5 the value of the touch, 6 whether it is a conversion, 7 its worth. Nothing here looks into a whole list for each of its elements, so
  // the work grows with the number of events; only what is left of the touches is copied for each conversion.
  const isTouched = ch`each.5 != ${none}`;
  const goesOn = ch`each.5 = last.5 and each.1 - last.1 < ${ch.value("Int64", plan.pauseMs)}`;
  const marked = ch`
    select person, sorted, arrayCumSum(arrayMap(each -> toUInt8(${isTouched}), sorted)) as behind,
      arrayMap((each, last) -> toUInt8(${isTouched} and not (${goesOn})), sorted, arrayShiftRight(arrayFill(each -> ${isTouched}, sorted), 1)) as begins, arrayCumSum(begins) as number
    from (${sorted})`;
  // Of a conversion: 1 the time, 2 its worth, 3 the touches up to it, 4 those of them that are no going on. Of a touch and of where a way begins: 1 twice the time (and one more
  // for a touch), 2 which touch of the person it is, 3 its value, 4 as of a conversion, 5 whether it is a touch.
  const found = ch`
    select person, arrayFilter((text, begins) -> begins, sorted.5, begins) as kept_texts, arrayFilter((time, begins) -> begins, sorted.1, begins) as kept_times,
      arrayFilter(each -> each.5, arrayMap((each, behind, number) -> (each.1, each.7, behind, number, each.6 = 1 and each.1 >= ${ch.value("Int64", fromMs)}), sorted, behind, number)) as conversions,
      arrayFilter(each -> each.5, arrayMap((each, behind, number) -> (each.1 * 2 + 1, behind, each.5, number, ${isTouched}), sorted, behind, number)) as touches,
      arraySort(arrayConcat(touches, arrayMap(each -> ((each.1 - ${ch.value("Int64", plan.lookbackMs)}) * 2, toUInt64(0), ${none}, toUInt64(0), toUInt8(0)), conversions))) as both,
      arrayFilter((next, each) -> not each.5, arrayReverseFill(each -> each.5, both), both) as firsts
    from (${marked})`;
  return ch`
    select person, way.1.1 as at, way.1.2 as worth, way.2.5 and way.2.2 <= way.1.3 as is_touched, toInt64(way.1.4) - toInt64(way.2.4) as more,
      if(is_touched, arrayPushFront(arraySlice(kept_texts, way.2.4 + 1, greatest(more, 0)), way.2.3), []) as texts,
      if(is_touched, arrayPushFront(arraySlice(kept_times, way.2.4 + 1, greatest(more, 0)), intDiv(way.2.1 - 1, 2)), []) as times
    from (select person, kept_texts, kept_times, arrayJoin(arrayZip(conversions, firsts)) as way from (${found}))`;
}

function isConversionSql(plan: AttributionPlan, tools: AnalysisTools): ChStatement {
  return ch`(${ch.join(
    plan.conversions.map((selector) => eventSelectorSql(selector, tools)),
    " or ",
  )})`;
}

function worthSql({ value }: AttributionPlan, money: Currency): ChStatement {
  if (value === "count") return ch`toInt64(0)`;
  if (value === "amount") return ch`if(${isOwnCurrencySql(money)}, ${amountSql(money)}, 0)`;
  return ch`toInt64(round(ifNull(${propertyNumberSql(value.property)}, 0) * ${ch.value("Float64", 10 ** money.digits)}))`;
}
