import { PlusOutlined } from "@ant-design/icons";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { METRICS_AT_ONCE, queryMetric } from "@terrace/contract/api/insight-metric";
import { listMetrics } from "@terrace/contract/api/metrics";
import { METRIC_GROUPS } from "@terrace/domain/insight/metrics/metric";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useQueries } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { callRoute, type CallAnswer } from "../../app/api/client.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChangeText } from "../../ui/ChangeText.tsx";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { Sparkline } from "../../ui/Sparkline.tsx";
import type { StartFacts } from "../insight/frame/use-start-facts.ts";
import { useStartFacts } from "../insight/frame/use-start-facts.ts";
import { usePeriodWords } from "../insight/frame/use-period-words.ts";
import { betterOf, changeOfMetric, chunksOf, inLanguage } from "./metric-words.ts";
import { useFormula } from "./use-formula.ts";
import "./metrics.css";

type Told = CallAnswer<typeof queryMetric>["metrics"][number]["lines"][number];
type Row = { readonly metric: MetricView; readonly told: Told | undefined };
const GROUPS = [...METRIC_GROUPS, "own"] as const;
type Group = (typeof GROUPS)[number];
const rowKey = ({ metric }: Row) => metric.id;

/** All metrics by group, with what they came to lately. */
export function MetricsPage() {
  const text = useText();
  const language = useLanguage();
  const may = useMay();
  const link = useLink();
  const [params, setParams] = useSearchParams();
  const [search, setSearch] = useState("");
  const group = GROUPS.find((one) => one === params.get("group")) ?? "growth";
  const metrics = useCall(listMetrics, { params: useWorkspaceParams() });
  const facts = useStartFacts();
  const wanted = search.trim().toLowerCase();
  const matches = ({ name, formula, id }: MetricView): boolean =>
    [name.zh, name.en, inLanguage(formula, language), id].some((each) => each.toLowerCase().includes(wanted));
  return (
    <>
      <PageHeader
        title={text("nav.metrics")}
        meta={<span>{text("metrics.intro")}</span>}
        actions={
          <>
            <Link to={link("insight/metrics/business-events")}>
              <Button>{text("metrics.businessEvents")}</Button>
            </Link>
            {may("metrics:write") ? (
              <Link to={link("insight/metrics/new")}>
                <Button type="primary" icon={<PlusOutlined />}>
                  {text("metrics.new")}
                </Button>
              </Link>
            ) : null}
          </>
        }
      />
      <Panel flush>
        <div className="filter-row">
          <Segmented<Group>
            className="metric-groups"
            value={group}
            disabled={wanted !== ""}
            onChange={(next) => setParams({ group: next }, { replace: true })}
            options={GROUPS.map((one) => ({ value: one, label: text(`metrics.group.${one}`) }))}
          />
          <SearchInput label={text("metrics.search")} value={search} onChange={setSearch} />
        </div>
        <QueryView query={metrics} skeleton={8}>
          {({ items }) => (
            <MetricRows
              metrics={items.filter((metric) => (wanted === "" ? (metric.group ?? "own") === group : matches(metric)))}
              facts={facts}
              empty={text(wanted === "" ? "metrics.noOwn" : "metrics.noMatch")}
            />
          )}
        </QueryView>
      </Panel>
    </>
  );
}

type RowsProps = { readonly metrics: readonly MetricView[]; readonly facts: StartFacts | undefined; readonly empty: string };

function MetricRows({ metrics, facts, empty }: RowsProps) {
  const text = useText();
  const language = useLanguage();
  const link = useLink();
  const navigate = useNavigate();
  const formula = useFormula();
  const told = useTold(metrics, facts);
  const words = usePeriodWords()(wholeDays(facts));
  const rows = metrics.map((metric, at): Row => ({ metric, told: told[at] }));
  const open = ({ metric }: Row) => link(`insight/metrics/${metric.id}`);
  const columns: readonly DataColumn<Row>[] = [
    {
      key: "name",
      title: text("metrics.metric"),
      render: (row) => (
        <div className="metric-name">
          <Link to={open(row)}>{inLanguage(row.metric.name, language)}</Link>
          <span className="small muted">{formula(row.metric)}</span>
        </div>
      ),
    },
    { key: "unit", title: text("metrics.unit"), width: 76, render: ({ metric }) => text(`metrics.unit.${metric.unit}`) },
    { key: "better", title: text("metrics.better"), width: 104, render: ({ metric }) => text(`metrics.better.${metric.better}`) },
    { key: "line", title: "", width: 92, render: ({ told: line }) => <Shape line={line} /> },
    {
      key: "value",
      title: words.name === "" ? <span className="metric-period">{words.range}</span> : words.name,
      width: 132,
      figure: true,
      render: (row) => <Value row={row} />,
    },
    { key: "change", title: text("insight.change"), width: 96, figure: true, render: (row) => <Change row={row} /> },
  ];
  return (
    <DataTable<Row>
      label={text("nav.metrics")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      onOpen={(row) => void navigate(open(row))}
      minWidth={860}
      empty={<EmptyState text={empty} />}
      phoneRow={(row) => ({
        title: inLanguage(row.metric.name, language),
        detail: <span className="metric-formula">{formula(row.metric)}</span>,
        figures: (
          <span className="metric-lately">
            <Shape line={row.told} />
            <b>
              <Value row={row} />
            </b>
            <small>
              <Change row={row} />
            </small>
          </span>
        ),
      })}
    />
  );
}

/** The figures of all metrics shown, asked by so many as one question takes. */
function useTold(metrics: readonly MetricView[], facts: StartFacts | undefined): readonly (Told | undefined)[] {
  const params = useWorkspaceParams();
  const body = { period: wholeDays(facts), interval: "day" as const, compare: true };
  return useQueries({
    queries: chunksOf(metrics, METRICS_AT_ONCE).map((chunk) => {
      const input = { params, body: { ...body, metrics: chunk.map(({ id }) => ({ metric: id })) } };
      return {
        queryKey: [queryMetric.id, input],
        queryFn: ({ signal }: { readonly signal: AbortSignal }) => callRoute(queryMetric, { ...input, signal }),
        enabled: facts !== undefined,
        staleTime: 60_000,
      };
    }),
    combine: (answers) =>
      answers.flatMap(({ data }, at) =>
        metrics.slice(at * METRICS_AT_ONCE, (at + 1) * METRICS_AT_ONCE).map((_, index) => data?.metrics[index]?.lines[0]),
      ),
  });
}

/** Days that are over: a day just begun would look like a fall. */
function wholeDays(facts: StartFacts | undefined): AskedPeriod {
  const period = facts?.period ?? { last: 30, unit: "day" };
  return "last" in period ? { ...period, complete: true } : period;
}

function Shape({ line }: { readonly line: Told | undefined }) {
  return <Sparkline values={(line?.points ?? []).filter((point) => point !== null)} />;
}

function Value({ row: { metric, told } }: { readonly row: Row }) {
  const format = useFormat();
  if (told === undefined) return <span className="muted">…</span>;
  const measure = format.measure(metric.unit);
  return <span title={measure.exact(told.total)}>{measure.short(told.total)}</span>;
}

function Change({ row: { metric, told } }: { readonly row: Row }) {
  // Until the figures are there nothing is missing.
  if (told === undefined) return null;
  const change = changeOfMetric(metric, told);
  return change === undefined ? <span className="muted">—</span> : <ChangeText change={change} better={betterOf(metric.better)} />;
}
