import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { Measure, ValueSpread } from "@terrace/domain/insight/spread/distribution-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { perPerson, readRows, type AnalysisTools, type Asking } from "../time/asking.ts";
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

/** The figures of everybody; brackets begin at `starts`, rising, and the last is open. How many reach each start tells how many lie between. */
export async function distributionFigures(asking: Asking, plan: DistributionPlan, starts: readonly number[]): Promise<DistributionFigures> {
  const reach = ch.join([ch`count()`, ...starts.map((start) => ch`countIf(number >= ${ch.value("Float64", start)})`)], ", ");
  const [row] = await readRows<Omit<DistributionFigures, "counts"> & { readonly reached: readonly number[] }>(
    asking,
    "insight.distribution",
    ch`select count() as people, sum(number) as total, toFloat64(min(value)) as min, toFloat64(max(value)) as max, [${reach}] as reached,
      quantilesExactInclusive(0.05, 0.5, 0.95)(number) as levels, if(people = 0, null, levels[2]) as median,
      if(people = 0, 0, levels[1]) as p5, if(people = 0, 0, levels[3]) as p95
    from (select value, toFloat64(value) as number from (${perPersonValues(plan, asking.tools)})) /* workspace_id is named in the events it reads */ limit 1`,
  );
  if (row === undefined) return { people: 0, total: 0, min: 0, max: 0, median: null, p5: 0, p95: 0, counts: [] };
  const { people, total, min, max, median, p5, p95, reached } = row;
  return { people, total, min, max, median, p5, p95, counts: reached.map((count, index) => count - (reached[index + 1] ?? 0)) };
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
    group by origin_id`;
  const people = (value: ChStatement, parts: ChStatement): ChStatement => perPerson(tools.workspaceId, parts, ch`${value} as value`);
  if (measure.kind === "count") return people(ch`sum(per_origin.part)`, ch`select origin_id, count() as part ${from}`);
  if (measure.kind === "days")
    return people(
      ch`length(groupUniqArrayArray(per_origin.part))`,
      ch`select origin_id, groupUniqArray(toDate32(time, ${ch.value("String", tools.zone)})) as part ${from}`,
    );
  const number = propertyNumberSql(measure.property);
  return people(
    ch`toFloat64(sum(per_origin.part)) / ${ch.value("Float64", MILLION)}`,
    ch`select origin_id, sum(${millionthsSql(number)}) as part, countIf(${number} is not null) as numbers ${from} having numbers > 0`,
  );
}
