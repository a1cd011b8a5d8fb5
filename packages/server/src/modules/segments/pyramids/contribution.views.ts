import type { Period } from "@terrace/domain/insight/time/calendar";
import type { Contribution } from "@terrace/domain/pyramids/pyramid";
import { ch, type ChStatement, type Warehouse } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { jsonNumberSql } from "../../../platform/storage/conditions/json-value-sql.ts";
import { millionthsSql } from "../../../platform/storage/conditions/measure-sql.ts";
import { personOfOrigin } from "../../../platform/storage/person-of-event.ts";

/** Weights are in thousandths, what is weighed in millionths. */
const WEIGHT_UNIT = 1_000;
const VALUE_UNIT = 1_000_000;
const UNIT = WEIGHT_UNIT * VALUE_UNIT;
const TIMEOUT_SECONDS = 600;

/** A contribution in its smallest parts, exact. */
export function partsOf(amount: number): bigint {
  return BigInt(Math.round(amount * VALUE_UNIT)) * BigInt(WEIGHT_UNIT);
}

/** A contribution as a number. */
export function amountOf(parts: bigint): number {
  return Number(parts) / UNIT;
}

/** What each id contributed in a time, by the columns `origin_id` and `parts`; events of nobody are left out. */
function partsSql({ items }: Contribution, period: Period, tools: ConditionTools): ChStatement {
  const selected = items.map(({ event }) => eventSelectorSql(event, tools));
  const sums = items.map(({ property, weight }, index): ChStatement => {
    const value =
      property === null
        ? ch`toInt64(${ch.value("Int64", VALUE_UNIT)})`
        : ch`ifNull(${millionthsSql(jsonNumberSql("properties", property))}, 0)`;
    return ch`sumIf(toInt128(${value}) * ${ch.value("Int64", Math.round(weight * WEIGHT_UNIT))}, ${selected[index] ?? ch`0`})`;
  });
  return ch`select origin_id, ${sums.reduce((all, each) => ch`${all} + ${each}`)} as parts from events
    where workspace_id = ${ch.value("UInt32", tools.workspaceId)} and origin_id != 0 and ${timeSql(period)} and (${ch.join(selected, " or ")}) group by origin_id`;
}

/** The condition that an event happened in a time. */
export function timeSql({ fromMs, toMs }: Period): ChStatement {
  return ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})`;
}

/** What people contributed in a time, by the columns `person` and `parts`. */
export function contributionSql(contribution: Contribution, period: Period, tools: ConditionTools): ChStatement {
  const person = personOfOrigin(ch`${ch.value("UInt32", tools.workspaceId)}`);
  return ch`select ${person} as person, sum(parts) as parts from (${partsSql(contribution, period, tools)}) group by person`;
}

/** What ids contributed in a time, in parts; who contributed nothing is not in it. Whose the ids are is known best by the state engine. */
export async function readContributions(
  { warehouse, tools }: { readonly warehouse: Warehouse; readonly tools: ConditionTools },
  contribution: Contribution,
  period: Period,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, bigint>> {
  const statement = ch`select toString(origin_id) as id, toString(parts) as amount from (${partsSql(contribution, period, tools)}) /* workspace_id is named in what it reads */`;
  const found = new Map<string, bigint>();
  const options = { signal, timeoutSeconds: TIMEOUT_SECONDS };
  for await (const rows of warehouse.stream<{ id: string; amount: string }>(tools.workspaceId, "pyramids.contribution", statement, options))
    for (const { id, amount } of rows) found.set(id, BigInt(amount));
  return found;
}

/** Of parts, the number in SQL. */
export function amountSql(parts: ChStatement): ChStatement {
  return ch`toFloat64(${parts}) / ${ch.value("Float64", UNIT)}`;
}
