import { CONTEXT_FIELDS } from "@terrace/domain/insight/field-of-event";
import { SPAN_UNITS } from "@terrace/domain/insight/span-unit";
import { z } from "zod";
import { periodSchema, weekStartSchema } from "./insight-parts.ts";

/** A field by which events are told apart. */
export const eventFieldSchema = z
  .union([z.strictObject({ property: z.string().min(1).max(255) }), z.strictObject({ column: z.enum(CONTEXT_FIELDS) })])
  .describe("A property of the event (dots lead into objects) or a field of its context");

/** A length of time that depends on no calendar. */
export const spanSchema = z
  .strictObject({ value: z.number().int().min(1).max(100_000_000), unit: z.enum(SPAN_UNITS) })
  .describe("A day is 24 hours, a month 30 days");

/** What every analysis over a period takes. */
export const periodQuery = { period: periodSchema, weekStart: weekStartSchema };

/** The period that was counted, as instants. */
export const periodShown = { from: z.string(), to: z.string() };
/** A rate as a part of 1, or a time; null where there is nothing to reckon with. */
export const figure = z.number().nullable();
