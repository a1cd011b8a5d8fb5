import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { Measure, ValueSpread } from "@terrace/domain/insight/spread/distribution-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { readRows, type AnalysisTools, type Asking } from "../time/asking.ts";
import { MILLION, millionthsSql, propertyNumberSql } from "../trends/property-values.ts";

/** Whose events are reckoned, and what of them. Times are Unix ms, half-open. */
export type DistributionPlan = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly event: EventSelector;
  readonly measure: Measure;
};

/** People, the sum of their values and how they spread, and people by bracket: first of those below all brackets. For nobody all is 0. */
export type DistributionFigures = ValueSpread & {
  readonly people: number;
  readonly total: number;
  readonly median: number | null;
  readonly counts: readonly number[];
};

/** The figures of everybody; brackets begin at `starts`, rising, and the last is open. */
export async function distributionFigures(asking: Asking, plan: DistributionPlan, starts: readonly number[]): Promise<DistributionFigures> {
  const counts = [0, ...starts].map((_, bracket) => ch`countIf(bracket = ${ch.value("UInt32", bracket)})`);
  const [row] = await readRows<DistributionFigures>(
    asking,
    "insight.distribution",
    ch`select count() as people, sum(number) as total, toFloat64(min(value)) as min, toFloat64(max(value)) as max,
      if(people = 0, null, quantileExactInclusive(0.5)(number)) as median, [${ch.join(counts, ", ")}] as counts,
      if(people = 0, 0, quantileExactInclusive(0.05)(number)) as p5, if(people = 0, 0, quantileExactInclusive(0.95)(number)) as p95
    from (
      select value, toFloat64(value) as number, arrayCount(start -> start <= number, ${ch.value("Array(Float64)", starts)}) as bracket from (${perPersonValues(plan, asking.tools)})
    ) /* workspace_id is named in the events it reads */ limit 1`,
  );
  return row ?? { people: 0, total: 0, min: 0, max: 0, median: null, p5: 0, p95: 0, counts: [] };
}

/** A statement of the people whose value lies in a half-open range, as the column `person`. */
export function distributionPeople(
  plan: DistributionPlan,
  tools: AnalysisTools,
  { from, to }: { readonly from: number | null; readonly to: number | null },
): ChStatement {
  return ch`select person from (${perPersonValues(plan, tools)}) /* workspace_id is named in the events it reads */
    where ${from === null ? ch`1` : ch`toFloat64(value) >= ${ch.value("Float64", from)}`}
      and ${to === null ? ch`1` : ch`toFloat64(value) < ${ch.value("Float64", to)}`}`;
}

/**
 * One row for each person who did it in the period: `person`, `value`. A sum adds the numbers that the property has (also as text), to six decimals, exactly;
 * people whose events have no number are not in it.
 */
export function perPersonValues(plan: DistributionPlan, tools: AnalysisTools): ChStatement {
  const { measure } = plan;
  const from = ch`
    from events
    where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope}
      and time >= fromUnixTimestamp64Milli(${ch.value("Int64", plan.fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", plan.toMs)})
      and ${eventSelectorSql(plan.event, tools)}
    group by workspace_id, origin_id`;
  if (measure.kind === "count")
    return ch`select ${PERSON_OF_EVENT} as person, sum(part) as value from (select workspace_id, origin_id, count() as part ${from}) group by person`;
  if (measure.kind === "days")
    return ch`select ${PERSON_OF_EVENT} as person, length(groupUniqArrayArray(part)) as value from (
      select workspace_id, origin_id, groupUniqArray(toDate32(time, ${ch.value("String", tools.zone)})) as part ${from}) group by person`;
  const number = propertyNumberSql(measure.property);
  return ch`select ${PERSON_OF_EVENT} as person, toFloat64(sum(part)) / ${ch.value("Float64", MILLION)} as value from (
    select workspace_id, origin_id, sum(${millionthsSql(number)}) as part, countIf(${number} is not null) as numbers ${from} having numbers > 0) group by person`;
}
