import { listForecastPeople, queryForecast } from "@terrace/contract/api/insight-forecast";
import { forecast as lookAhead } from "@terrace/domain/insight/forecast/forecast";
import { intervalCount, intervalLabels, moreIntervals, type Intervals } from "@terrace/domain/insight/time/intervals";
import { lineOf } from "@terrace/domain/insight/trends/trends-answer";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { finishedIntervals } from "../time/finished-intervals.ts";
import { peopleBehindLine, readLines } from "../trends/trends.views.ts";

/** The history of a series and what is to be expected of it, and the people behind its history. */
export const forecast = analysis({
  kind: "forecast",
  route: queryForecast,
  answer: async (asking, body) => {
    const history = finishedIntervals(asking, body, 1);
    const lines = await readLines(asking, { series: body.series, intervals: history, breakdown: undefined, cumulative: false });
    const actual = lineOf(body.series.measure, lines.get(0) ?? { points: [], total: undefined }, false).points;
    const told = valueOrThrow(lookAhead(actual, { unit: body.interval, horizon: body.horizon, level: body.level }));
    const labels = (intervals: Intervals) => intervalLabels(intervals, asking.calendar, asking.nowMs);
    const future = labels(moreIntervals(history, body.horizon, asking.calendar)).slice(intervalCount(history));
    const { method, why, season, shape, level, fitted } = told;
    return {
      zone: asking.calendar.zone,
      intervals: labels(history),
      actual,
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
      return peopleBehindLine(asking, { series: body.series, intervals, breakdown: undefined }, { interval: body.cell.interval, place: 0 });
    },
  },
});
