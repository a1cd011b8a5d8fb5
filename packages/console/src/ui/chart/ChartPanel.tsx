import { DownloadOutlined, LineChartOutlined, TableOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { ReactNode } from "react";
import { lazy, Suspense, useState } from "react";
import { useText } from "../../app/i18n.ts";
import { useDark, usePhone } from "../../app/theme/use-screen.ts";
import { downloadCsv, toCsv } from "../format/csv.ts";
import { Panel } from "../Panel.tsx";
import { ChartTable } from "./ChartTable.tsx";
import type { ChartSpec } from "./chart-spec.ts";
import "./chart.css";

const EChart = lazy(async () => ({ default: (await import("./EChart.tsx")).EChart }));

type ChartPanelProps = {
  readonly title: string;
  readonly spec: ChartSpec | undefined;
  readonly loading?: ReactNode;
  readonly extra?: ReactNode;
  readonly height?: number;
  readonly onPick?: (index: number) => void;
};

/** A chart in its card. The same data is one click away as a table and as a CSV file. */
export function ChartPanel({ title, spec, loading, extra, height = 268, onPick }: ChartPanelProps) {
  const [asTable, setAsTable] = useState(false);
  const phone = usePhone();
  const mode = useDark() ? "dark" : "light";
  const shownHeight = phone ? 200 : height;
  return (
    <Panel
      title={title}
      extra={
        <>
          {extra}
          {spec === undefined ? null : <ChartTools title={title} spec={spec} asTable={asTable} onToggle={() => setAsTable(!asTable)} />}
        </>
      }
    >
      <div style={{ minHeight: shownHeight }} className={asTable ? "chart-table-box" : ""}>
        {spec === undefined ? (
          loading
        ) : asTable ? (
          <ChartTable spec={spec} height={shownHeight} />
        ) : (
          <Suspense fallback={null}>
            <EChart spec={spec} height={shownHeight} mode={mode} onPick={onPick} />
          </Suspense>
        )}
      </div>
    </Panel>
  );
}

type ChartToolsProps = { readonly title: string; readonly spec: ChartSpec; readonly asTable: boolean; readonly onToggle: () => void };

function ChartTools({ title, spec, asTable, onToggle }: ChartToolsProps) {
  const text = useText();
  const exportCsv = () =>
    downloadCsv(
      title,
      toCsv(
        ["", ...spec.series.map(({ name }) => name)],
        spec.categories.map((category, i) => [category, ...spec.series.map(({ values }) => values[i])]),
      ),
    );
  const other = text(asTable ? "common.chart" : "common.table");
  return (
    <>
      <Legend spec={spec} />
      <Tooltip title={other}>
        <Button
          type="text"
          size="small"
          aria-label={other}
          aria-pressed={asTable}
          icon={asTable ? <LineChartOutlined /> : <TableOutlined />}
          onClick={onToggle}
        />
      </Tooltip>
      <Tooltip title={text("common.export")}>
        <Button type="text" size="small" aria-label={text("common.export")} icon={<DownloadOutlined />} onClick={exportCsv} />
      </Tooltip>
    </>
  );
}

function Legend({ spec }: { readonly spec: ChartSpec }) {
  if (spec.series.filter(({ style }) => style !== "pale").length < 2) return null;
  return (
    <span className="chart-legend">
      {spec.series
        .filter(({ style }) => style !== "pale")
        .map(({ name, style }) => (
          <span key={name}>
            <i className={`chart-legend-line ${style}`} aria-hidden="true" />
            {name}
          </span>
        ))}
    </span>
  );
}
