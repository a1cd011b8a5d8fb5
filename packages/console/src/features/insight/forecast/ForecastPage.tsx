import { listForecastPeople, queryForecast } from "@terrace/contract/api/insight-forecast";
import { InputNumber } from "antd";
import { useMemo } from "react";
import type { ChartSpec } from "../../../ui/chart/chart-spec.ts";
import { addDays } from "../../../ui/format/dates.ts";
import type { Measure } from "../../../ui/format/measures.ts";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import { chartDays } from "../annotations/chart-days.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { type Shown } from "../frame/shown.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { intervalName, intervalTick } from "../frame/interval-names.ts";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { SeriesChoice, unitOfSeries, useSeriesNames } from "../frame/SeriesChoice.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis, type Answered, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import { firstEvents, type StartFacts } from "../frame/use-start-facts.ts";
import { tableFrom } from "../table-from.ts";
import { useGround, type Ground } from "../use-ground.ts";

type ForecastAnswer = Answered<typeof queryForecast>;
type ForecastQuery = QueryOf<typeof queryForecast>;
/** Days of history that a season of weeks can be learned from. */
const HISTORY_DAYS = 120;

/** Forecast: where a series is going, with an interval and the error of a back-test. */
export function ForecastPage() {
  return <StartGate kind="forecast">{(facts) => <Forecast facts={facts} />}</StartGate>;
}

function Forecast({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<ForecastQuery>(() => {
    const [event = null] = firstEvents(facts, ["Order Completed"], 1);
    const period =
      "to" in facts.period
        ? { from: addDays(facts.period.to, -HISTORY_DAYS), to: facts.period.to }
        : { last: HISTORY_DAYS, unit: "day" as const };
    return { period, interval: "day", series: { event: { event }, measure: { kind: "events" } }, horizon: 14 };
  }, [facts]);
  const analysis = useAnalysis({ kind: "forecast", route: queryForecast, people: listForecastPeople, start });
  const { query, apply } = analysis;
  const seriesName = useSeriesNames(ground);
  const shown = (answer: ForecastAnswer): Shown => {
    const { body } = answer;
    const unit = answer.query.interval ?? "day";
    const measure = measureOf(answer, ground);
    const sum = sumAhead(answer);
    return {
      empty: body.actual.every((value) => value === null || value === 0),
      figures: [
        { key: "total", name: text(`insight.forecast.${sum.word}`, { count: body.ahead.length }), value: measure.short(sum.value) },
        {
          key: "error",
          name: text("insight.forecast.error"),
          value: body.backTest === null ? MISSING : formatShare(body.backTest.model.mape),
          ...(body.backTest === null ? {} : { detail: text("insight.forecast.naive", { share: formatShare(body.backTest.naive.mape) }) }),
        },
        {
          key: "coverage",
          name: text("insight.forecast.coverage", { level: formatShare(body.level) }),
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
      ],
      spec: forecastSpec(answer, ground),
      cellOf: (pick) =>
        pick.kind === "point" && pick.series === "actual" && pick.index < body.actual.length ? { interval: pick.index } : undefined,
      table: tableFrom(
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
        body.ahead,
        ({ interval }) => interval.from,
      ),
      behind: (cell) => {
        const at = Number(cell["interval"]);
        const interval = body.intervals[at];
        return interval === undefined
          ? undefined
          : {
              title: seriesName(answer.query.series),
              detail: intervalName(interval, unit, ground.format),
              basis: measure.exact(body.actual[at]),
            };
      },
    };
  };
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<ForecastBuilder analysis={analysis} ground={ground} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} />
        </>
      }
      shown={shown}
    />
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

/** The history solid, the future dotted with its interval. */
export function forecastSpec({ body, query }: ForecastAnswer, ground: Ground): ChartSpec {
  const { text, format } = ground;
  const unit = query.interval ?? "day";
  const all = [...body.intervals, ...body.ahead.map(({ interval }) => interval)];
  const past = body.actual.length;
  const before = <Value,>(values: readonly Value[], joint: Value | null) => [...body.actual.slice(1).map(() => null), joint, ...values];
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
      count: body.ahead.length,
      total: measure.short(sum.value),
      error: formatShare(body.backTest?.model.mape),
    }),
  };
}

function ForecastBuilder({ analysis, ground }: { readonly analysis: Analysis<typeof queryForecast>; readonly ground: Ground }) {
  const { draft, edit } = analysis;
  const { text } = ground;
  const { series } = draft;
  const events = "event" in series ? [series.event.event] : [];
  return (
    <>
      <BuilderSection title={text("insight.series")}>
        <SeriesChoice series={series} period={draft.period} ground={ground} onChange={(next) => edit({ series: next })} />
      </BuilderSection>
      <BuilderSection title={text("insight.forecast.ahead")}>
        <label className="builder-switch">
          {text("insight.forecast.horizon")}
          <InputNumber<number>
            size="small"
            min={1}
            max={90}
            precision={0}
            value={draft.horizon ?? 14}
            onChange={(horizon) => edit({ horizon: horizon ?? 14 })}
          />
        </label>
      </BuilderSection>
      <Filters analysis={analysis} events={events} />
      <Groups analysis={analysis} events={events} ofPeople={!("event" in series)} />
    </>
  );
}
