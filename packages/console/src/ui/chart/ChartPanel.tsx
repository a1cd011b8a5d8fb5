import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";
import { Panel } from "../Panel.tsx";
import { ChartBody, PHONE_HEIGHT } from "./ChartBody.tsx";
import { ChartLegend } from "./ChartLegend.tsx";
import { ChartTools } from "./ChartTools.tsx";
import { unitOf } from "./chart-unit.ts";
import type { ChartSpec, OnPick } from "./chart-spec.ts";
import { hiddenSeries } from "./time-option.ts";
import { useChartView } from "./use-chart-view.ts";
import "./chart.css";

type ChartPanelProps = {
  readonly title: string;
  readonly spec: ChartSpec | undefined;
  readonly loading?: ReactNode;
  readonly extra?: ReactNode;
  readonly height?: number;
  /** Charts of one scope give a series one colour. */
  readonly colourScope?: string;
  /** Stand under the title in the exported picture: period, zone. */
  readonly notes?: readonly string[];
  readonly onPick?: OnPick;
};

/** A chart in its card, its unit in the head. The same data is one click away as a table, as a CSV file and as a picture. */
export function ChartPanel({ title, spec, loading, extra, height = 268, colourScope = "", notes = [], onPick }: ChartPanelProps) {
  const phone = usePhone();
  const { box, view } = useChartView(title, spec, notes);
  return (
    <Panel
      ref={box}
      title={title}
      extra={
        <>
          {extra}
          {spec?.kind === "time" && !phone ? <ChartLegend spec={spec} colourScope={colourScope} /> : null}
          {spec === undefined ? null : (
            <>
              <ChartUnit spec={spec} />
              <ChartTools view={view} />
            </>
          )}
        </>
      }
    >
      {/* Bars are as high as they are many. */}
      <div
        style={spec?.kind === "bars" ? {} : { minHeight: phone ? PHONE_HEIGHT : height }}
        className={view.asTable ? "chart-table-box" : ""}
      >
        {spec === undefined ? (
          loading
        ) : (
          <>
            {spec.kind === "time" && phone ? <ChartLegend spec={spec} colourScope={colourScope} /> : null}
            <ChartBody spec={spec} asTable={view.asTable} height={height} colourScope={colourScope} onPick={onPick} />
            <HiddenSeriesNote spec={spec} />
          </>
        )}
      </div>
    </Panel>
  );
}

/** The unit of a chart's axis, for its head: `单位 万元`. */
export function ChartUnit({ spec }: { readonly spec: ChartSpec }) {
  const text = useText();
  const unit = unitOf(spec);
  return unit === "" ? null : <span className="chart-unit">{text("chart.unit", { unit })}</span>;
}

/** Says how many series stand in the table only. */
export function HiddenSeriesNote({ spec }: { readonly spec: ChartSpec }) {
  const text = useText();
  const hidden = spec.kind === "time" ? hiddenSeries(spec) : spec.kind === "funnel" ? Math.max(0, spec.groups.length - 8) : 0;
  return hidden === 0 ? null : <p className="chart-note">{text("chart.hidden", { count: hidden })}</p>;
}
