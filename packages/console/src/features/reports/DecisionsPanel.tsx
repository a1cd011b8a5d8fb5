import { listDecisions, type DecisionView } from "@terrace/contract/api/reports";
import { figureText } from "@terrace/domain/insight/reports/figure-text";
import { REPORT_FIGURES } from "@terrace/domain/insight/reports/report-figures";
import type { ReportContent } from "@terrace/domain/insight/reports/report";
import { Button, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspace, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { RecordDecision, ReviewDecision } from "./DecisionForms.tsx";
import { reportLanguage } from "./report-words.ts";

type Props = { readonly report?: { readonly id: string; readonly content: ReportContent } };

/** What was decided, from one report or from all, and what came of it. */
export function DecisionsPanel({ report }: Props) {
  const text = useText();
  const may = useMay();
  const [recording, setRecording] = useState(false);
  const [reviewed, setReviewed] = useState<DecisionView>();
  const query = { limit: 30, ...(report === undefined ? {} : { report: report.id }) };
  const pages = usePages(listDecisions, { params: useWorkspaceParams(), query });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const record =
    report !== undefined && may("reports:manage") ? (
      <Button size="small" onClick={() => setRecording(true)}>
        {text("decisions.record")}
      </Button>
    ) : undefined;
  return (
    <Panel title={text("reports.tab.decisions")} extra={record}>
      <QueryView query={pages} skeleton={3}>
        {() =>
          rows.length === 0 ? (
            <EmptyState text={text("decisions.empty")} />
          ) : (
            <>
              <ul className="decisions">
                {rows.map((decision) => (
                  <DecisionItem
                    key={decision.id}
                    decision={decision}
                    isAlone={report === undefined}
                    onReview={() => setReviewed(decision)}
                  />
                ))}
              </ul>
              <LoadMore pages={pages} loaded={rows.length} />
            </>
          )
        }
      </QueryView>
      {recording && report !== undefined ? <RecordDecision report={report} onClose={() => setRecording(false)} /> : null}
      {reviewed === undefined ? null : <ReviewDecision decision={reviewed} onClose={() => setReviewed(undefined)} />}
    </Panel>
  );
}

const COLOURS = { worked: "success", partly: "processing", failed: "warning", unclear: "default" } as const;

type ItemProps = { readonly decision: DecisionView; readonly isAlone: boolean; readonly onReview: () => void };

function DecisionItem({ decision, isAlone, onReview }: ItemProps) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const may = useMay();
  const { outcome, due, reviewOn, reportId } = decision;
  return (
    <li className="decision">
      <div className="decision-line">
        {outcome === null ? (
          <Tag color={due ? "warning" : "default"} variant="filled">
            {due ? text("decisions.due") : `${text("decisions.reviewOn")} ${reviewOn}`}
          </Tag>
        ) : (
          <Tag color={COLOURS[outcome]} variant="filled">
            {text(`decisions.outcome.${outcome}`)}
          </Tag>
        )}
        <span className="muted small">{text("decisions.by", { who: decision.decidedBy, day: format.day(decision.decidedAt) })}</span>
        {isAlone && reportId !== null ? <Link to={link(`insight/reports/${reportId}`)}>{text("decisions.report")}</Link> : null}
        {outcome === null && may("reports:manage") ? (
          <Button size="small" onClick={onReview}>
            {text("decisions.review")}
          </Button>
        ) : null}
      </div>
      <div className="decision-text">{decision.decided}</div>
      {decision.expected === "" ? null : (
        <div className="decision-text muted">{text("decisions.expects", { text: decision.expected })}</div>
      )}
      <FigureLine decision={decision} />
      {decision.result === "" ? null : <div className="decision-text">{decision.result}</div>}
    </li>
  );
}

function FigureLine({ decision }: { readonly decision: DecisionView }) {
  const text = useText();
  const language = reportLanguage(useLanguage());
  const { currency } = useWorkspace();
  const figure = REPORT_FIGURES.find(({ id }) => id === decision.figure);
  if (figure === undefined) return null;
  const form = { unit: figure.unit, currency, language };
  return (
    <div className="decision-line muted small">
      <span>{figure.name[language]}</span>
      <span>{text("decisions.then", { value: figureText(decision.figureThen, form) })}</span>
      {decision.outcome === null ? null : <span>{text("decisions.atReview", { value: figureText(decision.figureAtReview, form) })}</span>}
    </div>
  );
}
