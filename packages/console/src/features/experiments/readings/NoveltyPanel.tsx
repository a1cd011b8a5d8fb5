import { experimentNovelty, type ExperimentNovelty } from "@terrace/contract/api/experiment-readings";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { Select } from "antd";
import { useState } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../../ui/chart/ChartPanel.tsx";
import type { TimeSpec } from "../../../ui/chart/chart-spec.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FaultAlert } from "../../../ui/FaultAlert.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { DelayedSkeleton } from "../../../ui/QueryView.tsx";
import { READING_STALE_MS } from "./reading-stale.ts";
import "./readings.css";
import { effectMeasure, effectWriter, probabilitySaid } from "../../effects/effect-words.ts";

type Props = { readonly experiment: ExperimentView; readonly nameOf: (metric: number) => string };
type Told = NonNullable<ExperimentNovelty["metrics"][number]>;

/** The effect by day since a person's own exposure, and whether it fades: what is new wears off. */
export function NoveltyPanel({ experiment, nameOf }: Props) {
  const text = useText();
  const [at, setAt] = useState(0);
  const query = useCall(
    experimentNovelty,
    { params: { ...useWorkspaceParams(), experiment: experiment.id }, body: {} },
    { staleMs: READING_STALE_MS },
  );
  const title = text("experiments.novelty");
  const told = query.data?.metrics[at] ?? undefined;
  const choose = (
    <Select
      className="experiment-choice"
      aria-label={text("experiments.novelty.metric")}
      value={at}
      onChange={setAt}
      popupMatchSelectWidth={false}
      options={experiment.definition.metrics.map((_, index) => ({ value: index, label: nameOf(index) }))}
    />
  );
  const spec = useSpec(experiment, told, nameOf(at));
  if (query.error !== null && query.data === undefined)
    return (
      <Panel title={title}>
        <FaultAlert error={query.error} onRetry={() => void query.refetch()} />
      </Panel>
    );
  const isTold = told?.variants.some(({ days }) => days.some(({ effect }) => effect !== null)) ?? false;
  if (query.data !== undefined && !isTold)
    return (
      <Panel title={title} extra={choose}>
        <EmptyState text={text(told === undefined ? "experiments.novelty.untold" : "experiments.novelty.none")} />
      </Panel>
    );
  return (
    <>
      <ChartPanel title={title} spec={spec} loading={<DelayedSkeleton shape={6} />} extra={choose} height={220} />
      {told === undefined ? null : <Trends experiment={experiment} told={told} />}
    </>
  );
}

function useSpec({ definition: { variants, difference } }: ExperimentView, told: Told | undefined, name: string): TimeSpec | undefined {
  const text = useText();
  const format = useFormat();
  if (told === undefined) return undefined;
  const days = told.variants[0]?.days ?? [];
  return {
    kind: "time",
    shape: "line",
    categories: days.map(({ day }) => text("experiments.novelty.day", { number: day + 1 })),
    ticks: days.map(({ day }) => String(day + 1)),
    series: variants.slice(1).map((variant, index) => {
      const effects = (told.variants[index + 1]?.days ?? []).map(({ effect }) => effect);
      return {
        key: variant.key,
        name: variant.name,
        style: "solid",
        values: effects.map((effect) => effect?.estimate ?? null),
        band: { low: effects.map((effect) => effect?.low ?? null), high: effects.map((effect) => effect?.high ?? null) },
      };
    }),
    measure: effectMeasure(difference, told, format.measure),
    level: { value: 0, text: "0" },
    summary: text("experiments.novelty.summary", { name, count: days.length }),
  };
}

/** Whether the effect of each variant fades, in a sentence. */
function Trends({ experiment: { definition }, told }: { readonly experiment: ExperimentView; readonly told: Told }) {
  const text = useText();
  const format = useFormat();
  const write = effectWriter(definition.difference, told, format.measure);
  const sentences = told.variants.flatMap(({ trend }, variant) =>
    trend === null
      ? []
      : [
          text(`experiments.novelty.trend.${trend.call}`, {
            name: definition.variants[variant]?.name ?? "",
            slope: write(trend.slope),
            p: probabilitySaid(trend.pAdjusted),
            people: format.count(trend.n),
          }),
        ],
  );
  return (
    <Panel>
      {sentences.length === 0 ? <p className="muted">{text("experiments.novelty.noTrend")}</p> : null}
      {sentences.map((sentence) => (
        <p key={sentence} className="experiment-sentence">
          {sentence}
        </p>
      ))}
      <p className="small muted">{text("experiments.novelty.note")}</p>
    </Panel>
  );
}
