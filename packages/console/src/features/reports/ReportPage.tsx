import { getReport, type ReportView } from "@terrace/contract/api/reports";
import type { ReportContent } from "@terrace/domain/insight/reports/report";
import { findingText } from "@terrace/domain/insight/reports/report-words";
import { Alert } from "antd";
import { Link, useParams, useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { textOr, useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { CompareReport } from "./CompareReport.tsx";
import { DecisionsPanel } from "./DecisionsPanel.tsx";
import { figurePath, periodText, reportLanguage, valuePath } from "./report-words.ts";
import { ReportActions } from "./ReportActions.tsx";
import { ReportCharts } from "./ReportCharts.tsx";
import { ReportFigures } from "./ReportFigures.tsx";
import { ReportSections } from "./ReportSections.tsx";
import { ReportState } from "./ReportState.tsx";
import { ReportTables } from "./ReportTables.tsx";
import "./reports.css";

const REFETCH_MS = 2_000;

/** One report: what it found, its figures, charts and breakdowns, another one beside it, and what was decided from it. */
export function ReportPage() {
  const text = useText();
  const language = useLanguage();
  const format = useFormat();
  const { report: id = "" } = useParams();
  const [search] = useSearchParams();
  const workspace = useWorkspaceParams();
  const report = useCall(getReport, { params: { ...workspace, report: id } }, { refetchMs: REFETCH_MS });
  const otherId = search.get("with") ?? "";
  const other = useCall(getReport, { params: { ...workspace, report: otherId } }, { enabled: otherId !== "" });
  const { data } = report;
  const title = data === undefined ? text("nav.reports") : `${text(`reports.kind.${data.kind}`)} · ${periodText(data, language)}`;
  return (
    <>
      <PageHeader
        title={title}
        tags={data === undefined ? null : <ReportState report={data} />}
        meta={data?.finishedAt == null ? null : <span>{text("reports.fixed", { time: format.dayTimeWords(data.finishedAt) })}</span>}
        actions={data?.content == null ? null : <ReportActions report={data} />}
      />
      <QueryView query={report} skeleton={8}>
        {(loaded) =>
          loaded.content === null ? (
            <NotMade report={loaded} />
          ) : (
            <div className="report-stack">
              <Findings content={loaded.content} />
              <CompareReport report={loaded} other={otherId} />
              <ReportFigures content={loaded.content} other={other.data?.content ?? undefined} />
              <ReportSections content={loaded.content} />
              <ReportCharts content={loaded.content} />
              <ReportTables content={loaded.content} />
              <DecisionsPanel report={{ id, content: loaded.content }} />
            </div>
          )
        }
      </QueryView>
    </>
  );
}

function NotMade({ report }: { readonly report: ReportView }) {
  const text = useText();
  if (report.state === "failed")
    return <Alert type="error" showIcon title={text("reports.failed")} description={textOr(`fault.${report.failure}`, report.failure)} />;
  return <EmptyState text={text("reports.notYet")} />;
}

function Findings({ content }: { readonly content: ReportContent }) {
  const text = useText();
  const link = useLink();
  const language = reportLanguage(useLanguage());
  return (
    <Panel title={text("reports.findings")}>
      <ul className="report-findings">
        {content.findings.map((finding) => {
          const { text: said, level } = findingText(content, finding, language);
          return (
            <li key={said} className={`finding-${level}`}>
              {said}
              {"figure" in finding ? (
                <>
                  {" "}
                  <Link
                    to={link(
                      finding.kind === "explained"
                        ? valuePath(content, finding.figure, finding.by, finding.value)
                        : figurePath(content, finding.figure),
                    )}
                  >
                    {text("reports.lookInto")}
                  </Link>
                </>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
