import { listExperimentDays, type ExperimentView } from "@terrace/contract/api/experiments";
import { Select } from "antd";
import { useState } from "react";
import type { z } from "zod";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import type { TimeSpec } from "../../ui/chart/chart-spec.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { DelayedSkeleton } from "../../ui/QueryView.tsx";
import { effectMeasure } from "../effects/effect-words.ts";

type Days = z.output<typeof listExperimentDays.response>["days"];

/** The effect of a metric at the end of each day, of everyone exposed until then. */
export function DaysChart({ experiment, nameOf }: { readonly experiment: ExperimentView; readonly nameOf: (metric: number) => string }) {
  const text = useText();
  const format = useFormat();
  const [at, setAt] = useState(0);
  const query = useCall(listExperimentDays, { params: { ...useWorkspaceParams(), experiment: experiment.id } });
  const days = query.data?.days;
  const title = text("experiments.days");
  if (days !== undefined && days.length === 0)
    return (
      <Panel title={title}>
        <EmptyState text={text("experiments.noDays")} />
      </Panel>
    );
  const { difference, variants, metrics } = experiment.definition;
  const choose = (
    <Select
      className="experiment-choice"
      aria-label={text("experiments.metric")}
      value={at}
      onChange={setAt}
      popupMatchSelectWidth={false}
      options={metrics.map((_, index) => ({ value: index, label: nameOf(index) }))}
    />
  );
  if (days?.every((day) => (day.metrics[at]?.variants ?? []).every(({ effect }) => effect === null)) === true)
    return (
      <Panel title={title} extra={choose}>
        <EmptyState text={text("experiments.noDayEffects")} />
      </Panel>
    );
  // No day has told a metric that was just added: then there is no line either.
  const told = days?.flatMap((day) => day.metrics[at] ?? []).at(-1);
  const spec: TimeSpec | undefined =
    days === undefined
      ? undefined
      : {
          kind: "time",
          shape: "line",
          // The end of a day is the beginning of the next.
          categories: days.map(({ until }) => format.dayWords(Date.parse(until) - 1)),
          ticks: days.map(({ until }) => format.day(Date.parse(until) - 1).slice(5)),
          series: variants.slice(1).map(({ key, name }, index) => seriesOf(days, { at, variant: index + 1, key, name })),
          measure: told === undefined ? format.measure("share") : effectMeasure(difference, told, format.measure),
          level: { value: 0, text: "0" },
          summary: text("experiments.daysSummary", { name: nameOf(at), count: days.length }),
        };
  return <ChartPanel title={title} spec={spec} loading={<DelayedSkeleton shape={6} />} extra={choose} />;
}

function seriesOf(
  days: Days,
  { at, variant, key, name }: { readonly at: number; readonly variant: number; readonly key: string; readonly name: string },
): TimeSpec["series"][number] {
  const effects = days.map(({ metrics }) => metrics[at]?.variants[variant]?.effect ?? null);
  return {
    key,
    name,
    style: "solid",
    values: effects.map((effect) => effect?.estimate ?? null),
    band: { low: effects.map((effect) => effect?.low ?? null), high: effects.map((effect) => effect?.high ?? null) },
  };
}
