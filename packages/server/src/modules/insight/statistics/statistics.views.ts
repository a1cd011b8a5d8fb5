import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { personNumbersSql, type PersonMeasure } from "../person-values/person-values.views.ts";
import { inPeriod, perPerson, readRows, type Asking } from "../time/asking.ts";
import { propertyNumberSql } from "../trends/property-values.ts";

/** What numbers are described: one of each event, or one of each person. */
export type NumbersOf = { readonly event: EventSelector; readonly property: string } | PersonMeasure;

export const PERCENTILES = [1, 5, 10, 25, 50, 75, 90, 95, 99] as const;

/** Figures of some numbers, and how many of them lie from each start of a bracket on to the next; first those below all. */
export type NumberFigures = {
  readonly n: number;
  readonly without: number;
  readonly sum: number;
  readonly mean: number | null;
  readonly variance: number | null;
  /** Mean of the cubed distances from the mean. */
  readonly cubes: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly percentiles: readonly (number | null)[];
  /** How many are not whole. */
  readonly broken: number;
};

const KNOWN = ch`isNotNull(number)`;
const LEVELS: ChStatement = { text: PERCENTILES.map((each) => String(each / 100)).join(", "), params: {} };

/** The figures of all numbers, in one pass over what they come from and a second over the numbers. */
export async function numberFigures(asking: Asking, period: Period, of: NumbersOf): Promise<NumberFigures> {
  const [row] = await readRows<NumberFigures>(
    asking,
    "insight.statistics",
    ch`
    select countIf(${KNOWN}) as n, countIf(number is null) as without, ifNull(sumKahan(number), 0) as sum, if(n = 0, null, avg(number)) as mean,
      if(n < 2, null, varSampStable(number)) as variance, if(n = 0, null, skewPop(number) * pow(varPopStable(number), 1.5)) as cubes,
      if(n = 0, null, min(number)) as min, if(n = 0, null, max(number)) as max, countIf(number != floor(number)) as broken,
      if(n = 0, [], quantilesExactInclusiveIf(${LEVELS})(assumeNotNull(number), ${KNOWN})) as percentiles
    from (${numbersSql(asking, period, of)}) /* workspace_id is named in what it reads */ limit 1`,
  );
  return row ?? { n: 0, without: 0, sum: 0, mean: null, variance: null, cubes: null, min: null, max: null, percentiles: [], broken: 0 };
}

/** How many numbers lie in each bracket; the first are those below all starts. */
export async function numberCounts(asking: Asking, period: Period, asked: { readonly of: NumbersOf; readonly starts: readonly number[] }) {
  const rows = await readRows<{ bracket: number; n: number }>(
    asking,
    "insight.statistics_histogram",
    ch`select arrayCount(start -> start <= assumeNotNull(number), ${ch.value("Array(Float64)", asked.starts)}) as bracket, count() as n
    from (${numbersSql(asking, period, asked.of)}) /* workspace_id is named in what it reads */ where ${KNOWN} group by bracket order by bracket limit 1000`,
  );
  const counts = new Map(rows.map(({ bracket, n }) => [bracket, n]));
  return [0, ...asked.starts].map((_, bracket) => counts.get(bracket) ?? 0);
}

/** A statement of the people whose number, or one of whose events' numbers, lies in a half-open range. */
export function peopleInRange(
  asking: Asking,
  period: Period,
  asked: { readonly of: NumbersOf; readonly from: number | null; readonly to: number | null },
): ChStatement {
  const within = ch.join(
    [
      ch`isNotNull(number)`,
      ...(asked.from === null ? [] : [ch`number >= ${ch.value("Float64", asked.from)}`]),
      ...(asked.to === null ? [] : [ch`number < ${ch.value("Float64", asked.to)}`]),
    ],
    " and ",
  );
  if (!("property" in asked.of)) return ch`select person from (${personNumbersSql(asking, period, asked.of)}) where ${within}`;
  return perPerson(
    asking.workspaceId,
    ch`select origin_id from (${numbersSql(asking, period, asked.of)}) where origin_id != 0 and ${within} group by origin_id`,
    ch`1 as found`,
  );
}

function numbersSql(asking: Asking, period: Period, of: NumbersOf): ChStatement {
  if (!("property" in of)) return personNumbersSql(asking, period, of);
  return ch`select origin_id, ${propertyNumberSql(of.property)} as number from events
    where workspace_id = ${ch.value("UInt32", asking.workspaceId)} and ${inPeriod(period)} and ${asking.tools.scope} and ${eventSelectorSql(of.event, asking.tools)}`;
}
