import { DownloadOutlined, LineChartOutlined, TableOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";
import { useText } from "../../app/i18n.ts";
import type { ChartView } from "./use-chart-view.ts";

/** Buttons of a chart: the same data as a table, and as a file or a picture. */
export function ChartTools({ view }: { readonly view: ChartView }) {
  const text = useText();
  const other = text(view.asTable ? "common.chart" : "common.table");
  return (
    <span data-png="skip" className="chart-tools">
      <Tooltip title={other}>
        <Button
          type="text"
          size="small"
          aria-label={other}
          aria-pressed={view.asTable}
          icon={view.asTable ? <LineChartOutlined /> : <TableOutlined />}
          onClick={view.toggle}
        />
      </Tooltip>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "csv", label: text("chart.exportCsv") },
            { key: "png", label: text("chart.exportPng") },
          ],
          onClick: ({ key }) => (key === "csv" ? view.exportCsv() : void view.exportPng()),
        }}
      >
        <Button type="text" size="small" aria-label={text("common.export")} icon={<DownloadOutlined />} />
      </Dropdown>
    </span>
  );
}
