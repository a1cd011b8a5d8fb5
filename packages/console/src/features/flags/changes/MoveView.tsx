import type { MoveAsked } from "@terrace/contract/api/flag-changes";
import { getExperiment, type ExperimentView } from "@terrace/contract/api/experiments";
import { listExperimentRules } from "@terrace/contract/api/flag-reports";
import { stateAfter } from "@terrace/domain/experiments/experiment";
import { Link } from "react-router";
import { useCall } from "../../../app/api/use-call.ts";
import { useText, type Text } from "../../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FactRows } from "../../../ui/FactRows.tsx";
import { MISSING } from "../../../ui/format/numbers.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { partsText } from "../flag-parts.ts";
import { BeforeAfter, type Line } from "./BeforeAfter.tsx";

type Props = { readonly move: MoveAsked; readonly isOpen: boolean };

/** What would be done with an experiment, and what people would be given then. */
export function MoveView({ move, isOpen }: Props) {
  const text = useText();
  const link = useLink();
  const { data: rules } = useCall(listExperimentRules, { params: useWorkspaceParams() });
  const naming = (rules?.items ?? []).filter((one) => one.experiment === move.key && one.splits);
  const flags = [...new Set(naming.map(({ flag }) => flag))].join(" · ");
  const query = useCall(getExperiment, { params: { ...useWorkspaceParams(), experiment: move.id } });
  return (
    <QueryView query={query} skeleton={4}>
      {(experiment) => (
        <div className="stack">
          <p>
            <Link to={link(`experiments/${move.id}`)}>{experiment.name}</Link> · {text(`flags.move.${move.action}.note`)}
          </p>
          {isOpen ? (
            <Panel flush>
              <BeforeAfter lines={linesOf(move, experiment, text)} />
            </Panel>
          ) : (
            <FactRows rows={asked(move, experiment, text)} />
          )}
          <FactRows
            rows={[
              [text("experiments.variants"), variantsText(experiment)],
              ...(flags === "" ? [] : [[text("nav.flags"), flags] as const]),
            ]}
          />
        </div>
      )}
    </QueryView>
  );
}

function linesOf(move: MoveAsked, experiment: ExperimentView, text: Text): readonly Line[] {
  const moved = move.action === "decide" ? undefined : stateAfter(experiment.state, move.action);
  const state = moved?.ok === true ? moved.value : experiment.state;
  const learning = move.learning ?? experiment.learning;
  return [
    ...(state === experiment.state
      ? []
      : [
          {
            label: text("experiments.state"),
            before: text(`experiments.state.${experiment.state}`),
            after: text(`experiments.state.${state}`),
          },
        ]),
    ...(move.decision === null
      ? []
      : [
          {
            label: text("experiments.decision"),
            before:
              experiment.decision === null ? MISSING : decisionText(experiment.decision, experiment.decidedVariant, { experiment, text }),
            after: decisionText(move.decision, move.variant, { experiment, text }),
          },
        ]),
    ...(learning === experiment.learning
      ? []
      : [{ label: text("experiments.learning"), before: experiment.learning || MISSING, after: learning || MISSING }]),
  ];
}

/** What was asked for once; by now the experiment may stand anywhere. */
function asked(move: MoveAsked, experiment: ExperimentView, text: Text): readonly (readonly [string, string])[] {
  return [
    [text("flags.move"), text(`flags.move.${move.action}`)],
    ...(move.decision === null
      ? []
      : [[text("experiments.decision"), decisionText(move.decision, move.variant, { experiment, text })] as const]),
    ...(move.learning === null || move.learning === "" ? [] : [[text("experiments.learning"), move.learning] as const]),
  ];
}

type Told = { readonly experiment: ExperimentView; readonly text: Text };

function decisionText(decision: NonNullable<MoveAsked["decision"]>, variant: string | null, { experiment, text }: Told): string {
  const name = experiment.definition.variants.find(({ key }) => key === variant)?.name ?? variant;
  return [text(`experiments.decision.${decision}`), ...(name === null ? [] : [name])].join(" · ");
}

function variantsText({ definition: { variants } }: ExperimentView): string {
  const sum = variants.reduce((total, { weight }) => total + weight, 0);
  return variants.map(({ name, weight }) => `${name} ${partsText((weight / sum) * 10_000)}`).join(" · ");
}
