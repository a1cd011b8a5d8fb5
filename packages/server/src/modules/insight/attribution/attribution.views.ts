import type { AttributionPlan, TouchPart } from "@terrace/domain/insight/attribution/attribution-plan";
import type { Currency } from "@terrace/domain/insight/commerce/trade";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { readTouchValues, TOUCH_VALUES_MAX, touchTextSql } from "../commerce/touch-codes.views.ts";
import { readInOrder } from "../sequence/reading.ts";
import { inPeriod, readRows, type Asking } from "../time/asking.ts";
import { conversionWays, isConversionSql, worthSql } from "./conversion-ways.views.ts";
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
  const values = await readValues(asking, plan, period, VALUES_MAX);
  if (values.length >= VALUES_MAX)
    return values.map((value) => ({ value, conversions: 0, direct: 0, people: 0, worthMinor: [], parts: [] }));
  const models = creditsOf(plan, values);
  const sums = (of: "worth" | "parts"): ChStatement =>
    ch.join(
      models.map((model) => ch`sum(${model[of]})`),
      ", ",
    );
  const rows = await readInOrder<Omit<CreditedValue, "value"> & { readonly value: number }>(
    asking,
    "insight.attribution",
    true,
    (reading) => ch`
    select value, count() as conversions, countIf(value != 0 and closing = value) as direct, uniqExact(person) as people, [${sums("worth")}] as worthMinor, [${sums("parts")}] as parts, max(tied) as ties
    from (
      select person, tied, texts, worth, texts[-1] as closing, ${ch.join(
        models.map(({ kept }) => kept),
        ", ",
      )}, arrayJoin(if(empty(texts), [toUInt16(0)], arrayDistinct(texts))) as value
      from (${conversionWays(asking, plan, { money, period, values, reading })})
    ) group by value order by worthMinor[1] desc, parts[1] desc, value limit ${ch.value("UInt32", VALUES_MAX)}`,
  );
  return rows.map((row) => ({ ...row, value: values[row.value - 1] ?? "" }));
}

/** The values of all touches that can be in the way of a conversion. */
function readValues(asking: Asking, plan: AttributionPlan, { fromMs, toMs }: Period, max: number): Promise<readonly string[]> {
  const period = { fromMs: fromMs - plan.lookbackMs, toMs };
  return readTouchValues(asking, "insight.attribution_values", plan.touch, { text: touchTextSql(plan.touch), period, max });
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
export async function attributedPeople(
  asking: Asking,
  plan: AttributionPlan,
  asked: { readonly money: Currency; readonly period: Period; readonly value: string; readonly part: TouchPart },
): Promise<ChStatement> {
  const values = await readValues(asking, plan, asked.period, TOUCH_VALUES_MAX);
  const ways = conversionWays(asking, plan, { ...asked, values, reading: "exact" });
  if (asked.value === "") return ch`select person from (${ways}) where empty(texts)`;
  // What was never said has no place.
  const code = ch`${ch.value("UInt16", values.indexOf(asked.value) + 1 || 65_535)}`;
  const closing = ch`(notEmpty(texts) and texts[-1] = ${code})`;
  const part = { any: ch`has(texts, ${code})`, direct: closing, assisted: ch`has(texts, ${code}) and not ${closing}` }[asked.part];
  return ch`select person from (${ways}) where ${part}`;
}
