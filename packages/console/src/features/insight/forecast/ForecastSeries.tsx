import type { queryForecast } from "@terrace/contract/api/insight-forecast";
import { Segmented, Select } from "antd";
import type { Unit } from "../../../ui/format/measures.ts";
import { useMetricOptions } from "../../dashboards/use-metrics.ts";
import { MeasurePicker } from "../frame/MeasurePicker.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import type { QueryOf } from "../frame/use-analysis.ts";
import { unitOfMeasure } from "../trends/trends-words.ts";
import { eventWords, type Ground } from "../use-ground.ts";

type ForecastQuery = QueryOf<typeof queryForecast>;
export type ForecastSeries = ForecastQuery["series"];
type Props = {
  readonly series: ForecastSeries;
  readonly period: ForecastQuery["period"];
  readonly ground: Ground;
  readonly onChange: (series: ForecastSeries) => void;
};

/** The unit of a series: a metric's own, or that of the measure. */
export function unitOfSeries(series: ForecastSeries, unit: Unit | null): Unit {
  return unit ?? ("event" in series ? unitOfMeasure(series.measure) : "number");
}

/** What a series is called. */
export function useSeriesName(ground: Ground): (series: ForecastSeries) => string {
  const metrics = useMetricOptions();
  return (series) => {
    if ("event" in series) return eventWords(series.event.event, ground);
    return "metric" in series ? (metrics.find(({ value }) => value === series.metric)?.label ?? series.metric) : "";
  };
}

/** What is looked ahead of: a measure of an event, or a metric. */
export function SeriesChoice({ series, period, ground: { text }, onChange }: Props) {
  const metrics = useMetricOptions();
  return (
    <>
      <Segmented<"event" | "metric">
        size="small"
        value={"event" in series ? "event" : "metric"}
        onChange={(kind) =>
          onChange(kind === "event" ? { event: { event: "Order Completed" }, measure: { kind: "events" } } : { metric: "net_revenue" })
        }
        options={[
          { value: "event", label: text("insight.forecast.ofEvent") },
          { value: "metric", label: text("insight.forecast.ofMetric") },
        ]}
      />
      {"event" in series ? (
        <SelectorRow selector={series.event} period={period} onChange={(event) => onChange({ ...series, event })}>
          <MeasurePicker measure={series.measure} event={series.event.event} onChange={(measure) => onChange({ ...series, measure })} />
        </SelectorRow>
      ) : (
        <Select
          className="field-picker"
          showSearch={{ optionFilterProp: "label" }}
          aria-label={text("insight.forecast.ofMetric")}
          {...("metric" in series ? { value: series.metric } : {})}
          onChange={(metric: string) => onChange({ metric })}
          options={metrics}
        />
      )}
    </>
  );
}
