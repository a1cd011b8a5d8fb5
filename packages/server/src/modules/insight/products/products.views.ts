import type { ProductFigures, ProductSort, ProductStage, ProductTotals } from "@terrace/domain/insight/products/product-report";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { tradeSql } from "../commerce/net-amount-sql.ts";
import { PERSON_OF_EVENT } from "../../../platform/storage/person-of-event.ts";
import { EVENT_ORDER } from "../sequence/person-events.views.ts";
import { inPeriod, readRows, type Asking } from "../time/asking.ts";
import { propertyNumberSql } from "../trends/property-values.ts";
import { haveLists, itemLines, QUANTITIES, type ProductsAsked } from "./item-lines.views.ts";
import { LINE_PARTS, lineTexts } from "./order-lines-sql.ts";

type Wanted = { readonly limit: number; readonly sort: ProductSort; readonly only?: readonly string[] | undefined };

/** Figures by item, and what they add up to over all items. */
export async function readProducts(
  asking: Asking,
  asked: ProductsAsked,
  { period, limit, sort, only }: Wanted & { readonly period: Period },
): Promise<{ readonly rows: readonly ProductFigures[]; readonly totals: ProductTotals }> {
  const mayHaveLists = await haveLists(asking, asked, period);
  const among = only === undefined ? ch`1` : ch`has(${ch.value("Array(String)", only)}, item)`;
  const rows = await readRows<ProductFigures & { readonly all: readonly [number, number, number, number, number] }>(
    asking,
    "insight.products",
    ch`
    select item, name, category, views, viewers, carts, adders, orders, buyers, repeaters, viewersWhoBought, units, unitsRefunded, netMinor,
      (count() over (), sum(views) over (), sum(carts) over (), sum(units) over (), sum(netMinor) over ()) as all
    from (
      select item, max(named) as newest, newest.2 as name, newest.3 as category, sum(viewed) as views, countIf(viewed > 0) as viewers, sum(added) as carts, countIf(added > 0) as adders,
        sum(ordered) as orders, countIf(ordered > 0) as buyers, countIf(ordered > 1) as repeaters, countIf(viewed > 0 and ordered > 0) as viewersWhoBought,
        sum(kept) as units, sum(refunded) as unitsRefunded, sum(minor) as netMinor
      from (${peopleAndItems(asking, asked, period, mayHaveLists)}) where ${among} group by item
    ) order by ${{ text: sort, params: {} }} desc, netMinor desc, item limit ${ch.value("UInt32", limit)}`,
  );
  const [items = 0, views = 0, carts = 0, units = 0, netMinor = 0] = rows[0]?.all ?? [];
  return { rows: rows.map(({ all: _all, ...row }) => row), totals: { items, views, carts, units, netMinor } };
}

/** A statement of the people of an item, as the column `person`. */
export function productPeople(
  asking: Asking,
  asked: ProductsAsked,
  cell: { readonly period: Period; readonly item: string; readonly stage: ProductStage },
): ChStatement {
  const did = {
    viewers: ch`viewed > 0`,
    adders: ch`added > 0`,
    buyers: ch`ordered > 0`,
    repeaters: ch`ordered > 1`,
    bought_after_view: ch`viewed > 0 and ordered > 0`,
  }[cell.stage];
  // As a `where` the engine would carry it down through every step, and take several times as long to plan.
  return ch`select person from (${peopleAndItems(asking, asked, cell.period)}) group by person having max(item = ${ch.value("String", cell.item)} and ${did})`;
}

/** Units sold of some items by local day: what was ordered, refunds not taken off (they come back to no day's demand). */
export function readDailyUnits(
  asking: Asking,
  asked: ProductsAsked,
  { period, items }: { readonly period: Period; readonly items: readonly string[] },
): Promise<readonly { readonly item: string; readonly day: string; readonly units: number }[]> {
  const { isOrder } = tradeSql(asked.trade, asked.money, asking.tools);
  const key = lineTexts(asked.by === "item" ? "product_id" : "category");
  return readRows(
    asking,
    "insight.products_daily",
    ch`
    select line.1 as item, toString(toDate(time, ${ch.value("String", asking.calendar.zone)})) as day, sum(line.2) as units
    from (select time, arrayJoin(arrayZip(${key}, ${QUANTITIES})) as line from (select time, ${LINE_PARTS} from events
      where workspace_id = ${ch.value("UInt32", asking.workspaceId)} and ${asking.tools.scope} and ${inPeriod(period)} and ${isOrder}))
    where has(${ch.value("Array(String)", items)}, line.1) group by item, day order by item, day limit 200000`,
  );
}

/** The newest stock told of some items (of several of one instant the one that came in last): by `Inventory Updated` (product_id, stock) or `$item_set` (item_id, stock). */
export function readStock(
  asking: Asking,
  items: readonly string[],
): Promise<readonly { readonly item: string; readonly stock: number; readonly atMs: number }[]> {
  return readRows(
    asking,
    "insight.products_stock",
    ch`
    select item, argMax(told, place) as stock, toUnixTimestamp64Milli(max(time)) as atMs
    from (select ifNull(toString(if(name = '$item_set', properties.item_id, properties.product_id)), '') as item, ${STOCK} as told, time, ${EVENT_ORDER} as place from events
      where workspace_id = ${ch.value("UInt32", asking.workspaceId)} and name in ('Inventory Updated', '$item_set') and time < fromUnixTimestamp64Milli(${ch.value("Int64", asking.nowMs)}))
    where isNotNull(told) and has(${ch.value("Array(String)", items)}, item) group by item order by item limit 1000`,
  );
}

/** Units may be parts of a whole (weights); thousandths add up exactly. */
const THOUSAND = 1_000;
const STOCK = propertyNumberSql("stock");

/**
 * One row for each person and item: what it was called last (of names of one instant the greatest, so that every reading tells the same), how often they viewed it, put it into a cart
 * and ordered it (an event counts once, however many of its lines name it), units ordered less units given back, and net money.
 */
function peopleAndItems(asking: Asking, asked: ProductsAsked, period: Period, mayHaveLists = true): ChStatement {
  const { workspaceId } = asking;
  const thousandths = ch`toInt64(round(units * ${ch.value("Float64", THOUSAND)}))`;
  const perOrigin = ch`
    select origin_id, item, max((time, called, category)) as named,
      countIf(kind = 1 and nth = 1) as views, countIf(kind = 2 and nth = 1) as carts, countIf(kind = 3 and nth = 1) as orders,
      sumIf(${thousandths}, kind = 3) as bought, sumIf(${thousandths}, kind = 4) as returned, sum(money) as minor
    from (${itemLines(asking, asked, period, mayHaveLists)}) group by origin_id, item`;
  return ch`
    select ${PERSON_OF_EVENT} as person, item, max(per_origin.named) as named, sum(per_origin.views) as viewed, sum(per_origin.carts) as added, sum(per_origin.orders) as ordered,
      (sum(per_origin.bought) - sum(per_origin.returned)) / ${ch.value("Float64", THOUSAND)} as kept, sum(per_origin.returned) / ${ch.value("Float64", THOUSAND)} as refunded, sum(per_origin.minor) as minor
    from (select ${ch.value("UInt32", workspaceId)} as workspace_id, * from (${perOrigin})) as per_origin group by person, item`;
}
