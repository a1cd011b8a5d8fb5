import type { ExperimentResults, ExperimentView } from "@terrace/contract/api/experiments";
import { Button, Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { MISSING } from "../../ui/format/numbers.ts";
import { EffectCells } from "../effects/EffectCells.tsx";
import { EffectsTable } from "../effects/EffectsTable.tsx";
import { effectWriter, probabilityWords, reachOf, unitOf } from "../effects/effect-words.ts";

type Props = {
  readonly experiment: ExperimentView;
  readonly results: ExperimentResults;
  readonly nameOf: (metric: number) => string;
  /** Looks at the people of a variant; none for whoever may not. */
  readonly onPeople: ((variant: string) => void) | undefined;
};

/** Each metric in each variant: what it came to, and its effect against the first with where it lies. */
export function ResultsTable(props: Props) {
  const text = useText();
  const { experiment, results } = props;
  const { difference, level, method } = experiment.definition;
  const columns = [
    { title: text("experiments.metric") },
    { title: text("experiments.variant") },
    { title: text("experiments.people"), figure: true },
    { title: text("experiments.value"), figure: true },
    { title: text(`experiments.effect.${difference}`), figure: true },
    { title: text("experiments.interval", { level: `${(level * 100).toFixed(0)}%` }) },
    { title: text(method === "bayesian" ? "experiments.chance" : "experiments.p"), figure: true },
  ];
  return (
    <EffectsTable label={text("experiments.results")} columns={columns}>
      {results.metrics.map((_, at) => (
        <MetricRows key={at} {...props} at={at} />
      ))}
    </EffectsTable>
  );
}

function MetricRows({ experiment, results, nameOf, onPeople, at }: Props & { readonly at: number }) {
  const text = useText();
  const format = useFormat();
  const metric = results.metrics[at];
  const asked = experiment.definition.metrics[at];
  if (metric === undefined || asked === undefined) return null;
  const write = effectWriter(experiment.definition.difference, metric, format.measure);
  const measure = format.measure(unitOf(metric));
  const reach = reachOf(metric.variants.map(({ effect }) => effect));
  const names = experiment.definition.variants;
  const isCalled = results.verdict.kind !== "too_early" && results.verdict.kind !== "split_off";
  return (
    <tbody>
      {metric.variants.map(({ n, waiting, value, effect, untold }, variant) => (
        <tr key={names[variant]?.key ?? variant}>
          {variant === 0 ? (
            <th scope="rowgroup" rowSpan={metric.variants.length}>
              <span className="strong">{nameOf(at)}</span>
              <span className="small muted experiment-how">
                <Tag>{text(`experiments.role.${asked.role}`)}</Tag>
                {text(`experiments.statistic.${metric.statistic}`)}
                {asked.windowDays === null ? "" : ` · ${text("experiments.within", { count: asked.windowDays })}`}
              </span>
            </th>
          ) : null}
          <td>{names[variant]?.name}</td>
          <td className="figure" title={waiting === 0 ? "" : text("experiments.waiting", { count: format.count(waiting) })}>
            {onPeople === undefined ? (
              format.count(n)
            ) : (
              <Button type="link" size="small" className="experiment-people" onClick={() => onPeople(names[variant]?.key ?? "")}>
                {format.count(n)}
              </Button>
            )}
          </td>
          <td className="figure" title={measure.exact(value)}>
            {measure.short(value)}
          </td>
          {variant === 0 ? (
            <td colSpan={3} className="muted small">
              {text("experiments.baseline")}
            </td>
          ) : effect === null ? (
            <td colSpan={3} className="muted small">
              {untold === null ? MISSING : text(`experiments.untold.${untold}`)}
            </td>
          ) : (
            <>
              <EffectCells
                effect={effect}
                call={isCalled ? effect.call : undefined}
                said={isCalled ? text(`experiments.call.${effect.call}`) : ""}
                write={write}
                reach={reach}
              />
              <td className="figure">
                {effect.chanceToWin === null ? probabilityWords(effect.pAdjusted) : `${(effect.chanceToWin * 100).toFixed(1)}%`}
              </td>
            </>
          )}
        </tr>
      ))}
    </tbody>
  );
}
