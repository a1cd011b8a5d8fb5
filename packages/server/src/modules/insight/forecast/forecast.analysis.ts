import { listForecastPeople, queryForecast } from "@terrace/contract/api/insight-forecast";
import { forecast as lookAhead } from "@terrace/domain/insight/forecast/forecast";
import { intervalCount, intervalLabels, moreIntervals, type Intervals } from "@terrace/domain/insight/time/intervals";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { eventsOfSeries, peopleBehindSeries, readSeries, type SeriesAsked } from "../metrics/series.ts";
import { finishedIntervals } from "../time/finished-intervals.ts";

/** The history of a series and what is to be expected of it, and the people behind its history. */
export const forecast = analysis({
  kind: "forecast",
  route: queryForecast,
  groups: { events: ({ series }, asking) => eventsOfSeries(asking, series, "series"), narrows: "all" },
  answer: async (asking, body) => {
    const history = finishedIntervals(asking, body, 1);
    const { points: actual, unit } = await readSeries(asking, seriesOf(body, history));
    const found = lookAhead(actual, { unit: body.interval, horizon: body.horizon, level: body.level });
    const labels = (intervals: Intervals) => intervalLabels(intervals, asking.calendar, asking.nowMs);
    const known = { zone: asking.calendar.zone, unit, intervals: labels(history), actual: [...actual] };
    // One group of several that says too little does not take the others' figures away.
    if (!found.ok && asking.isOfGroup === true) return { ...known, ...untold(actual.length, body.level) };
    const told = valueOrThrow(found);
    const future = labels(moreIntervals(history, body.horizon, asking.calendar)).slice(intervalCount(history));
    const { method, why, season, shape, level, fitted } = told;
    return {
      ...known,
      fitted: [...fitted],
      ahead: told.points.flatMap((point, at) => {
        const interval = future[at];
        return interval === undefined ? [] : [{ interval, ...point }];
      }),
      level,
      method,
      why,
      season,
      shape: shape === undefined ? null : { trend: shape.trend, seasonal: shape.seasonal },
      smoothing: told.smoothing ?? null,
      backTest: told.backTest ?? null,
      trend: told.trend ?? null,
    };
  },
  people: {
    route: listForecastPeople,
    behind: async (asking, body) => {
      const intervals = finishedIntervals(asking, body, 1);
      if (body.cell.interval >= intervalCount(intervals))
        throw faultError("insight.no_such_cell", { field: "cell.interval", mend: "Name an interval of the history, counted from 0" });
      return peopleBehindSeries(asking, seriesOf(body, intervals), body.cell.interval);
    },
  },
});

function untold(length: number, level: number) {
  return {
    fitted: Array.from({ length }, () => null),
    ahead: [],
    level,
    method: null,
    why: "too_short_to_tell" as const,
    season: 1,
    shape: null,
    smoothing: null,
    backTest: null,
    trend: null,
  };
}

function seriesOf({ series, filters }: z.output<typeof queryForecast.body>, intervals: Intervals): SeriesAsked {
  return { series, path: "series", filters, intervals };
}
