import { listGoals } from "@terrace/contract/api/goals";
import { queryMetric } from "@terrace/contract/api/insight-metric";
import type { BoardSettings } from "@terrace/contract/api/dashboards";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { overrideQuery } from "@terrace/domain/insight/boards/override-query";
import type { JsonObject } from "@terrace/domain/json";
import { looseInput, type CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChangeText } from "../../ui/ChangeText.tsx";
import type { TimeSpec } from "../../ui/chart/chart-spec.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { pointsChange } from "../../ui/format/measures.ts";
import { changeOf } from "../../ui/format/numbers.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import { intervalName, intervalTick } from "../insight/frame/interval-names.ts";
import { goalDays } from "../metrics/goal-days.ts";
import { GoalBar } from "../metrics/GoalBar.tsx";
import { TileChart } from "./TileChart.tsx";
import { overridesOf } from "./use-board.ts";
import { useMetrics } from "./use-metrics.ts";

type Props = { readonly metric: string; readonly as: "figure" | "line"; readonly settings: BoardSettings; readonly height: number };
type Answer = CallAnswer<typeof queryMetric>;
type Line = Answer["metrics"][number]["lines"][number];

/** What a tile with a metric shows: its figure with change and goal, or its course. */
export function MetricBody({ metric: id, as, settings, height }: Props) {
  const text = useText();
  const metrics = useMetrics();
  const metric = metrics?.get(id);
  const asked = { period: { last: 30, unit: "day" }, interval: "day", metrics: [{ metric: id }], compare: true };
  const body = overrideQuery(asked, overridesOf(settings));
  const answer = useMetricAnswer(body, { enabled: metric !== undefined, refreshSeconds: settings.refreshSeconds });
  if (metrics !== undefined && metric === undefined) return <EmptyState text={text("dashboards.noMetric")} />;
  return (
    <QueryView query={answer} skeleton={2}>
      {(data) => (metric === undefined ? null : <Answered answer={data} metric={metric} as={as} height={height} />)}
    </QueryView>
  );
}

function useMetricAnswer(body: JsonObject, { enabled, refreshSeconds }: { readonly enabled: boolean; readonly refreshSeconds: number }) {
  return useCall(
    queryMetric,
    // A dashboard's filters are JSON, which the server reads.
    looseInput<typeof queryMetric>({ params: useWorkspaceParams(), body }),
    { enabled, keepPrevious: true, staleMs: 60_000, ...(refreshSeconds === 0 ? {} : { refetchMs: refreshSeconds * 1_000 }) },
  );
}

function Answered({ answer, metric, as, height }: { readonly answer: Answer; readonly metric: MetricView } & Pick<Props, "as" | "height">) {
  const text = useText();
  const format = useFormat();
  const line = answer.metrics[0]?.lines[0];
  const measure = format.measure(metric.unit);
  const why = line?.why?.total ?? undefined;
  const without =
    why !== undefined
      ? text(`metrics.why.${why}`)
      : text(dividesByNothing(metric, line) ? "dashboards.nothingNow" : "dashboards.nothingYet");
  if (line === undefined || (line.total === null && as === "line")) return <EmptyState text={without} />;
  if (as === "line") {
    const spec: TimeSpec = {
      kind: "time",
      shape: "line",
      categories: answer.intervals.map((interval) => intervalName(interval, "day", format)),
      ticks: answer.intervals.map((interval) => intervalTick(interval, "day")),
      series: [
        { key: metric.id, name: text("dashboards.thisPeriod"), values: line.points, style: "solid" },
        ...(line.previous === undefined
          ? []
          : [
              {
                key: "before",
                name: text("insight.previousPeriod"),
                values: line.previous.points,
                style: "dashed" as const,
                of: metric.id,
              },
            ]),
      ],
      measure,
      unfinished: answer.intervals.map(({ complete }) => !complete),
      summary: text("dashboards.metricSummary", { total: measure.short(line.total) }),
    };
    return <TileChart spec={spec} height={height} />;
  }
  return (
    <dl className="metric-tile">
      <dd className="metric-value" title={measure.exact(line.total)}>
        {measure.short(line.total)}
      </dd>
      <dd className="small muted">{line.total === null ? without : <Change line={line} metric={metric} />}</dd>
      <Goal metric={metric} />
    </dl>
  );
}

/** Whether a figure is unknown because there was nothing to divide by in the period; its events may have come at other times. */
function dividesByNothing({ definition }: MetricView, line: Line | undefined): boolean {
  return line?.basis?.denominator.total === 0 || definition?.kind === "ratio" || definition?.kind === "formula";
}

function Change({ line, metric }: { readonly line: Line; readonly metric: MetricView }) {
  const text = useText();
  const { total, previous } = line;
  if (total === null || previous?.total === null || previous === undefined) return <>{text("dashboards.noComparison")}</>;
  const better = metric.better === "neutral" ? "neither" : metric.better;
  const change = metric.unit === "share" ? pointsChange(total, previous.total) : changeOf(total, previous.total);
  if (change === undefined) return <>{text("dashboards.noComparison")}</>;
  return (
    <>
      <ChangeText change={change} better={better} /> {text("dashboards.againstBefore")}
    </>
  );
}

/** How far the goal of today's period is reached, where there is one. */
function Goal({ metric }: { readonly metric: MetricView }) {
  const text = useText();
  const format = useFormat();
  const today = format.day(Date.now());
  const goals = useCall(listGoals, { params: useWorkspaceParams(), query: { metric: metric.id, on: today } }, { staleMs: 60_000 });
  const [goal] = goals.data?.items ?? [];
  if (goal === undefined) return null;
  return (
    <dd className="small" title={goal.owner}>
      <GoalBar
        goal={goal}
        metric={metric}
        target={`${text("goals.target", { target: format.measure(metric.unit).short(goal.target) })} · ${goalDays(goal, format)}`}
      />
    </dd>
  );
}
