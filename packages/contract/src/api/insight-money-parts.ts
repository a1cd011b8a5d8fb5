import { TOUCH_FIELDS_MAX } from "@terrace/domain/insight/commerce/touch";
import { z } from "zod";
import { selectorSchema } from "./insight-parts.ts";
import { eventFieldSchema } from "./insight-sequence-parts.ts";

/** Events that bring money and take it back. */
export const tradeQuery = {
  orders: selectorSchema.default({ event: "Order Completed" }).describe("Their `revenue`, else `total`"),
  refunds: selectorSchema
    .default({ event: "Order Refunded" })
    .describe("Their own amounts come off: `revenue`, else `total`, else `amount`"),
};
export const registrationSchema = selectorSchema.default({ event: "Signed Up" });

/** What tells a touch. */
export const touchBySchema = z
  .array(eventFieldSchema)
  .min(1)
  .max(TOUCH_FIELDS_MAX)
  .describe("Fields that say where somebody came from; several are joined by ` / `. An event whose first field is empty is no touch");
export const touchesSchema = z.array(selectorSchema).max(10).default([]).describe("Only these events are touches; none named: all");

export const count = z.number().int();
export const minor = z.number().int().describe("Smallest units of the currency");
/** A quotient; null where there is nothing to divide by. */
export const quotient = z.number().nullable();
