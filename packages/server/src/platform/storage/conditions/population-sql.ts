import type { Band, PopulationLeaf, RankedBy, Share } from "@terrace/domain/conditions/condition";
import { hundredthsOf, WHOLE } from "@terrace/domain/conditions/population";
import { spanOf } from "@terrace/domain/conditions/within";
import { dayAt, zoneClock } from "@terrace/domain/time/zoned-time";
import { ch, type ChStatement } from "../clickhouse.ts";
import type { Among } from "./among.ts";
import { measuredPeopleSql, type BehaviourTools } from "./behaviour-sql.ts";
import { jsonNumberSql } from "./json-value-sql.ts";
import { measureValue, millionthsSql, timesValue, type MeasuredValue, type NameColumn } from "./measure-sql.ts";
import { segmentPeopleSql } from "./segment-sql.ts";

/** The condition that a person stands among all people as the leaf says; who does not count stands nowhere. */
export function populationSql(among: Among, leaf: PopulationLeaf, tools: BehaviourTools): ChStatement {
  return among.isIn(standingPeopleSql(leaf, tools), true);
}

/** Whoever stands as the leaf says, each once, as the column `person`. People with equal numbers have one place (`standsIn` in the domain). */
export function standingPeopleSql({ population, stands, among }: PopulationLeaf, tools: BehaviourTools): ChStatement {
  // Of an alias the engine would ask whether it is null, not of the column.
  const numbers = ch`select person, toInt128(assumeNotNull(measured)) as value from (${numbersSql(population, tools)}) where measured is not null`;
  const counted = among === undefined ? numbers : amongSql(numbers, among, tools);
  const order = "top" in stands ? ch`desc` : ch`asc`;
  return ch`select person from (
    select person, toUInt64(count() over ()) as people, toUInt64(rank() over (order by value ${order})) - 1 as before from (${counted}))
    where ${bandSql(stands)}`;
}

/** `before` is how many stand before somebody, `people` how many there are. */
function bandSql(stands: Band): ChStatement {
  if ("quantiles" in stands) {
    const [from, to] = stands.quantiles;
    return ch`${beyond()} >= ${hundredths(from)} * people and ${beyond()} < ${hundredths(to)} * people`;
  }
  const share: Share = "top" in stands ? stands.top : stands.bottom;
  return "people" in share ? ch`before < ${ch.value("UInt64", share.people)}` : ch`${beyond()} < ${hundredths(share.percent)} * people`;
}

function beyond(): ChStatement {
  return ch`before * ${ch.value("UInt64", WHOLE)}`;
}

function hundredths(percent: number): ChStatement {
  return ch`${ch.value("UInt64", hundredthsOf(percent))}`;
}

function amongSql(numbers: ChStatement, { segment, zero }: { segment: string; zero?: true | undefined }, { workspaceId }: BehaviourTools) {
  const members = segmentPeopleSql(segment, workspaceId);
  const theirs = ch`select person, value from (${numbers}) where person global in (${members})`;
  if (zero === undefined) return theirs;
  return ch`select person, sum(value) as value from (${theirs} union all select distinct person, toInt128(0) as value from (${members})) group by person`;
}

const name: NameColumn = (index) => ({ text: `ranked_${index}`, params: {} });

/** The columns `person` and `measured`; null for who does not count. */
function numbersSql(by: RankedBy, tools: BehaviourTools): ChStatement {
  if ("trait" in by)
    return ch`select person_id as person, ${millionthsSql(jsonNumberSql("traits", by.trait))} as measured from person_trait final
      where workspace_id = ${ch.value("UInt32", tools.workspaceId)}`;
  const { nowMs, zone } = tools;
  if ("daysSince" in by) return measuredPeopleSql({ did: by.did, reach: { toMs: nowMs + 1 } }, daysSinceLast(nowMs, zone), tools);
  const reach = by.within === undefined ? {} : spanOf(by.within, nowMs, zone);
  const value =
    by.measure.kind === "count" ? timesValue(undefined, name) : measureValue({ measure: by.measure, zone, reach }, undefined, name);
  return measuredPeopleSql({ did: by.did, reach }, value, tools);
}

function daysSinceLast(nowMs: number, zone: string): MeasuredValue {
  const today = dayAt(nowMs, zoneClock(zone));
  return {
    columns: [ch`max(time) as ${name(0)}`],
    value: ch`(${ch.value("Int32", today)} - toInt32(toDate32(max(${name(0)}), ${ch.value("String", zone)})))`,
  };
}
