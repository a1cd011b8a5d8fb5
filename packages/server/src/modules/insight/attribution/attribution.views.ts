import { CONVERSION_PARTS, type AttributionPlan, type TouchPart } from "@terrace/domain/insight/attribution/attribution-plan";
import type { Currency } from "@terrace/domain/insight/commerce/trade";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { amountSql, isOwnCurrencySql } from "../commerce/net-amount-sql.ts";
import { isAmongTouches, touchValueSql } from "../commerce/touches.views.ts";
import { personEvents } from "../sequence/person-events.views.ts";
import { readRows, type Asking } from "../time/asking.ts";
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

/** Credits by value, most by the first model first. */
export async function readCredits(
  asking: Asking,
  plan: AttributionPlan,
  money: Currency,
  period: Period,
): Promise<readonly CreditedValue[]> {
  const models = plan.models.map((model) => creditsSql(model, plan));
  const credited = ch.join(
    models.flatMap(({ worth, parts }) => [worth, parts]),
    ", ",
  );
  const ofValue = ch.join(
    plan.models.map((_, index) => {
      const place = { text: String(index * 2 + 1), params: {} };
      const next = { text: String(index * 2 + 2), params: {} };
      // What nothing touched keeps its worth, whatever the model.
      return ch`if(empty(texts), worth, arraySum((text, credit) -> if(text = value, credit, 0), texts, credits.${place})) as worth_${place},
        if(empty(texts), toInt64(${ch.value("Int64", CONVERSION_PARTS)}), arraySum((text, credit) -> if(text = value, credit, 0), texts, credits.${next})) as parts_${place}`;
    }),
    ", ",
  );
  const sums = (column: "worth_" | "parts_"): ChStatement =>
    ch.join(
      plan.models.map((_, index) => ({ text: `sum(${column}${index * 2 + 1})`, params: {} })),
      ", ",
    );
  return readRows<CreditedValue>(
    asking,
    "insight.attribution",
    ch`
    select value, count() as conversions, countIf(notEmpty(texts) and texts[-1] = value) as direct, uniqExact(person) as people, [${sums("worth_")}] as worthMinor, [${sums("parts_")}] as parts
    from (
      select person, texts, value, ${ofValue}
      from (select person, texts, worth, tuple(${credited}) as credits, arrayJoin(if(empty(texts), [''], arrayDistinct(texts))) as value from (${ways(asking, plan, money, period)}))
    ) group by value order by worthMinor[1] desc, parts[1] desc, value limit ${ch.value("UInt32", VALUES_MAX)}`,
  );
}

/** All conversions of a period, whatever led to them. */
export async function readConversionTotals(
  asking: Asking,
  plan: AttributionPlan,
  money: Currency,
  period: Period,
): Promise<ConversionTotals> {
  const [row] = await readRows<ConversionTotals>(
    asking,
    "insight.attribution_totals",
    ch`select count() as conversions, uniqExact(person) as people, sum(worth) as worthMinor from (${ways(asking, plan, money, period)})`,
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
  return ch`select person from (${ways(asking, plan, asked.money, asked.period)}) where ${asked.value === "" ? ch`empty(texts)` : part}`;
}

/** One row for each conversion of the period: `person`, `at` (Unix ms), `worth`, and the touches of its way, oldest first: `texts` and `times`. */
function ways(asking: Asking, plan: AttributionPlan, money: Currency, { fromMs, toMs }: Period): ChStatement {
  const { tools } = asking;
  const isConversion = ch`(${ch.join(
    plan.conversions.map((selector) => eventSelectorSql(selector, tools)),
    " or ",
  )})`;
  const isTouch = isAmongTouches(plan.touch, tools);
  const value = ch`if(${isTouch}, ${touchValueSql(plan.touch)}, '')`;
  const sorted = personEvents({
    tools,
    fromMs: fromMs - plan.lookbackMs,
    toMs,
    where: ch`(${isConversion} or (${isTouch} and ${touchValueSql(plan.touch)} != ''))`,
    keep: [value, ch`toUInt8(${isConversion})`, ch`if(${isConversion}, ${worthSql(plan, money)}, 0)`],
    needs: ch`(${isConversion} and time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}))`,
  });
  // Of a tuple: 1 the time, 5 the value of the touch, 6 whether it is a conversion, 7 its worth.
  const since = ch`sorted[place].1 - ${ch.value("Int64", plan.lookbackMs)}`;
  const goesOn = ch`number > 1 and touches[number].5 = touches[number - 1].5 and touches[number].1 - touches[number - 1].1 < ${ch.value("Int64", plan.pauseMs)}`;
  return ch`
    select person, at, worth, arrayMap(touch -> touch.5, way) as texts, arrayMap(touch -> touch.1, way) as times from (
      select person, at, worth, arrayMap(number -> touches[number], arrayFilter(number -> not (${goesOn}), arrayEnumerate(touches))) as way from (
        select person, sorted[place].1 as at, sorted[place].7 as worth, arrayFilter(each -> each.5 != '' and each.1 >= ${since}, arraySlice(sorted, 1, place)) as touches
        from (select person, sorted, arrayJoin(arrayFilter(place -> sorted[place].6 = 1 and sorted[place].1 >= ${ch.value("Int64", fromMs)}, arrayEnumerate(sorted))) as place from (${sorted}))
      )
    )`;
}

function worthSql({ value }: AttributionPlan, money: Currency): ChStatement {
  if (value === "count") return ch`toInt64(0)`;
  if (value === "amount") return ch`if(${isOwnCurrencySql(money)}, ${amountSql(money)}, 0)`;
  return ch`toInt64(round(ifNull(${propertyNumberSql(value.property)}, 0) * ${ch.value("Float64", 10 ** money.digits)}))`;
}
