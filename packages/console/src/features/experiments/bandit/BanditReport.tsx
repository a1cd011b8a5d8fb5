import { experimentBandit, exportExperimentBandit, type ExperimentBandit } from "@terrace/contract/api/experiment-bandit";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { DownloadOutlined } from "@ant-design/icons";
import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { Button } from "antd";
import { routeUrl } from "../../../app/api/client.ts";
import { useCall } from "../../../app/api/use-call.ts";
import { useLanguage, useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../../ui/chart/ChartPanel.tsx";
import type { TimeSpec } from "../../../ui/chart/chart-spec.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { ArmsTable } from "./ArmsTable.tsx";
import { BanditFigures } from "./BanditFigures.tsx";
import "./bandit.css";
import { PeriodsPanel } from "./PeriodsPanel.tsx";

type Props = { readonly experiment: ExperimentView; readonly nameOf: (metric: number) => string };

/** A bandit's shares now and over time, what they follow from, and what was won by them. */
export function BanditReport({ experiment, nameOf }: Props) {
  const text = useText();
  const query = useCall(experimentBandit, { params: { ...useWorkspaceParams(), experiment: experiment.id }, body: {} });
  if (query.data === undefined)
    return (
      <Panel title={text("experiments.bandit.now")}>
        <QueryView query={query} skeleton={6}>
          {() => null}
        </QueryView>
      </Panel>
    );
  const report = query.data;
  return (
    <>
      <Panel title={text("experiments.bandit.now")} count={nameOf(report.metric)} flush extra={<DownloadReport experiment={experiment} />}>
        <BanditFigures experiment={experiment} report={report} />
        <ArmsTable experiment={experiment} report={report} />
        <p className="small muted bandit-note">{text("experiments.bandit.say")}</p>
      </Panel>
      <SharesChart experiment={experiment} report={report} />
      <PeriodsPanel experiment={experiment} report={report} />
    </>
  );
}

function DownloadReport({ experiment: { id, key } }: Pick<Props, "experiment">) {
  const text = useText();
  const language = useLanguage();
  const params = { ...useWorkspaceParams(), experiment: id };
  return (
    <Button
      type="text"
      size="small"
      icon={<DownloadOutlined />}
      href={routeUrl(exportExperimentBandit, params, { language })}
      download={`${key}-bandit.csv`}
    >
      {text("experiments.bandit.download")}
    </Button>
  );
}

/** Of more periods than this bars would be too thin to be told apart. */
const BARS_MAX = 60;

function SharesChart({ experiment, report: { periods } }: { readonly experiment: ExperimentView; readonly report: ExperimentBandit }) {
  const text = useText();
  const format = useFormat();
  const spec: TimeSpec = {
    kind: "time",
    // Shares stay as they are for a period: no line leads from one to the next.
    shape: periods.length > BARS_MAX ? "stackedArea" : "stacked",
    categories: periods.map(({ from }) => format.dayTimeWords(from)),
    ticks: periods.map(({ from }) => format.day(from).slice(5)),
    series: experiment.definition.variants.map(({ key, name }, at) => ({
      key,
      name,
      style: "solid",
      values: periods.map(({ parts }) => (parts[at] ?? 0) / BUCKETS),
    })),
    measure: format.measure("share"),
    summary: text("experiments.bandit.sharesSummary", { count: periods.length }),
  };
  return <ChartPanel title={text("experiments.bandit.shares")} spec={spec} height={220} />;
}
