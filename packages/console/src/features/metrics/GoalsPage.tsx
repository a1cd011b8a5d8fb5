import { listGoals, type Goal } from "@terrace/contract/api/goals";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { listMetrics } from "@terrace/contract/api/metrics";
import { Button } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { goalDays } from "./goal-days.ts";
import { GoalBar } from "./GoalBar.tsx";
import { inLanguage } from "./metric-words.ts";

const TIMES = ["now", "later", "past"] as const;

/** All goals: those that run, those to come, those that are over. A goal is set on the page of its metric. */
export function GoalsPage() {
  const text = useText();
  const link = useLink();
  const params = useWorkspaceParams();
  const goals = useCall(listGoals, { params, query: {} });
  const metrics = useCall(listMetrics, { params });
  const known = new Map(metrics.data?.items.map((metric) => [metric.id, metric]));
  const today = useFormat().day(Date.now());
  return (
    <>
      <PageHeader
        title={text("goals.title")}
        meta={<span>{text("goals.intro")}</span>}
        actions={
          (goals.data?.items.length ?? 0) === 0 ? null : (
            <Link to={link("insight/metrics")}>
              <Button>{text("goals.chooseMetric")}</Button>
            </Link>
          )
        }
      />
      <QueryView query={goals} skeleton={5}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <EmptyState
                text={text("goals.none")}
                action={
                  <Link to={link("insight/metrics")}>
                    <Button type="primary">{text("goals.chooseMetric")}</Button>
                  </Link>
                }
              />
            </Panel>
          ) : (
            <div className="stack">
              {TIMES.map((time) => (
                <Goals
                  key={time}
                  title={text(`goals.time.${time}`)}
                  goals={items.filter((goal) => timeOf(goal, today) === time)}
                  known={known}
                />
              ))}
            </div>
          )
        }
      </QueryView>
    </>
  );
}

function timeOf({ startsOn, endsBefore }: Goal, today: string): (typeof TIMES)[number] {
  if (startsOn > today) return "later";
  return endsBefore > today ? "now" : "past";
}

type GoalsProps = { readonly title: string; readonly goals: readonly Goal[]; readonly known: ReadonlyMap<string, MetricView> };

function Goals({ title, goals, known }: GoalsProps) {
  if (goals.length === 0) return null;
  return (
    <Panel title={title}>
      <ul className="goal-list">
        {goals.map((goal) => (
          <GoalLine key={goal.id} goal={goal} metric={known.get(goal.metric)} />
        ))}
      </ul>
    </Panel>
  );
}

function GoalLine({ goal, metric }: { readonly goal: Goal; readonly metric: MetricView | undefined }) {
  const text = useText();
  const language = useLanguage();
  const format = useFormat();
  const link = useLink();
  const days = goalDays(goal, format);
  return (
    <li>
      <div className="row">
        <Link className="strong" to={link(`insight/metrics/${goal.metric}`)}>
          {metric === undefined ? goal.metric : inLanguage(metric.name, language)}
        </Link>
        {metric === undefined ? null : <span>{text("goals.target", { target: format.measure(metric.unit).short(goal.target) })}</span>}
        <span className="small muted grow">{[days, goal.owner, goal.note].filter((part) => part !== "").join(" · ")}</span>
      </div>
      {metric === undefined ? null : <GoalBar goal={goal} metric={metric} />}
    </li>
  );
}
