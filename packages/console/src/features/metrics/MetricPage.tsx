import { listMetricPeople, queryMetric } from "@terrace/contract/api/insight-metric";
import { getMetric } from "@terrace/contract/api/metrics";
import { Drawer, Tag } from "antd";
import { useMemo } from "react";
import { useParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { DelayedSkeleton, QueryView } from "../../ui/QueryView.tsx";
import { ConditionText } from "../conditions/ConditionText.tsx";
import { FigureStrip } from "../insight/frame/FigureStrip.tsx";
import { IntervalPicker } from "../insight/frame/IntervalPicker.tsx";
import { PeoplePane } from "../insight/frame/PeoplePane.tsx";
import { PeriodPicker } from "../insight/frame/PeriodPicker.tsx";
import { WeekStartContext, WeekStartPicker, weekStartOf } from "../insight/frame/week-start.tsx";
import { useAnalysis } from "../insight/frame/use-analysis.ts";
import type { StartFacts } from "../insight/frame/use-start-facts.ts";
import { useStartFacts } from "../insight/frame/use-start-facts.ts";
import { GoalsPanel } from "./GoalsPanel.tsx";
import { MetricActions } from "./MetricActions.tsx";
import { MetricDefinition } from "./MetricDefinition.tsx";
import { metricCell, metricFigures, metricPeople, metricSpec } from "./metric-shown.tsx";
import { inLanguage } from "./metric-words.ts";
import "../insight/frame/frame.css";
import { useFormula } from "./use-formula.ts";
import "./metrics.css";
import type { WholeMetric } from "./answers.ts";

/** One metric: its course, its definition, its versions, what uses it. */
export function MetricPage() {
  const { metric = "" } = useParams();
  const query = useCall(getMetric, { params: { ...useWorkspaceParams(), metric } });
  const facts = useStartFacts();
  return (
    <QueryView query={query} skeleton={10}>
      {(whole) => (facts === undefined ? <DelayedSkeleton shape={10} /> : <MetricShown key={whole.id} metric={whole} facts={facts} />)}
    </QueryView>
  );
}

function MetricShown({ metric, facts }: { readonly metric: WholeMetric; readonly facts: StartFacts }) {
  const text = useText();
  const language = useLanguage();
  const formula = useFormula();
  const name = inLanguage(metric.name, language);
  return (
    <>
      <PageHeader
        title={name}
        tags={
          <>
            <Tag>{text(`metrics.group.${metric.group ?? "own"}`)}</Tag>
            {metric.archivedAt === null ? null : <Tag>{text("metrics.archived")}</Tag>}
            {metric.outdated ? <Tag>{text("metrics.outdated")}</Tag> : null}
          </>
        }
        meta={<span>{formula(metric)}</span>}
        actions={<MetricActions metric={metric} />}
      />
      <div className="stack">
        <Course metric={metric} facts={facts} />
        <GoalsPanel metric={metric} />
        <MetricDefinition metric={metric} />
      </div>
    </>
  );
}

function Course({ metric, facts }: { readonly metric: WholeMetric; readonly facts: StartFacts }) {
  const text = useText();
  const format = useFormat();
  const language = useLanguage();
  const may = useMay();
  const start = useMemo(
    () => ({ period: facts.period, interval: "day" as const, metrics: [{ metric: metric.id }], compare: true }),
    [facts.period, metric.id],
  );
  const analysis = useAnalysis({ kind: "metric", route: queryMetric, people: listMetricPeople, start });
  const { answer, query, apply } = analysis;
  const name = inLanguage(metric.name, language);
  const ground = { text, format, name, metric };
  const filtered = [query.filters?.events, query.filters?.people].filter((one) => one !== undefined);
  const toolbar = (
    <>
      <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
      <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} />
      <WeekStartPicker analysis={analysis} />
      {filtered.map((condition, i) => (
        <Tag key={i} closable onClose={() => apply({ filters: undefined })}>
          <ConditionText condition={condition} />
        </Tag>
      ))}
    </>
  );
  return (
    <WeekStartContext value={weekStartOf(query)}>
      <Panel flush>
        <div className="analysis-toolbar">{toolbar}</div>
        {answer.error !== null && !answer.isFetching ? (
          <div className="query-fault">
            <FaultAlert error={answer.error} onRetry={() => void answer.refetch()} />
          </div>
        ) : null}
        {answer.data === undefined ? null : (
          <div className={answer.isPlaceholderData ? "metric-figures refetching" : "metric-figures"}>
            <FigureStrip figures={metricFigures(answer.data, ground, may("people:read") ? analysis.pick : undefined)} />
          </div>
        )}
      </Panel>
      <ChartPanel
        title={name}
        spec={answer.data === undefined ? undefined : metricSpec(answer.data, ground)}
        loading={<DelayedSkeleton shape={6} />}
        onPick={(pick) => {
          const cell = answer.data === undefined ? undefined : metricCell(answer.data, pick);
          if (cell !== undefined) analysis.pick(cell);
        }}
      />
      <Behind analysis={analysis} ground={ground} />
    </WeekStartContext>
  );
}

/** The people behind the point that was clicked. */
function Behind({
  analysis,
  ground,
}: {
  readonly analysis: ReturnType<typeof useAnalysis<typeof queryMetric>>;
  readonly ground: Parameters<typeof metricPeople>[2];
}) {
  const phone = usePhone();
  const may = useMay();
  const { cell, answer } = analysis;
  const words = cell === undefined || answer.data === undefined ? undefined : metricPeople(answer.data, cell, ground);
  if (cell === undefined || answer.data === undefined || words === undefined || !may("people:read")) return null;
  const close = () => analysis.pick(undefined);
  return (
    <Drawer open closable={false} size={phone ? "100%" : 266} styles={{ body: { padding: 0 } }} onClose={close}>
      <PeoplePane kind="metric" people={listMetricPeople} query={answer.data.query} cell={cell} words={words} onClose={close} />
    </Drawer>
  );
}
