import { listProductPeople, queryProducts, type productsQuerySchema } from "@terrace/contract/api/insight-products";
import { demandOf, type Demand } from "@terrace/domain/insight/products/demand";
import { productRates, type ProductFigures } from "@terrace/domain/insight/products/product-report";
import { queryFault } from "@terrace/domain/insight/query-fault";
import { dayOf, dayStart } from "@terrace/domain/insight/time/calendar";
import { previousPeriod } from "@terrace/domain/insight/time/period";
import { isoDay, isoInstant, zoneClock } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { currencyOf, tradeOf } from "../commerce/ground.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import type { ProductsAsked } from "./item-lines.views.ts";
import { productPeople, readDailyUnits, readProducts, readStock } from "./products.views.ts";

type Asked = z.output<typeof queryProducts.body>;

/** What became of items, what is expected of them, and the people of an item. */
export const products = analysis({
  kind: "products",
  route: queryProducts,
  groups: {
    events: async (body, asking) => [body.views, body.carts, ...(await tradeOf(asking, body)).orders],
    narrows: "all",
  },
  answer: async (asking, body) => {
    const asked = await read(asking, body);
    const period = periodOf(asking, body.period);
    const { rows, totals } = await readProducts(asking, asked, { period, limit: body.top, sort: body.sort });
    const before = body.compare ? await readBefore(asking, asked, body, rows) : undefined;
    const demand = body.forecast === undefined ? undefined : await expect(asking, asked, { ...body.forecast, rows });
    return {
      from: isoInstant(period.fromMs),
      to: isoInstant(period.toMs),
      currency: asking.currency,
      basis: { orders: [...asked.trade.orders], refunds: [...asked.trade.refunds] },
      total: totals,
      rows: rows.map((row) => ({
        item: row.item === "" ? null : row.item,
        name: row.name,
        category: row.category,
        ...figuresOf(row),
        ...(before === undefined ? {} : { previous: before.get(row.item) ?? null }),
        ...(demand === undefined || !demand.has(row.item) ? {} : { demand: demand.get(row.item) ?? null }),
      })),
    };
  },
  people: {
    route: listProductPeople,
    behind: async (asking, body) =>
      productPeople(asking, await read(asking, body), {
        period: periodOf(asking, body.period),
        item: body.cell.item ?? "",
        stage: body.cell.stage,
      }),
  },
});

async function read(asking: Asking, body: z.output<typeof productsQuerySchema> & Partial<Pick<Asked, "forecast">>): Promise<ProductsAsked> {
  if (body.forecast !== undefined && body.by !== "item")
    valueOrThrow(queryFault("forecast", "Demand is told by item; leave it out, or choose by item"));
  return { by: body.by, views: body.views, carts: body.carts, trade: await tradeOf(asking, body), money: currencyOf(asking) };
}

async function readBefore(asking: Asking, asked: ProductsAsked, body: Asked, rows: readonly ProductFigures[]) {
  const period = previousPeriod(body.period, periodOf(asking, body.period), asking.calendar);
  const only = rows.map(({ item }) => item);
  const before = await readProducts(asking, asked, { period, limit: Math.max(only.length, 1), sort: body.sort, only });
  return new Map(before.rows.map((row) => [row.item, figuresOf(row)]));
}

function figuresOf(row: ProductFigures) {
  const { item: _item, name: _name, category: _category, ...figures } = row;
  return { ...figures, ...productRates(row) };
}

/** The expected demand of the first items of a list, from whole days up to yesterday. */
async function expect(
  asking: Asking,
  asked: ProductsAsked,
  { rows, days, historyDays, leadDays, items }: NonNullable<Asked["forecast"]> & { readonly rows: readonly ProductFigures[] },
) {
  const wanted = rows.flatMap(({ item }) => (item === "" ? [] : [item])).slice(0, items);
  const today = dayOf(asking.nowMs, zoneClock(asking.calendar.zone));
  const span = { fromMs: dayStart(today - historyDays, asking.calendar), toMs: dayStart(today, asking.calendar) };
  const [sold, stocks] = await Promise.all([readDailyUnits(asking, asked, { period: span, items: wanted }), readStock(asking, wanted)]);
  const perDay = new Map(sold.map(({ item, day, units }) => [`${day} ${item}`, units]));
  const stockOf = new Map(stocks.map(({ item, stock }) => [item, stock]));
  const dates = Array.from({ length: historyDays }, (_, index) => isoDay(today - historyDays + index));
  return new Map(
    wanted.map((item) => {
      const units = dates.map((day) => perDay.get(`${day} ${item}`) ?? 0);
      // Days before it was first sold say nothing of demand.
      const known = units.slice(
        Math.max(
          units.findIndex((each) => each > 0),
          0,
        ),
      );
      const demand = demandOf(known, { horizonDays: days, leadDays, stock: stockOf.get(item) ?? null });
      return [item, demand === undefined ? undefined : told(demand)] as const;
    }),
  );
}

function told(demand: Demand) {
  return { ...demand, perDay: [...demand.perDay] };
}
