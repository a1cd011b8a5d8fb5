import { CloseOutlined } from "@ant-design/icons";
import type { queryForecast } from "@terrace/contract/api/insight-forecast";
import { Button, Segmented, Select } from "antd";
import type { Unit } from "../../../ui/format/measures.ts";
import { useMetricOptions } from "../../dashboards/use-metrics.ts";
import { seriesName, unitOfMeasure } from "../trends/trends-words.ts";
import type { Ground } from "../use-ground.ts";
import { MeasurePicker } from "./MeasurePicker.tsx";
import { SelectorRow } from "./SelectorRow.tsx";
import type { QueryOf } from "./use-analysis.ts";

type Query = QueryOf<typeof queryForecast>;
/** A measure of events, or a metric. */
export type Series = Query["series"];
/** Metrics have names of their own. */
export type NamedGround = Ground & { readonly nameOfSeries: (series: Series) => string };
type Props = {
  readonly series: Series;
  readonly period: Query["period"];
  readonly ground: Ground;
  /** A letter before it, where there are several. */
  readonly mark?: string;
  readonly onChange: (series: Series) => void;
  readonly onRemove?: (() => void) | undefined;
};

/** The unit of a series: a metric's own, or that of the measure. */
export function unitOfSeries(series: Series, unit: Unit | null): Unit {
  return unit ?? ("event" in series ? unitOfMeasure(series.measure) : "number");
}

/** How series are called; of a metric its name. */
export function useSeriesNames(ground: Ground): (series: Series) => string {
  const metrics = useMetricOptions();
  return (series) => {
    if ("event" in series) return seriesName(series, ground);
    return "metric" in series ? (metrics.find(({ value }) => value === series.metric)?.label ?? series.metric) : "";
  };
}

/** What is told over time: a measure of an event, or a metric. */
export function SeriesChoice({ series, period, ground: { text }, mark, onChange, onRemove }: Props) {
  const metrics = useMetricOptions();
  const kinds = [
    { value: "event" as const, label: text("insight.series.ofEvent") },
    { value: "metric" as const, label: text("insight.series.ofMetric") },
  ];
  const choose = (kind: "event" | "metric") =>
    onChange(kind === "event" ? { event: { event: null }, measure: { kind: "events" } } : { metric: "net_revenue" });
  const which = (
    <Segmented
      size="small"
      aria-label={text("insight.series.kind")}
      value={"event" in series ? "event" : "metric"}
      onChange={choose}
      options={kinds}
    />
  );
  if ("event" in series)
    return (
      <SelectorRow
        {...(mark === undefined ? {} : { mark })}
        selector={series.event}
        period={period}
        onChange={(event) => onChange({ ...series, event })}
        onRemove={onRemove}
      >
        {which}
        <MeasurePicker measure={series.measure} event={series.event.event} onChange={(measure) => onChange({ ...series, measure })} />
      </SelectorRow>
    );
  return (
    <div className="selector">
      <div className="selector-row">
        {mark === undefined ? null : <span className="selector-mark">{mark}</span>}
        <Select
          className="selector-event"
          showSearch={{ optionFilterProp: "label" }}
          aria-label={text("insight.series.ofMetric")}
          {...("metric" in series ? { value: series.metric } : {})}
          onChange={(metric: string) => onChange({ metric })}
          options={metrics}
        />
        {onRemove === undefined ? null : (
          <Button type="text" size="small" aria-label={text("common.remove")} icon={<CloseOutlined />} onClick={onRemove} />
        )}
      </div>
      {which}
    </div>
  );
}
