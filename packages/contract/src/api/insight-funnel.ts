import { FUNNEL_ORDERS } from "@terrace/domain/insight/funnel/funnel-plan";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { breakdownByPersonSchema, groupsQuery, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalSchema, selectorSchema } from "./insight-parts.ts";
import { eventFieldSchema, figure, periodQuery, periodShown, spanSchema } from "./insight-sequence-parts.ts";

/** Steps of a funnel. */
export const FUNNEL_STEPS_MAX = 12;
const stepNumber = z.number().int().min(1).max(FUNNEL_STEPS_MAX);
const count = z.number().int();

export const funnelQuerySchema = z.strictObject({
  ...filtersQuery,
  ...periodQuery,
  order: z
    .enum(FUNNEL_ORDERS)
    .default("ordered")
    .describe("ordered: anything may lie between steps; strict: nothing may; any: in whatever order"),
  window: spanSchema.default({ value: 14, unit: "day" }).describe("From the first step of an attempt, its end included"),
  steps: z
    .array(selectorSchema.extend({ or: z.array(selectorSchema).max(10).optional().describe("Other events that serve the step too") }))
    .min(1)
    .max(FUNNEL_STEPS_MAX),
  exclusions: z
    .array(selectorSchema.extend({ fromStep: stepNumber.optional(), toStep: stepNumber.optional() }))
    .max(8)
    .default([])
    .describe("An attempt with such an event after fromStep and before toStep does not count at all"),
  holdConstant: eventFieldSchema.optional().describe("Steps of an attempt have the same value of this; events without one are left out"),
  breakdown: z
    .strictObject({
      by: z.union([eventFieldSchema, breakdownByPersonSchema]),
      attribution: z.union([z.enum(["first", "last"]), z.strictObject({ step: stepNumber })]).default("first"),
      limit: z.number().int().min(1).max(100).default(10),
    })
    .optional(),
  compareWith: groupsQuery.compareWith,
  hideIncomplete: z.boolean().default(false).describe("Leave out attempts whose window is still open"),
});

const stepShown = z.object({
  step: count,
  people: count,
  dropped: count.describe("Reached the step before and not this one"),
  fromPrevious: figure,
  fromFirst: figure,
  averageSeconds: figure.describe("Since the step before"),
  medianSeconds: figure,
});
const shown = { steps: z.array(stepShown), conversion: figure, averageSeconds: figure, medianSeconds: figure };

const funnelFigures = z.object({
  ...periodShown,
  windowSeconds: z.number(),
  ...shown,
  breakdown: z
    .object({
      values: z.array(z.object({ value: z.string().nullable().describe("null: no value"), ...shown })),
      rest: z.array(count).describe("People by step that have other values"),
    })
    .optional(),
  intervals: z
    .array(
      z.object({
        label: z.string(),
        from: z.string(),
        to: z.string(),
        complete: z.boolean().describe("The windows of all attempts begun in it have ended"),
        people: z.array(count),
        conversion: figure,
      }),
    )
    .optional(),
  histogram: z.array(z.object({ fromSeconds: z.number(), toSeconds: z.number().nullable(), people: count })).optional(),
});

export const getFunnel = analysisRoute({
  id: "getFunnel",
  summary: "A funnel: people by step, rates, time to convert, by value of a field and by interval",
  kind: "funnel",
  body: funnelQuerySchema.extend({
    interval: intervalSchema.optional().describe("Also by the interval in which attempts began"),
    histogram: z
      .strictObject({
        fromStep: stepNumber.optional(),
        toStep: stepNumber.optional(),
        bracketsSeconds: z.array(z.number().min(0).max(1e9)).min(1).max(60).optional().describe("Beginnings; the last bracket is open"),
      })
      .optional(),
  }),
  response: funnelFigures.extend({ comparison: funnelFigures.optional() }),
});

export const listFunnelPeople = peopleBehindRoute({
  id: "listFunnelPeople",
  summary: "The people behind a figure of a funnel",
  kind: "funnel",
  body: funnelQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      step: stepNumber,
      outcome: z.enum(["converted", "dropped"]).describe("converted: reached the step; dropped: reached the one before and not this one"),
      value: z.string().max(10_000).nullable().optional().describe("Of the breakdown; null: those without a value"),
      interval: z
        .strictObject({ unit: intervalSchema, from: z.string().max(30).describe("`from` of an interval of the answer") })
        .optional(),
    }),
  }),
});

export const funnelRoutes = [getFunnel, listFunnelPeople] as const;
