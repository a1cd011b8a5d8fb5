import type { ReportView } from "@terrace/contract/api/reports";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

const COLOURS = { waiting: "default", running: "processing", done: "success", failed: "error" } as const;

/** How far a report is. */
export function ReportState({ report }: { readonly report: ReportView }) {
  const text = useText();
  return (
    <Tag color={COLOURS[report.state]} variant="filled" title={report.failure}>
      {text(`reports.state.${report.state}`)}
    </Tag>
  );
}
