import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { anyEventSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { jsonNumberSql } from "../../../platform/storage/conditions/json-value-sql.ts";

/** Conditions and amounts of orders and refunds, over a row of `events`. */
export type TradeSql = {
  readonly isOrder: ChStatement;
  readonly isRefund: ChStatement;
  readonly isEither: ChStatement;
  /** What it brings in minor units, Int64: below zero for a refund, 0 in another currency. An event that is both is an order. */
  readonly minor: ChStatement;
};

/** What is beyond is no amount of money, and would not fit: in units, and in minor units (of which some currencies have ten thousand to one). */
const AMOUNT_MAX = 1e13;
const MINOR_MAX = 1e16;

/** An amount of an event in minor units, Int64: `revenue`, else `total`, else 0. Rounded before it is added to others. */
export function amountSql(money: Currency): ChStatement {
  return unitsSql(["revenue", "total"].map(numberSql), money);
}

/** Without the bound that other numbers have: those of amounts are narrower. */
function numberSql(name: string): ChStatement {
  return jsonNumberSql("properties", name);
}

/** The first number that is one, in minor units. It stands once in the statement: it is long, and statements are made of many of them. */
function unitsSql(numbers: readonly ChStatement[], { digits }: Currency): ChStatement {
  const parts = 10 ** digits;
  const most = Math.min(AMOUNT_MAX, MINOR_MAX / parts);
  return ch`arrayMap(amount -> if(abs(amount) <= ${ch.value("Float64", most)}, toInt64(round(amount * ${ch.value("Float64", parts)})), 0), [coalesce(${ch.join(numbers, ", ")}, 0)])[1]`;
}

/**
 * What an event brings in minor units, Int64: an order its amount; anything else is a refund, which takes its `revenue`, else `total`, else `amount`, whatever the
 * sign of it; 0 in another currency. What both have in common is read and reckoned once, and `amount` only where there can be refunds.
 */
export function netMinorSql(isOrder: ChStatement, { mayRefund }: { readonly mayRefund: boolean }, money: Currency): ChStatement {
  return ch`if(${isOwnCurrencySql(money)}, ${mayRefund ? orderOrRefundSql(isOrder, money) : amountSql(money)}, 0)`;
}

function orderOrRefundSql(isOrder: ChStatement, money: Currency): ChStatement {
  const [revenue, total, amount] = [numberSql("revenue"), numberSql("total"), numberSql("amount")];
  const units = unitsSql([revenue, total, ch`if(${isOrder}, null, ${amount})`], money);
  return ch`arrayMap(units -> if(${isOrder}, units, -abs(units)), [${units}])[1]`;
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
    minor: netMinorSql(isOrder, { mayRefund: refunds.length > 0 }, money),
  };
}
