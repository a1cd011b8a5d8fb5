import type { ExperimentResults, ExperimentView } from "@terrace/contract/api/experiments";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { EffectsTable } from "../effects/EffectsTable.tsx";
import { reachOf } from "../effects/effect-words.ts";
import { useVariantColumns, VariantRows } from "./VariantRows.tsx";

type Props = {
  readonly experiment: ExperimentView;
  readonly results: ExperimentResults;
  readonly nameOf: (metric: number) => string;
  /** Looks at the people of a variant; none for whoever may not. */
  readonly onPeople: ((variant: string) => void) | undefined;
};

/** Each metric in each variant: what it came to, and its effect against the first with where it lies. */
export function ResultsTable({ experiment: { definition }, results, nameOf, onPeople }: Props) {
  const text = useText();
  const columns = [{ title: text("experiments.metric") }, ...useVariantColumns(definition)];
  const isCalled = results.verdict.kind !== "too_early" && results.verdict.kind !== "split_off";
  return (
    <EffectsTable label={text("experiments.results")} columns={columns}>
      {results.metrics.map((metric, at) => {
        const asked = definition.metrics[at];
        return asked === undefined ? null : (
          <VariantRows
            key={at}
            definition={definition}
            head={<MetricHead name={nameOf(at)} asked={asked} statistic={metric.statistic} />}
            metric={metric}
            reach={reachOf(metric.variants.map(({ effect }) => effect))}
            isCalled={isCalled}
            onPeople={onPeople}
          />
        );
      })}
    </EffectsTable>
  );
}

type HeadProps = {
  readonly name: string;
  readonly asked: ExperimentView["definition"]["metrics"][number];
  readonly statistic: ExperimentResults["metrics"][number]["statistic"];
};

function MetricHead({ name, asked, statistic }: HeadProps) {
  const text = useText();
  return (
    <>
      <span className="strong">{name}</span>
      <span className="small muted experiment-how">
        <Tag>{text(`experiments.role.${asked.role}`)}</Tag>
        {text(`experiments.statistic.${statistic}`)}
        {asked.windowDays === null ? "" : ` · ${text("experiments.within", { count: asked.windowDays })}`}
      </span>
    </>
  );
}
