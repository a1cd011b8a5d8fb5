import { PRODUCT_SORTS, PRODUCT_STAGES } from "@terrace/domain/insight/products/product-report";
import { FORECAST_METHODS } from "@terrace/domain/insight/forecast/forecast";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsShown, ofGroup, peopleGroupsQuery } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { count, minor, quotient, tradeBasis, tradeQuery } from "./insight-money-parts.ts";
import { periodSchema, selectorSchema, weekStartSchema } from "./insight-parts.ts";
import { periodShown } from "./insight-sequence-parts.ts";

export const productsQuerySchema = z.strictObject({
  ...filtersQuery,
  ...peopleGroupsQuery,
  period: periodSchema,
  weekStart: weekStartSchema,
  by: z.enum(["item", "category"]).default("item"),
  views: selectorSchema.default({ event: "Product Viewed" }),
  carts: selectorSchema.default({ event: "Product Added" }),
  ...tradeQuery,
});

const figures = {
  views: count,
  viewers: count,
  carts: count,
  adders: count.describe("People who put it into a cart"),
  orders: count,
  buyers: count,
  repeaters: count.describe("People with two orders of it or more, in the period"),
  viewersWhoBought: count.describe("People who viewed and ordered it in the period"),
  units: z.number().describe("Ordered, less given back"),
  unitsRefunded: z.number(),
  netMinor: minor.describe("Its part of the orders' amounts, less that of refunds"),
  conversion: quotient.describe("viewersWhoBought ÷ viewers"),
  repurchase: quotient.describe("repeaters ÷ buyers"),
};

const productsFigures = z.object({
  ...periodShown,
  currency: z.string(),
  basis: z.object(tradeBasis),
  total: z
    .object({ items: count, views: count, carts: count, units: z.number(), netMinor: minor })
    .describe("Over all items, also those not told; netMinor is the net revenue of the period"),
  rows: z.array(
    z.object({
      item: z.string().nullable().describe("null: orders (and lines) that name none"),
      name: z.string(),
      category: z.string(),
      ...figures,
      previous: z.object(figures).nullable().optional().describe("null: nothing in the period before"),
      demand: z
        .object({
          units: z.number(),
          perDay: z.array(z.number()).describe("From today on"),
          method: z.enum(FORECAST_METHODS),
          backTest: z
            .object({ meanError: z.number(), mape: quotient, mase: quotient, days: count })
            .nullable()
            .describe("How far it was off on the past; mase below 1 is better than repeating the season. null: too little to test"),
          stock: z.number().nullable().describe("As last told by Inventory Updated or $item_set"),
          daysOfCover: quotient,
          runsOut: z.boolean().describe("Before new goods can be there"),
        })
        .nullable()
        .optional()
        .describe("null: too few days are known"),
    }),
  ),
});

export const queryProducts = analysisRoute({
  id: "queryProducts",
  kind: "products",
  summary: "Product report: views, carts, orders and repurchase by item or category, with expected demand and stock",
  body: productsQuerySchema.extend({
    sort: z.enum(PRODUCT_SORTS).default("netMinor"),
    top: z.number().int().min(1).max(500).default(50),
    compare: z.boolean().default(false).describe("Adds the period before"),
    forecast: z
      .strictObject({
        days: z.number().int().min(1).max(90).default(14).describe("How far ahead"),
        historyDays: z.number().int().min(14).max(730).default(90).describe("Whole days up to yesterday that it is told from"),
        leadDays: z.number().int().min(1).max(365).default(14).describe("Until new goods can be there; less days of cover are a warning"),
        items: z.number().int().min(1).max(50).default(20).describe("Of the first items of the list"),
      })
      .optional()
      .describe("Adds the expected demand; only by item"),
  }),
  response: productsFigures.extend(groupsShown(productsFigures)),
});
export const listProductPeople = peopleBehindRoute({
  id: "listProductPeople",
  kind: "products",
  summary: "The people who viewed, took or bought an item",
  body: productsQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      item: z.string().nullable().describe("Or the category"),
      stage: z.enum(PRODUCT_STAGES).default("buyers"),
    }),
  }),
});
export const productsRoutes = [queryProducts, listProductPeople] as const;
