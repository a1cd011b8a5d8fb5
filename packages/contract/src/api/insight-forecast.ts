import { FORECAST_METHODS, FORECAST_REASONS, HORIZON_MAX } from "@terrace/domain/insight/forecast/forecast";
import { SEASON_SHAPES, TREND_SHAPES } from "@terrace/domain/insight/forecast/smoothing";
import { TREND_DIRECTIONS } from "@terrace/domain/insight/forecast/trend-of";
import { INTERVALS_MAX } from "@terrace/domain/insight/time/intervals";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { fewGroupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalLabelSchema, intervalSchema, periodSchema, weekStartSchema } from "./insight-parts.ts";
import { figure } from "./insight-sequence-parts.ts";
import { seriesSchema, seriesUnitSchema } from "./metric-parts.ts";

const count = z.number().int();
export const forecastQuerySchema = z.strictObject({
  ...filtersQuery,
  ...fewGroupsQuery,
  period: periodSchema.describe("The history to learn from; an interval that is not over is left out"),
  interval: intervalSchema.default("day"),
  weekStart: weekStartSchema,
  series: seriesSchema,
  horizon: z.number().int().min(1).max(HORIZON_MAX).default(30).describe("Intervals to look ahead"),
  level: z.number().min(0.5).max(0.99).default(0.9).describe("The probability with which a figure is to lie between low and high"),
});

const errorsSchema = z.object({
  n: count.describe("Figures that were told"),
  mae: z.number().describe("Mean absolute error, in the unit of the series"),
  mape: figure.describe("Mean of error ÷ actual, as a share, over the actual figures that are not 0; null without any"),
  mapeOf: count.describe("Figures that mape is of"),
  smape: z.number().describe("Mean of 2 × error ÷ (actual + forecast), as a share"),
  mase: figure.describe("Error ÷ that of repeating the last season one step ahead; below 1 is better than that"),
});

const forecastFigures = z.object({
  zone: z.string(),
  unit: seriesUnitSchema,
  intervals: z.array(intervalLabelSchema).describe("Of the history"),
  actual: z.array(figure),
  fitted: z.array(figure).describe("What was to be expected of each interval one step ahead"),
  ahead: z.array(z.object({ interval: intervalLabelSchema, value: z.number(), low: z.number(), high: z.number() })),
  level: z.number(),
  method: z.enum(FORECAST_METHODS).nullable().describe("Null: nothing is told ahead"),
  why: z
    .enum([...FORECAST_REASONS, "too_short_to_tell"])
    .describe(
      "naive_is_better: in the back-test repeating the last season was off less, so that is what is told; too_short_to_tell: of a group with too few figures",
    ),
  season: count.describe("Length of the season in intervals; 1: none"),
  shape: z.object({ trend: z.enum(TREND_SHAPES), seasonal: z.enum(SEASON_SHAPES) }).nullable(),
  smoothing: z.object({ alpha: z.number(), beta: z.number(), gamma: z.number(), phi: z.number() }).nullable(),
  backTest: z
    .object({
      origins: count.describe("Moments from which the method looked ahead, knowing only what was before"),
      horizon: count.describe("Intervals it looked ahead each time"),
      model: errorsSchema,
      naive: errorsSchema.describe("Of repeating the last season"),
      naiveSeason: count,
      coverage: z.number().describe("Which share of the figures lay between low and high"),
    })
    .nullable()
    .describe("Null: the history is too short for one"),
  trend: z
    .object({
      direction: z.enum(TREND_DIRECTIONS),
      slope: z.number().describe("Of an interval, in the unit of the series"),
      low: z.number().describe("95 % interval of the slope"),
      high: z.number(),
      p: z.number(),
      change: figure.describe("What the line gained over the history, as a share of where it began"),
    })
    .nullable(),
});

export const queryForecast = analysisRoute({
  id: "queryForecast",
  kind: "forecast",
  summary: "Trend and forecast of a series, with an interval and the error of a back-test",
  body: forecastQuerySchema,
  response: forecastFigures.extend(groupsShown(forecastFigures)),
});

export const listForecastPeople = peopleBehindRoute({
  id: "listForecastPeople",
  kind: "forecast",
  summary: "People behind an interval of the history of a forecast",
  body: forecastQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({ interval: z.number().int().min(0).max(INTERVALS_MAX).describe("Of the history, counted from 0") }),
  }),
});

export const forecastRoutes = [queryForecast, listForecastPeople];
