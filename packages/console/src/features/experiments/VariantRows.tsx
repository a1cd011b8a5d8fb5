import type { ExperimentResults, ExperimentView } from "@terrace/contract/api/experiments";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { MISSING } from "../../ui/format/numbers.ts";
import { EffectCells } from "../effects/EffectCells.tsx";
import { effectWriter, probabilityWords, unitOf } from "../effects/effect-words.ts";

type Told = ExperimentResults["metrics"][number];
type Definition = ExperimentView["definition"];
type Props = {
  readonly definition: Definition;
  /** What the rows are told of: a metric, a group. */
  readonly head: ReactNode;
  readonly metric: Pick<Told, "unit" | "statistic" | "variants">;
  /** What either end of the intervals' bars stands for. */
  readonly reach: number;
  /** Whether it may be said which way it went. */
  readonly isCalled: boolean;
  /** Looks at the people of a variant; none for whoever may not. */
  readonly onPeople?: ((variant: string) => void) | undefined;
};

/** The columns of such rows, after the first. */
export function useVariantColumns({ difference, level, method }: Definition) {
  const text = useText();
  return [
    { title: text("experiments.variant") },
    { title: text("experiments.people"), figure: true },
    { title: text("experiments.value"), figure: true },
    { title: text(`experiments.effect.${difference}`), figure: true },
    { title: text("experiments.interval", { level: `${(level * 100).toFixed(0)}%` }) },
    { title: text(method === "bayesian" ? "experiments.chance" : "experiments.p"), figure: true },
  ];
}

/** A metric in each variant: what it came to, and its effect against the first with where it lies. */
export function VariantRows({ definition, head, metric, reach, isCalled, onPeople }: Props) {
  const text = useText();
  const format = useFormat();
  const columns = useVariantColumns(definition);
  const write = effectWriter(definition.difference, metric, format.measure);
  const measure = format.measure(unitOf(metric));
  const names = definition.variants;
  // What the calculation of the next experiment's size asks for; a share says it by itself.
  const spread = (deviation: number | null) =>
    deviation === null || metric.statistic === "proportion" ? [] : [text("experiments.deviation", { value: measure.exact(deviation) })];
  return (
    <tbody>
      {metric.variants.map(({ n, waiting, value, deviation, effect, untold }, variant) => (
        <tr key={names[variant]?.key ?? variant}>
          {variant === 0 ? (
            <th scope="rowgroup" rowSpan={metric.variants.length}>
              {head}
            </th>
          ) : null}
          <td className="effects-name">{names[variant]?.name}</td>
          <td
            className="figure"
            data-label={columns[1]?.title}
            title={waiting === 0 ? "" : text("experiments.waiting", { count: format.count(waiting) })}
          >
            {onPeople === undefined ? (
              format.count(n)
            ) : (
              <Button type="link" size="small" className="experiment-people" onClick={() => onPeople(names[variant]?.key ?? "")}>
                {format.count(n)}
              </Button>
            )}
          </td>
          <td className="figure" data-label={columns[2]?.title} title={[measure.exact(value), ...spread(deviation)].join(" · ")}>
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
              <td className="figure" data-label={columns[5]?.title}>
                {effect.chanceToWin === null ? probabilityWords(effect.pAdjusted) : `${(effect.chanceToWin * 100).toFixed(1)}%`}
              </td>
            </>
          )}
        </tr>
      ))}
    </tbody>
  );
}
