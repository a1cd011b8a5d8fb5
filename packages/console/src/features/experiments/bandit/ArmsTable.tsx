import type { ExperimentBandit } from "@terrace/contract/api/experiment-bandit";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { BUCKETS } from "@terrace/domain/assignment/bucket";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { MISSING } from "../../../ui/format/numbers.ts";
import { EffectsTable } from "../../effects/EffectsTable.tsx";
import { unitOf } from "../../effects/effect-words.ts";

type Props = { readonly experiment: ExperimentView; readonly report: ExperimentBandit };

/** Each variant with its share now, and what it is judged by. */
export function ArmsTable({ experiment: { definition, stoppedAt }, report }: Props) {
  const text = useText();
  const format = useFormat();
  const share = format.measure("share");
  const own = format.measure(unitOf(report));
  const values = own.inColumn(report.arms.flatMap(({ value, low, high, naive }) => [value, low, high, naive]));
  const losses = own.inColumn(report.arms.map(({ loss }) => loss));
  const columns = [
    { title: text("experiments.variant") },
    { title: text(stoppedAt === null ? "experiments.bandit.part" : "experiments.bandit.lastPart"), figure: true },
    { title: text("experiments.people"), figure: true },
    { title: text("experiments.bandit.mean"), figure: true },
    { title: text("experiments.interval", { level: `${(definition.level * 100).toFixed(0)}%` }), figure: true },
    { title: text("experiments.bandit.best"), figure: true },
    { title: text("experiments.bandit.loss"), figure: true },
    { title: text("experiments.bandit.naive"), figure: true },
  ];
  const label = (at: number): string => columns[at]?.title ?? "";
  return (
    <EffectsTable label={text("experiments.bandit.now")} columns={columns}>
      <tbody>
        {report.arms.map(({ variant, part, people, value, low, high, best, loss, naive }, at) => (
          <tr key={variant}>
            <th scope="row" className="effects-name">
              {definition.variants[at]?.name ?? variant}
            </th>
            <td className="figure" data-label={label(1)}>
              <span className="bandit-bar" aria-hidden="true">
                <i style={{ width: `${(part / BUCKETS) * 100}%` }} />
              </span>
              <span className="strong">{share.short(part / BUCKETS)}</span>
            </td>
            <td className="figure" data-label={label(2)}>
              {format.count(people)}
            </td>
            <td className="figure" data-label={label(3)} title={text("experiments.bandit.meanNote")}>
              {values(value)}
            </td>
            <td className="figure muted" data-label={label(4)}>
              {low === null && high === null ? MISSING : `${values(low)} – ${values(high)}`}
            </td>
            <td className="figure" data-label={label(5)}>
              {best === null ? MISSING : share.short(best)}
            </td>
            <td className="figure" data-label={label(6)} title={text("experiments.bandit.lossNote")}>
              {losses(loss)}
            </td>
            <td className="figure muted" data-label={label(7)} title={text("experiments.bandit.naiveNote")}>
              {values(naive)}
            </td>
          </tr>
        ))}
      </tbody>
    </EffectsTable>
  );
}
