import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { EXPERIMENT_METRICS_MAX, WINDOW_DAYS_MAX } from "@terrace/contract/api/insight-experiment";
import { METRIC_ROLES } from "@terrace/domain/experiments/experiment";
import { Button, Checkbox, InputNumber, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { useMetricOptions, useMetrics } from "../dashboards/use-metrics.ts";
import { newMetric, WINSORISED, type MetricDraft, type PartProps } from "./experiment-draft.ts";

const SIDES = ["up", "down"] as const;
/** Quantiles that can be chosen; others are given over the API. */
const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99] as const;
/** What stands for the mean or share in the choice of how a metric is told. */
const MEAN = 0;
const MEDIAN = 0.5;

function percentOf(share: number): string {
  return String(Number((share * 100).toFixed(4)));
}

type EditorProps = PartProps & {
  /** So many of the first metrics stay as they are. */
  readonly locked: number;
};

/** The metrics, what each is for, which way is good, and in how many days after exposure. After the start only guardrails can be added. */
export function MetricsEditor({ draft, edit, isLocked, locked }: EditorProps) {
  const text = useText();
  const { metrics } = draft;
  const change = (at: number, next: Partial<MetricDraft>) =>
    edit({ metrics: metrics.map((metric, index) => (index === at ? { ...metric, ...next } : metric)) });
  return (
    <Panel title={text("experiments.metrics")}>
      <p className="muted experiment-note">
        {text("experiments.metricsNote")} {text("experiments.toldNote")}
      </p>
      {metrics.map((metric, at) => (
        <MetricRow
          key={at}
          metric={metric}
          at={at}
          isLocked={at < locked}
          isGuardrail={isLocked}
          isAlone={metrics.length === 1}
          onChange={(next) => change(at, next)}
          onRemove={() => edit({ metrics: metrics.filter((_, index) => index !== at) })}
        />
      ))}
      <Button
        icon={<PlusOutlined />}
        disabled={metrics.length >= EXPERIMENT_METRICS_MAX}
        onClick={() =>
          edit({
            metrics: [...metrics, newMetric(isLocked ? "guardrail" : "secondary")],
          })
        }
      >
        {text("experiments.addMetric")}
      </Button>
    </Panel>
  );
}

type RowProps = {
  readonly metric: MetricDraft;
  readonly at: number;
  readonly isLocked: boolean;
  /** It can be nothing else. */
  readonly isGuardrail: boolean;
  readonly isAlone: boolean;
  readonly onChange: (next: Partial<MetricDraft>) => void;
  readonly onRemove: () => void;
};

function MetricRow({ metric, at, isLocked, isGuardrail, isAlone, onChange, onRemove }: RowProps) {
  const text = useText();
  const options = useMetricOptions();
  const known = useMetrics();
  const labelled = (what: string) => `${what} ${at + 1}`;
  return (
    <div className="experiment-metric">
      <Select
        aria-label={labelled(text("experiments.metric"))}
        placeholder={text("experiments.metric")}
        showSearch={{ optionFilterProp: "label" }}
        disabled={isLocked}
        value={metric.metric ?? null}
        onChange={(id: string) => onChange({ metric: id, better: known?.get(id)?.better === "down" ? "down" : "up" })}
        options={options}
        {...(metric.metric === undefined && metric.own !== undefined ? { placeholder: text("experiments.ownMetric") } : {})}
      />
      <Select<number>
        aria-label={labelled(text("experiments.told"))}
        disabled={isLocked}
        value={metric.quantile ?? MEAN}
        onChange={(level) => onChange({ quantile: level === MEAN ? null : level })}
        options={[MEAN, ...new Set([...QUANTILES, ...(metric.quantile === null ? [] : [metric.quantile])])].map((value) => ({
          value,
          label:
            value === MEAN
              ? text("experiments.told.mean")
              : text(value === MEDIAN ? "experiments.told.median" : "experiments.told.quantile", { level: percentOf(value) }),
        }))}
      />
      <Select
        aria-label={labelled(text("experiments.role"))}
        disabled={isLocked || isGuardrail}
        value={metric.role}
        onChange={(role) => onChange({ role })}
        options={METRIC_ROLES.map((value) => ({ value, label: text(`experiments.role.${value}`) }))}
      />
      <Select
        aria-label={labelled(text("experiments.better"))}
        disabled={isLocked}
        value={metric.better}
        onChange={(better) => onChange({ better })}
        options={SIDES.map((value) => ({ value, label: text(`experiments.better.${value}`) }))}
      />
      <InputNumber
        aria-label={labelled(text("experiments.window"))}
        min={1}
        max={WINDOW_DAYS_MAX}
        precision={0}
        disabled={isLocked}
        placeholder={text("experiments.wholeTime")}
        suffix={text("experiments.daysAfter")}
        value={metric.windowDays}
        onChange={(windowDays) => onChange({ windowDays })}
      />
      <Checkbox
        disabled={isLocked}
        checked={metric.winsorise !== null}
        onChange={({ target }) => onChange({ winsorise: target.checked ? WINSORISED : null })}
      >
        {text("experiments.winsorise", { share: percentOf(1 - (metric.winsorise ?? WINSORISED)) })}
      </Checkbox>
      <Button
        type="text"
        icon={<CloseOutlined />}
        disabled={isLocked || isAlone}
        aria-label={text("experiments.takeOut", { name: labelled(text("experiments.metric")) })}
        onClick={onRemove}
      />
    </div>
  );
}
