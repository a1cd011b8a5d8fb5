import { INTERVAL_UNITS, WEEK_STARTS } from "@terrace/domain/insight/time/calendar";
import { z } from "zod";
import { pageOf } from "../route.ts";
import { conditionSchema } from "./insight-conditions.ts";

const [, ...dayUnits] = INTERVAL_UNITS;

/** The period of an analysis, in the workspace's zone. */
export const periodSchema = z
  .union([
    z.strictObject({ from: z.string().max(10), to: z.string().max(10) }).describe("Local dates, the second not included"),
    z
      .strictObject({ last: z.number().int().min(1).max(1000), unit: z.enum(INTERVAL_UNITS), complete: z.boolean().optional() })
      .describe("The last units up to now; with `complete` only those that are over"),
    z.strictObject({ current: z.enum(dayUnits) }).describe("The unit going on, up to the end of today"),
  ])
  .describe("When, in the workspace's zone");
export const intervalSchema = z.enum(INTERVAL_UNITS);
export const weekStartSchema = z.enum(WEEK_STARTS).default("monday").describe("The day weeks begin with");

/** Events of an analysis; null is any event. */
export const selectorSchema = z.strictObject({
  event: z.string().min(1).max(255).nullable().describe("Name of the event; null is any"),
  where: conditionSchema.optional().describe("Only events that meet it"),
});

export const intervalLabelSchema = z.object({
  label: z.string().describe("Local date of its first day, or local hour with the distance from UTC"),
  from: z.string(),
  to: z.string(),
  complete: z.boolean().describe("All of it lies in the past"),
});

/** People behind a figure. */
export const peopleBehindSchema = pageOf(z.object({ personId: z.string(), displayName: z.string() }));
