import { middleScore, RFM_GROUPS, scoreCounts, type RfmGroup, type RfmMoment, type RfmPlan } from "@terrace/domain/insight/rfm/rfm-plan";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { tradeSql } from "../commerce/net-amount-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { readRows, type AnalysisTools, type Asking } from "../time/asking.ts";

/** People of one combination of scores, their orders and net money in minor units. */
export type RfmCell = {
  readonly recency: number;
  readonly frequency: number;
  readonly monetary: number;
  readonly people: number;
  readonly orders: number;
  readonly monetaryMinor: number;
};

/** People by their three scores. */
export async function rfmGrid(asking: Asking, plan: RfmPlan, at: RfmMoment): Promise<readonly RfmCell[]> {
  return readRows(
    asking,
    "insight.rfm",
    ch`select r as recency, f as frequency, m as monetary, count() as people, sum(orders) as orders, sum(minor) as monetaryMinor
    from (${scored(plan, at, asking.tools)}) /* workspace_id is named in the events it reads */
    group by r, f, m order by recency desc, frequency desc, monetary desc limit 1000`,
  );
}

/** People of one combination of scores, with commas between their ids; several rows where there are many. */
export type RfmPeopleText = { readonly r: number; readonly f: number; readonly m: number; readonly kind: number; readonly ids: string };

const IDS_PER_TEXT = 100_000;

/** A statement of everyone's scores, as `RfmPeopleText`. The engine makes the texts itself: a million rows would take longer than the question. */
export function rfmTexts(plan: RfmPlan, at: RfmMoment, tools: AnalysisTools): ChStatement {
  return ch`select r, f, m, kind, arrayStringConcat(groupArray(toString(person)), ',') as ids
    from (select person, r, f, m, kind, intDiv(rowNumberInAllBlocks(), ${ch.value("UInt64", IDS_PER_TEXT)}) as page from (${scored(plan, at, tools)})) /* workspace_id is named in the events it reads */
    group by r, f, m, kind, page`;
}

/** How many people went from which group to which between two moments; undefined stands for nobody's group: no order counted then. */
export async function rfmMigration(
  asking: Asking,
  plan: RfmPlan,
  moments: { readonly from: RfmMoment; readonly to: RfmMoment },
): Promise<readonly { readonly from: RfmGroup | undefined; readonly to: RfmGroup | undefined; readonly people: number }[]> {
  const rows = await readRows<{ was: number; is: number; people: number }>(
    asking,
    "insight.rfm_migration",
    ch`select was, is, count() as people from (${moved(plan, moments, asking.tools)}) /* workspace_id is named in the events it reads */
    group by was, is order by was, is limit 100`,
  );
  return rows.map(({ was, is, people }) => ({ from: RFM_GROUPS[was - 1], to: RFM_GROUPS[is - 1], people }));
}

/** Some people of RFM: of scores, of a group, or that went from a group to another between two moments. */
export type RfmPeopleCell =
  | {
      readonly at: RfmMoment;
      readonly recency?: number | undefined;
      readonly frequency?: number | undefined;
      readonly monetary?: number | undefined;
    }
  | { readonly at: RfmMoment; readonly group: RfmGroup }
  | { readonly from: RfmMoment; readonly to: RfmMoment; readonly was: RfmGroup | undefined; readonly is: RfmGroup | undefined };

/** A statement of them, as the column `person`. */
export function rfmPeople(plan: RfmPlan, tools: AnalysisTools, cell: RfmPeopleCell): ChStatement {
  return ch`select person from (${"from" in cell ? moved(plan, cell, tools) : scored(plan, cell.at, tools)}) /* workspace_id is named in the events it reads */
    where ${cellCondition(cell)}`;
}

function cellCondition(cell: RfmPeopleCell): ChStatement {
  const number = (group: RfmGroup | undefined): number => (group === undefined ? 0 : RFM_GROUPS.indexOf(group) + 1);
  if ("from" in cell) return ch`was = ${ch.value("UInt8", number(cell.was))} and is = ${ch.value("UInt8", number(cell.is))}`;
  if ("group" in cell) return ch`kind = ${ch.value("UInt8", number(cell.group))}`;
  const score = (column: ChStatement, value: number | undefined): readonly ChStatement[] =>
    value === undefined ? [] : [ch`${column} = ${ch.value("UInt8", value)}`];
  return ch.join([ch`1`, ...score(ch`r`, cell.recency), ...score(ch`f`, cell.frequency), ...score(ch`m`, cell.monetary)], " and ");
}

