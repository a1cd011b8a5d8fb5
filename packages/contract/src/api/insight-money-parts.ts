import { TOUCH_FIELDS_MAX } from "@terrace/domain/insight/commerce/touch";
import { z } from "zod";
import { selectorSchema } from "./insight-parts.ts";
import { eventFieldSchema } from "./insight-sequence-parts.ts";

/** Events that bring money and take it back. */
export const tradeQuery = {
  orders: selectorSchema.optional().describe("Their `revenue`, else `total`; without it what counts as an order in the workspace"),
  refunds: selectorSchema
    .optional()
    .describe("Their own amounts come off: `revenue`, else `total`, else `amount`; without it what counts as a refund in the workspace"),
};
export const registrationSchema = selectorSchema.optional().describe("Without it what counts as a registration in the workspace");

/** Which events an answer stands on: those named, else the workspace's business events, else the usual names. */
export const eventsUsedSchema = z.array(selectorSchema).describe("Any of these events counts");
export const tradeBasis = { orders: eventsUsedSchema, refunds: eventsUsedSchema };

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
