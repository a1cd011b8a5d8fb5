import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { anyEventSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { propertyNumberSql } from "../trends/property-values.ts";

/** Conditions and amounts of orders and refunds, over a row of `events`. */
export type TradeSql = {
  readonly isOrder: ChStatement;
  readonly isRefund: ChStatement;
  readonly isEither: ChStatement;
  /** What it brings in minor units, Int64: below zero for a refund, 0 in another currency. An event that is both is an order. */
  readonly minor: ChStatement;
};

/** What is beyond this is no amount of money, and would not fit. */
const AMOUNT_MAX = 1e13;

/** An amount of an event in minor units, Int64: `revenue`, else `total`, else 0. Rounded before it is added to others. */
export function amountSql(money: Currency): ChStatement {
  return unitsSql(["revenue", "total"], money, (units) => units);
}

/** What a refund takes in minor units, Int64, below 0: its `revenue`, else `total`, else `amount`, whatever the sign of it. */
export function refundSql(money: Currency): ChStatement {
  return unitsSql(["revenue", "total", "amount"], money, (units) => ch`-abs(${units})`);
}

/** The amount stands once in the statement: it is long, and statements are made of many of them. */
function unitsSql(names: readonly string[], { digits }: Currency, signed: (units: ChStatement) => ChStatement): ChStatement {
  const amount = ch`coalesce(${ch.join(names.map(propertyNumberSql), ", ")}, 0)`;
  const units = ch`toInt64(round(amount * ${ch.value("Float64", 10 ** digits)}))`;
  return ch`arrayMap(amount -> if(abs(amount) <= ${ch.value("Float64", AMOUNT_MAX)}, ${signed(units)}, 0), [${amount}])[1]`;
}

/** The condition that an event's amount is in the workspace's currency: it names that one, or none. */
export function isOwnCurrencySql({ currency }: Currency): ChStatement {
  return ch`upper(ifNull(toString(properties.currency), '')) in ('', ${ch.value("String", currency)})`;
}

/** How the engine reads orders and refunds: the one place that says what net money is. */
export function tradeSql({ orders, refunds }: Trade, money: Currency, tools: ConditionTools): TradeSql {
  const isOrder = anyEventSql(orders, tools);
  const isRefund = anyEventSql(refunds, tools);
  return {
    isOrder,
    isRefund,
    isEither: ch`(${isOrder} or ${isRefund})`,
    minor: ch`if(${isOwnCurrencySql(money)}, if(${isOrder}, ${amountSql(money)}, ${refundSql(money)}), 0)`,
  };
}