/** One row for each person with an order counted at either moment: `person`, and the number of their group then (`was`) and then (`is`), 0 for none. */
function moved(plan: RfmPlan, { from, to }: { readonly from: RfmMoment; readonly to: RfmMoment }, tools: AnalysisTools): ChStatement {
  return ch`select person, maxIf(kind, moment = 0) as was, maxIf(kind, moment = 1) as is from (
    select person, kind, 0 as moment from (${scored(plan, from, tools)})
    union all select person, kind, 1 as moment from (${scored(plan, to, tools)})
  ) group by person`;
}

/**
 * One row for each person with an order in the time looked back over: `person`, `days`, `orders`, `minor`, their scores `r`, `f`, `m` (the best is the highest) and
 * the number of their group (`kind`, from 1).
 *
 * Days are local dates from the last order to the day of the moment. Money is what orders brought less what refunds in the same time took, in minor
 * units of the workspace's currency; orders in another currency count, their amounts do not. By quantile a score is 1 + floor(worse × scores ÷ all),
 * where worse is the number of people with a strictly worse value: people of equal value have equal scores.
 */
function scored(plan: RfmPlan, at: RfmMoment, tools: AnalysisTools): ChStatement {
  const { scoring } = plan;
  const counts = scoreCounts(scoring);
  const score =
    scoring.kind === "quantile"
      ? {
          r: quantileScore(ch`days desc`, scoring.scores),
          f: quantileScore(ch`orders`, scoring.scores),
          m: quantileScore(ch`minor`, scoring.scores),
        }
      : {
          r: ch`toUInt8(${ch.value("UInt8", counts.recency)} - arrayCount(most -> days > most, ${ch.value("Array(Float64)", scoring.limits.recencyDays)}))`,
          f: ch`toUInt8(1 + arrayCount(least -> orders >= least, ${ch.value("Array(Float64)", scoring.limits.frequency)}))`,
          m: ch`toUInt8(1 + arrayCount(least -> minor >= least, ${ch.value("Array(Int64)", scoring.limits.monetaryMinor)}))`,
        };
  const above = (column: ChStatement, scores: number): ChStatement => ch`(${column} > ${ch.value("UInt8", middleScore(scores))})`;
  return ch`
    select person, days, orders, minor, r, f, m,
      toUInt8(1 + 4 * ${above(ch`r`, counts.recency)} + 2 * ${above(ch`f`, counts.frequency)} + ${above(ch`m`, counts.monetary)}) as kind
    from (
      select person, days, orders, minor, ${score.r} as r, ${score.f} as f, ${score.m} as m from (
        select person, ${ch.value("Int32", at.day)} - toInt32(toDate32(fromUnixTimestamp64Milli(max(lastMs)), ${ch.value("String", plan.zone)})) as days,
          sum(bought) as orders, sum(net) as minor
        from (${perOrigin(plan, at, tools)}) group by person having orders > 0
      )
    )`;
}

function perOrigin(plan: RfmPlan, at: RfmMoment, tools: AnalysisTools): ChStatement {
  const { isOrder, isEither, minor } = tradeSql(plan, plan, tools);
  return ch`
    select ${PERSON_OF_EVENT} as person, lastMs, bought, net from (select ${ch.value("UInt32", tools.workspaceId)} as workspace_id, * from (
      select origin_id, maxIf(toUnixTimestamp64Milli(time), ${isOrder}) as lastMs, countIf(${isOrder}) as bought, sum(${minor}) as net
      from events
      where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${tools.scope}
        and time >= fromUnixTimestamp64Milli(${ch.value("Int64", at.sinceMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", at.atMs)})
        and ${isEither}
      group by origin_id
    ))`;
}

/** One better than everyone worse, in equal parts of all. */
function quantileScore(worstFirst: ChStatement, scores: number): ChStatement {
  return ch`toUInt8(1 + intDiv((rank() over (order by ${worstFirst}) - 1) * ${ch.value("UInt64", scores)}, count() over ()))`;
}
