import type { ExperimentView } from "@terrace/contract/api/experiments";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { ConditionText } from "../conditions/ConditionText.tsx";
import { NamingFlags } from "./NamingFlags.tsx";

type Props = { readonly experiment: ExperimentView; readonly nameOf: (metric: number) => string };

/** What was to be shown, how it is read, what was decided, and what was done with it. */
export function DefinitionPanel({ experiment, nameOf }: Props) {
  const text = useText();
  const format = useFormat();
  const { definition, decision, decidedVariant, learning, steps } = experiment;
  const taken = definition.variants.find(({ key }) => key === decidedVariant)?.name;
  return (
    <>
      {decision === null ? null : (
        <Panel title={text("experiments.decided")}>
          <p className="strong">
            {text(`experiments.decision.${decision}`)}
            {taken === undefined ? "" : ` · ${taken}`}
          </p>
          <p className="experiment-text">{learning === "" ? text("experiments.noLearning") : learning}</p>
        </Panel>
      )}
      <Panel title={text("experiments.definition")}>
        <FactRows rows={useFacts({ experiment, nameOf })} />
        <NamingFlags experiment={experiment} />
        {definition.exposure.kind === "assignment" ? <p className="small muted">{text("experiments.flagNote")}</p> : null}
        {definition.people === null ? null : <ConditionText condition={definition.people} />}
      </Panel>
      {steps.length === 0 ? null : (
        <Panel title={text("experiments.history")}>
          <ul className="experiment-steps">
            {steps.map(({ action, at, by }) => (
              <li key={`${at} ${action}`}>
                <span className="muted">{format.tableTime(at)}</span> {textOr(`audit.experiment.${action}`, action)} · {by}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

function useFacts({ experiment: { hypothesis, definition }, nameOf }: Props): readonly (readonly [string, string])[] {
  const text = useText();
  const format = useFormat();
  const share = format.measure("share");
  const { variants, metrics, method, level, correction, covariateDays, exposure, plannedDays, plannedPeople, prior } = definition;
  const weights = variants.reduce((sum, { weight }) => sum + weight, 0);
  const isBandit = definition.allocation.kind === "bandit";
  const allocation = useAllocationWords(definition);
  const reading = [
    text(`experiments.method.${method}`),
    `${(level * 100).toFixed(1)}%`,
    text(`experiments.correction.${correction}`),
    covariateDays === null || isBandit ? text("experiments.noCovariate") : text("experiments.covariate", { count: covariateDays }),
    ...(prior === null ? [] : [text("experiments.priorFact", { mean: share.short(prior.mean), deviation: share.short(prior.deviation) })]),
    ...(plannedDays === null ? [] : [text("experiments.planDays", { count: plannedDays })]),
    ...(plannedPeople === null ? [] : [text("experiments.planPeople", { people: format.count(plannedPeople) })]),
  ];
  return [
    ...(hypothesis === "" ? [] : [[text("experiments.hypothesis"), hypothesis] as const]),
    [
      text("experiments.variants"),
      variants.map(({ name, weight }) => (isBandit ? name : `${name} ${share.short(weight / weights)}`)).join(" · "),
    ],
    [text("experiments.allocation"), allocation],
    [text("experiments.metrics"), metrics.map(({ role }, at) => `${nameOf(at)} (${text(`experiments.role.${role}`)})`).join(" · ")],
    [
      text("experiments.exposure"),
      exposure.kind === "assignment"
        ? text(`experiments.exposure.${exposure.moment}`)
        : `${exposure.event.event ?? ""} · ${exposure.property}`,
    ],
    [text("experiments.method"), reading.join(" · ")],
  ];
}

/** How people are shared out, in a sentence. */
function useAllocationWords({ allocation }: ExperimentView["definition"]): string {
  const text = useText();
  const format = useFormat();
  if (allocation.kind === "fixed") return text("experiments.allocation.fixed");
  const { exploration, everyHours, unitsMin } = allocation;
  const share = format.measure("share").short(exploration);
  return `${text("experiments.allocation.bandit")} · ${text("experiments.bandit.fact", { share, hours: everyHours, people: format.count(unitsMin) })}`;
}
