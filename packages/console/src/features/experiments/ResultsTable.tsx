import type { ExperimentResults, ExperimentView } from "@terrace/contract/api/experiments";
import { Button, Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { MISSING } from "../../ui/format/numbers.ts";
import { effectWriter, probabilityWords, reachOf, unitOf, type ToldEffect } from "./effect-words.ts";
import { IntervalBar } from "./IntervalBar.tsx";

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
  return (
    <div className="experiment-scroll">
      <table className="plain-table experiment-results" aria-label={text("experiments.results")}>
        <thead>
          <tr>
            <th scope="col">{text("experiments.metric")}</th>
            <th scope="col">{text("experiments.variant")}</th>
            <th scope="col" className="figure">
              {text("experiments.people")}
            </th>
            <th scope="col" className="figure">
              {text("experiments.value")}
            </th>
            <th scope="col" className="figure">
              {text(`experiments.effect.${experiment.definition.difference}`)}
            </th>
            <th scope="col">{text("experiments.interval", { level: `${(experiment.definition.level * 100).toFixed(0)}%` })}</th>
            <th scope="col" className="figure">
              {text(experiment.definition.method === "bayesian" ? "experiments.chance" : "experiments.p")}
            </th>
          </tr>
        </thead>
        {results.metrics.map((_, at) => (
          <MetricRows key={at} {...props} at={at} />
        ))}
      </table>
    </div>
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
            <EffectCells effect={effect} write={write} reach={reach} isCalled={isCalled} />
          )}
        </tr>
      ))}
    </tbody>
  );
}

function EffectCells({
  effect,
  write,
  reach,
  isCalled,
}: {
  readonly effect: ToldEffect;
  readonly write: (value: number) => string;
  readonly reach: number;
  /** Whether it may be said which way it went. */
  readonly isCalled: boolean;
}) {
  const text = useText();
  const { estimate, low, high, pAdjusted, chanceToWin } = effect;
  const call = isCalled ? effect.call : undefined;
  const tone = call === "better" ? "change-good" : call === "worse" ? "change-bad" : "muted";
  const bound = (value: number | null) => (value === null ? "∞" : write(value));
  const sure = chanceToWin === null ? probabilityWords(pAdjusted) : `${(chanceToWin * 100).toFixed(1)}%`;
  return (
    <>
      <td className={`figure ${tone}`}>
        <span className="strong">{write(estimate)}</span>{" "}
        <span className="small">{call === undefined ? "" : text(`experiments.call.${call}`)}</span>
      </td>
      <td>
        <IntervalBar effect={effect} reach={reach} />
        <span className="small muted">
          {bound(low)} – {bound(high)}
        </span>
      </td>
      <td className="figure">{sure}</td>
    </>
  );
}
