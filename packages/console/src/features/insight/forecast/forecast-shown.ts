import type { queryForecast } from "@terrace/contract/api/insight-forecast";
import type { ChartSpec } from "../../../ui/chart/chart-spec.ts";
import type { Measure } from "../../../ui/format/measures.ts";
import { formatLevel, formatShare, MISSING } from "../../../ui/format/numbers.ts";
import { chartDays } from "../annotations/chart-days.ts";
import { keyFigure, type KeyFigure } from "../frame/FigureStrip.tsx";
import { intervalName, intervalTick } from "../frame/interval-names.ts";
import { unitOfSeries, type NamedGround } from "../frame/SeriesChoice.tsx";
import type { Shown } from "../frame/shown.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered } from "../frame/use-analysis.ts";
import { tableFrom } from "../table-from.ts";
import type { Ground } from "../use-ground.ts";

type ForecastAnswer = Answered<typeof queryForecast>;

/** The history and what is expected to follow, with how far off the method was when tried. */
export function forecastShown(answer: ForecastAnswer, ground: NamedGround): Shown {
  const { body } = answer;
  const unit = answer.query.interval ?? "day";
  const measure = measureOf(answer, ground);
  return {
    empty: body.actual.every((value) => value === null || value === 0),
    figures: forecastFigures(answer, ground),
    spec: forecastSpec(answer, ground),
    cellOf: (pick) =>
      pick.kind === "point" && pick.series === "actual" && pick.index < body.actual.length ? { interval: pick.index } : undefined,
    table: forecastTable(answer, ground),
    behind: (cell) => {
      const at = Number(cell["interval"]);
      const interval = body.intervals[at];
      return interval === undefined
        ? undefined
        : {
            title: ground.nameOfSeries(answer.query.series),
            detail: intervalName(interval, unit, ground.format),
            basis: measure.exact(body.actual[at]),
          };
    },
  };
}

/** What is expected, and how far it can be trusted. */
function forecastFigures(answer: ForecastAnswer, ground: Ground): readonly KeyFigure[] {
  const { text } = ground;
  const { body } = answer;
  const measure = measureOf(answer, ground);
  const sum = sumAhead(answer);
  return [
    keyFigure("total", text(`insight.forecast.${sum.word}`, { span: spanAhead(answer, ground) }), sum.value, measure),
    {
      key: "error",
      name: text("insight.forecast.error"),
      value: body.backTest === null ? MISSING : formatShare(body.backTest.model.mape),
      ...(body.backTest === null ? {} : { detail: text("insight.forecast.naive", { share: formatShare(body.backTest.naive.mape) }) }),
    },
    {
      key: "coverage",
      name: text("insight.forecast.coverage", { level: formatLevel(body.level) }),
      value: body.backTest === null ? MISSING : formatShare(body.backTest.coverage),
    },
    {
      key: "trend",
      name: text("insight.forecast.trend"),
      value: body.trend === null ? MISSING : text(`insight.forecast.trend.${body.trend.direction}`),
    },
    {
      key: "method",
      name: text("insight.forecast.method"),
      value: body.method === null ? MISSING : text(`insight.forecast.method.${body.method}`),
      detail: text(`insight.forecast.why.${body.why}`),
    },
  ];
}

/** Each interval ahead with the least and the most that is expected of it. */
function forecastTable(answer: ForecastAnswer, ground: Ground): TableModel {
  const { text } = ground;
  const unit = answer.query.interval ?? "day";
  const measure = measureOf(answer, ground);
  return tableFrom(
    [
      {
        key: "interval",
        title: text("insight.atTime"),
        words: true,
        cell: ({ interval }) => ({ text: intervalName(interval, unit, ground.format), value: interval.label }),
      },
      {
        key: "value",
        title: text("insight.forecast.ahead"),
        lead: true,
        cell: ({ value }) => ({ text: measure.exact(rounded(value, measure)), value }),
      },
      {
        key: "low",
        title: text("insight.forecast.low"),
        cell: ({ low }) => ({ text: measure.exact(rounded(low, measure)), value: low }),
      },
      {
        key: "high",
        title: text("insight.forecast.high"),
        cell: ({ high }) => ({ text: measure.exact(rounded(high, measure)), value: high }),
      },
    ],
    answer.body.ahead,
    ({ interval }) => interval.from,
  );
}

/** Figures told of the future have digits that mean nothing: what is counted is told in whole. */
function rounded(value: number, { unit }: Measure): number {
  const parts = unit === "share" ? 10_000 : unit === "number" ? 100 : 1;
  return Math.round(value * parts) / parts;
}

type Drawn = Pick<ForecastAnswer, "body" | "query">;

function measureOf({ body, query }: Drawn, { format }: Ground): Measure {
  return format.measure(unitOfSeries(query.series, body.unit));
}

/** What adds up over the intervals is told for all of them; of a metric of people, money (some is per head) or shares the last figure is. */
function sumAhead({ body, query }: Drawn): { readonly word: "total" | "last"; readonly value: number | null } {
  const unit = unitOfSeries(query.series, body.unit);
  const adds = "event" in query.series || unit === "count" || unit === "points";
  if (adds) return { word: "total", value: Math.round(body.ahead.reduce((sum, { value }) => sum + value, 0)) };
  const last = body.ahead.at(-1)?.value;
  return { word: "last", value: last === undefined ? null : unit === "money" || unit === "people" ? Math.round(last) : last };
}

/** How far it is looked ahead: `14 天`. */
function spanAhead({ body, query }: Drawn, { text }: Ground): string {
  return text(`insight.span.${query.interval ?? "day"}`, { count: body.ahead.length });
}

/** The history solid, the future dotted with its interval. */
function forecastSpec({ body, query }: ForecastAnswer, ground: Ground): ChartSpec {
  const { text, format } = ground;
  const unit = query.interval ?? "day";
  const all = [...body.intervals, ...body.ahead.map(({ interval }) => interval)];
  const past = body.actual.length;
  const before = <Value>(values: readonly Value[], joint: Value | null) => [...body.actual.slice(1).map(() => null), joint, ...values];
  const last = body.actual.at(-1) ?? null;
  const measure = measureOf({ body, query }, ground);
  const sum = sumAhead({ body, query });
  return {
    kind: "time",
    shape: "line",
    categories: all.map((interval) => intervalName(interval, unit, format)),
    ticks: all.map((interval) => intervalTick(interval, unit)),
    days: chartDays(all, format),
    series: [
      { key: "actual", name: text("insight.forecast.actual"), values: [...body.actual, ...body.ahead.map(() => null)], style: "solid" },
      {
        key: "ahead",
        of: "actual",
        name: text("insight.forecast.ahead"),
        style: "dotted",
        values:
          past === 0
            ? body.ahead.map(({ value }) => value)
            : before(
                body.ahead.map(({ value }) => value),
                last,
              ),
        band: {
          low: before(
            body.ahead.map(({ low }) => low),
            last,
          ),
          high: before(
            body.ahead.map(({ high }) => high),
            last,
          ),
        },
      },
    ],
    measure,
    summary: text(`insight.forecast.summary.${sum.word}`, {
      span: spanAhead({ body, query }, ground),
      total: measure.short(sum.value),
      error: formatShare(body.backTest?.model.mape),
    }),
  };
}
