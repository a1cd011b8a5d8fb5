import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { Currency, Trade } from "@terrace/domain/insight/commerce/trade";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { eventSelectorSql } from "../../../platform/storage/condition-sql.ts";
import { tradeSql, type TradeSql } from "../commerce/net-amount-sql.ts";
import { shareOutSql } from "../commerce/share-out-sql.ts";
import { inPeriod, readRows, type Asking } from "../time/asking.ts";
import { propertyNumberSql } from "../trends/property-values.ts";
import { LINE_PARTS, lineNumbers, lineTexts, MAY_LIST_LINES, ownText } from "./order-lines-sql.ts";

export type ProductsAsked = {
  readonly by: "item" | "category";
  readonly views: EventSelector;
  readonly carts: EventSelector;
  readonly trade: Trade;
  readonly money: Currency;
};
/** Array(Float64): how many of each line. */
export const QUANTITIES = ch`arrayMap(quantity -> round(ifNull(quantity, 1), 3), ${lineNumbers("quantity")})`;

/** What events are of, and where they are read. */
type Ground = {
  readonly asked: ProductsAsked;
  readonly trade: TradeSql;
  readonly isCart: ChStatement;
  readonly isView: ChStatement;
  readonly source: ChStatement;
};

function groundOf({ workspaceId, tools }: Asking, asked: ProductsAsked, period: Period): Ground {
  return {
    asked,
    trade: tradeSql(asked.trade, asked.money, tools),
    isCart: eventSelectorSql(asked.carts, tools),
    isView: eventSelectorSql(asked.views, tools),
    source: ch`from events where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${tools.scope} and ${inPeriod(period)}`,
  };
}

/** Whether any event of the period has a list of lines: they are long to read, and where there are none nobody should wait for it. */
export async function haveLists(asking: Asking, asked: ProductsAsked, period: Period): Promise<boolean> {
  const { trade, isCart, isView, source } = groundOf(asking, asked, period);
  const statement = ch`select 1 as found ${source} and (${trade.isEither} or ${isCart} or ${isView}) and ${MAY_LIST_LINES} limit 1`;
  return (await readRows(asking, "insight.products_lists", statement)).length > 0;
}

/**
 * One row for each line of an event: `origin_id`, `time`, `kind` (1 a view, 2 into the cart, 3 an order, 4 a refund), `item` (or the category, '' where an order has no lines), `called`,
 * `category`, `units`, `money` in minor units, and `nth`: how manieth line of the item in the event. A view without a line is none.
 */
export function itemLines(asking: Asking, asked: ProductsAsked, period: Period, mayHaveLists: boolean): ChStatement {
  const ground = groundOf(asking, asked, period);
  const alone = mayHaveLists ? ch`not ${MAY_LIST_LINES}` : ch`1`;
  return ch.join([lookedAt(ground, alone), traded(ground, alone), ...(mayHaveLists ? [listed(ground)] : [])], " union all ");
}

/** Views and carts without a list: no money to read. */
function lookedAt({ asked, trade, isCart, isView, source }: Ground, alone: ChStatement): ChStatement {
  return ch`
    select origin_id, time, kind, ${keyOf(asked)} as item, name_of as called, category_of as category, toFloat64(0) as units, toInt64(0) as money, toUInt32(1) as nth
    from (select origin_id, time, if(${isCart}, 2, 1) as kind, ${OWN} ${source} and (${isCart} or ${isView}) and not ${trade.isEither} and ${alone}) where product != ''`;
}

/** Orders and refunds without a list: one line has all the money. */
function traded({ asked, trade, source }: Ground, alone: ChStatement): ChStatement {
  const has = (text: ChStatement): ChStatement => ch`if(product = '', '', ${text})`;
  return ch`
    select origin_id, time, kind, ${has(keyOf(asked))} as item, ${has(ch`name_of`)} as called, ${has(ch`category_of`)} as category, if(product = '', 0, round(ifNull(quantity, 1), 3)) as units, amount as money, toUInt32(1) as nth
    from (select origin_id, time, if(${trade.isOrder}, 3, 4) as kind, ${OWN}, ${propertyNumberSql("quantity")} as quantity, ${trade.minor} as amount ${source} and ${trade.isEither} and ${alone})`;
}

/** Events with a list. The amount of an order is shared out among its lines by price × quantity, and equally when that comes to nothing. */
function listed({ asked, trade, isCart, isView, source }: Ground): ChStatement {
  // Each step is a statement of its own: the engine would write an expression out again wherever its name stands.
  const parts = ch`
    select origin_id, time, multiIf(${trade.isOrder}, 3, ${trade.isRefund}, 4, ${isCart}, 2, 1) as kind, ${trade.minor} as amount, ${LINE_PARTS}
    ${source} and (${trade.isEither} or ${isCart} or ${isView}) and ${MAY_LIST_LINES}`;
  const read = ch`select origin_id, time, kind, amount, ${lineTexts("product_id")} as ids, ${lineTexts("name")} as names, ${lineTexts("category")} as categories,
    ${lineNumbers("price")} as prices, ${QUANTITIES} as quantities from (${parts})`;
  const weighed = ch`
    select origin_id, time, kind, if(kind >= 3, amount, 0) as money, if(empty(ids), [''], ${asked.by === "item" ? ch`ids` : ch`categories`}) as keys, if(empty(ids), [''], names) as called,
      if(empty(ids), [''], categories) as kinds, if(empty(ids), [toFloat64(0)], quantities) as numbers,
      if(empty(ids), [toInt64(1)], arrayMap((price, quantity) -> greatest(toInt64(round(ifNull(price, 0) * quantity * ${ch.value("Float64", 10 ** asked.money.digits)})), 0), prices, quantities)) as worths
    from (${read}) where kind >= 3 or notEmpty(ids)`;
  const weights = ch`select *, if(arraySum(worths) = 0, arrayMap(worth -> toInt64(1), worths), worths) as weights from (${weighed})`;
  const lines = ch`select origin_id, time, kind, keys, called, kinds, numbers, ${shareOutSql(ch`money`, ch`weights`)} as parts from (${weights})`;
  return ch`
    select origin_id, time, kind, line.1 as item, line.2 as called, line.3 as category, line.4 as units, line.5 as money, line.6 as nth
    from (select origin_id, time, kind, arrayJoin(arrayZip(keys, called, kinds, numbers, parts, arrayEnumerateUniq(keys))) as line from (${lines}))`;
}

/** What an event says of its only line. */
const OWN = ch`${ownText("product_id")} as product, ${ownText("name")} as name_of, ${ownText("category")} as category_of`;

function keyOf({ by }: ProductsAsked): ChStatement {
  return by === "item" ? ch`product` : ch`category_of`;
}
