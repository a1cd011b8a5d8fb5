import { listReports, type ReportView } from "@terrace/contract/api/reports";
import { REPORT_KINDS, type ReportKind } from "@terrace/domain/insight/reports/report-period";
import { Button, Segmented } from "antd";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { periodText } from "./report-words.ts";
import { ReportState } from "./ReportState.tsx";

const rowKey = ({ id }: ReportView) => id;
const REFETCH_MS = 3_000;
type Pages = readonly { readonly items: readonly ReportView[] }[];
const whileMade = (pages: Pages): number | false =>
  pages.some(({ items }) => items.some(({ state }) => state === "waiting" || state === "running")) ? REFETCH_MS : false;

/** All reports, the newest first, by kind. */
export function ReportList({ onMake }: { readonly onMake: () => void }) {
  const text = useText();
  const language = useLanguage();
  const link = useLink();
  const may = useMay();
  const navigate = useNavigate();
  const [kind, setKind] = useState<ReportKind | "all">("all");
  const query = { limit: 30, ...(kind === "all" ? {} : { kind }) };
  const pages = usePages(listReports, { params: useWorkspaceParams(), query }, { keepPrevious: true, refetchMs: whileMade });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const columns: readonly DataColumn<ReportView>[] = [
    { key: "kind", title: text("reports.kind"), width: 110, render: (report) => text(`reports.kind.${report.kind}`) },
    {
      key: "period",
      title: text("reports.period"),
      render: (report) => (
        <>
          <Link to={link(`insight/reports/${report.id}`)}>{periodText(report, language)}</Link>
          {report.edition > 1 ? <span className="muted"> · {text("reports.edition", { edition: report.edition })}</span> : null}
        </>
      ),
    },
    { key: "state", title: text("reports.state"), width: 130, render: (report) => <ReportState report={report} /> },
    {
      key: "by",
      title: text("reports.askedBy"),
      width: 200,
      ellipsis: true,
      render: ({ askedBy }) => (askedBy === "" ? <span className="muted">{text("reports.bySchedule")}</span> : askedBy),
    },
    {
      key: "at",
      title: text("reports.madeAt"),
      width: 150,
      figure: true,
      render: ({ finishedAt, createdAt }) => <TimeText at={finishedAt ?? createdAt} />,
    },
  ];
  const make = may("reports:manage") ? <Button onClick={onMake}>{text("reports.make")}</Button> : undefined;
  return (
    <>
      <Panel flush>
        <div className="filter-row">
          <Segmented
            className="report-kinds"
            value={kind}
            onChange={setKind}
            options={(["all", ...REPORT_KINDS] as const).map((value) => ({ value, label: text(`reports.kind.${value}`) }))}
          />
        </div>
        <QueryView query={pages} skeleton={5}>
          {() => (
            <>
              <DataTable<ReportView>
                label={text("nav.reports")}
                rows={rows}
                rowKey={rowKey}
                columns={columns}
                minWidth={760}
                onOpen={({ id }) => void navigate(link(`insight/reports/${id}`))}
                empty={<EmptyState text={text("reports.empty")} action={make} />}
                phoneRow={(report) => ({
                  title: `${text(`reports.kind.${report.kind}`)} · ${periodText(report, language)}`,
                  state: <ReportState report={report} />,
                  detail: report.askedBy === "" ? text("reports.bySchedule") : report.askedBy,
                  figures: <TimeText at={report.finishedAt ?? report.createdAt} form="recent" />,
                })}
              />
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
    </>
  );
}
