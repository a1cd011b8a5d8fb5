import type { Goal } from "@terrace/contract/api/goals";
import { queryMetric } from "@terrace/contract/api/insight-metric";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { Progress, Skeleton } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import { paceOf, type Pace } from "./goal-pace.ts";
import "./goals.css";

type Props = {
  readonly goal: Goal;
  readonly metric: Pick<MetricView, "id" | "unit" | "better">;
  /** What is to be reached, where nothing beside the bar says it: then one short line below the bar holds all. */
  readonly target?: string;
};

/** How far a goal is reached, with a tick where it would be if every day brought as much. */
export function GoalBar({ goal, metric, target }: Props) {
  const text = useText();
  const format = useFormat();
  const now = Date.now();
  const today = format.day(now);
  const begun = goal.startsOn <= today;
  const answer = useCall(
    queryMetric,
    {
      params: useWorkspaceParams(),
      body: {
        period: { from: goal.startsOn, to: goal.endsBefore },
        // Told in whole intervals: these fill the period of every goal.
        interval: goal.unit === "year" ? "month" : "day",
        metrics: [{ metric: metric.id }],
      },
    },
    { enabled: begun, staleMs: 60_000 },
  );
  if (!begun) return <span className="small muted">{text("goals.notBegun")}</span>;
  if (answer.error !== null) return <FaultAlert error={answer.error} onRetry={() => void answer.refetch()} />;
  const line = answer.data?.metrics[0]?.lines[0];
  // An empty bar would say that nothing is reached.
  if (line === undefined) return <Skeleton.Input active block size="small" className="goal-waits" />;
  if (line.total === null) return <span className="small muted">{text("metrics.unknown")}</span>;
  const pace = paceOf({
    goal,
    reached: line.total,
    unit: metric.unit,
    isQuotient: line.basis !== undefined,
    better: metric.better,
    today,
    ofToday: partOfDay(now, format.timeZone),
  });
  const isLate = pace.state === "over" || (pace.state === "behind" && pace.expected !== undefined);
  const words = text("goals.reached", { reached: format.measure(metric.unit).short(line.total), share: formatShare(pace.share) });
  return (
    <div className={target === undefined ? "goal-bar-line" : "goal-bar-line goal-bar-tile"}>
      <span className="goal-bar">
        <Progress
          percent={Math.round(Math.min(Math.max(pace.share, 0), 1) * 1000) / 10}
          size="small"
          showInfo={false}
          aria-label={words}
          {...(isLate ? { strokeColor: "var(--behind)" } : {})}
        />
        {pace.expected === undefined ? null : (
          <span
            className="goal-tick"
            style={{ left: `${pace.expected * 100}%` }}
            title={text("goals.expected", { share: formatShare(pace.expected) })}
          />
        )}
      </span>
      {target === undefined ? (
        <span className="small">
          {words} · {paceWords(pace, text)}
        </span>
      ) : (
        <span className="goal-bar-words" title={`${target} · ${words} · ${paceWords(pace, text)}`}>
          <span className="muted">{target}</span>
          <b>{formatShare(pace.share)}</b>
        </span>
      )}
    </div>
  );
}

/** `慢 2.1 pp`: how what was reached stands to the plan. */
function paceWords({ state, ahead, expected }: Pace, text: ReturnType<typeof useText>): string {
  // Without a pace there is only reached or not yet.
  if (expected === undefined && (state === "ahead" || state === "behind")) return text(state === "ahead" ? "goals.within" : "goals.notYet");
  return text(`goals.state.${state}`, { points: (Math.abs(ahead) * 100).toFixed(1) });
}

/** Which part of the local day is over. */
function partOfDay(nowMs: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(nowMs);
  const [hour = "0", minute = "0"] = clock.split(":");
  return (Number(hour) * 60 + Number(minute)) / 1440;
}
