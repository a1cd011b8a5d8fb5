import { experimentInteraction, type ExperimentInteraction } from "@terrace/contract/api/experiment-readings";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { Alert, Select } from "antd";
import { useState } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { probabilitySaid, reachOf } from "../../effects/effect-words.ts";
import { EffectsTable } from "../../effects/EffectsTable.tsx";
import "./readings.css";
import { ExperimentSelect } from "../ExperimentSelect.tsx";
import { READING_STALE_MS } from "./reading-stale.ts";
import { useVariantColumns, VariantRows } from "../VariantRows.tsx";

type Props = { readonly experiment: ExperimentView; readonly nameOf: (metric: number) => string };

/** Whether another experiment that ran at the same time changes what this one does. */
export function InteractionPanel({ experiment, nameOf }: Props) {
  const text = useText();
  const [other, setOther] = useState<ExperimentView>();
  const [metric, setMetric] = useState(0);
  return (
    <Panel
      title={text("experiments.interaction")}
      flush
      extra={
        <div className="row-wrap">
          <ExperimentSelect
            label={text("experiments.interaction.with")}
            placeholder={text("experiments.interaction.with")}
            value={other}
            beside={experiment.id}
            none={text("experiments.interaction.alone")}
            onChoose={setOther}
          />
          <Select
            aria-label={text("experiments.interaction.metric")}
            value={metric}
            onChange={setMetric}
            popupMatchSelectWidth={false}
            options={experiment.definition.metrics.map((_, at) => ({ value: at, label: nameOf(at) }))}
          />
        </div>
      }
    >
      {other === undefined ? (
        <EmptyState text={text("experiments.interaction.empty")} />
      ) : (
        <Asked key={other.id} experiment={experiment} other={other} metric={metric} />
      )}
    </Panel>
  );
}

type AskedProps = { readonly experiment: ExperimentView; readonly other: ExperimentView; readonly metric: number };

function Asked({ experiment, other, metric }: AskedProps) {
  const params = { ...useWorkspaceParams(), experiment: experiment.id };
  const query = useCall(experimentInteraction, { params, body: { with: other.id } }, { staleMs: READING_STALE_MS });
  return (
    <QueryView query={query} skeleton={6}>
      {(told) => <Told experiment={experiment} other={other} metric={metric} told={told} />}
    </QueryView>
  );
}

function Told({ experiment: { definition }, other, metric, told }: AskedProps & { readonly told: ExperimentInteraction }) {
  const text = useText();
  const columns = [{ title: other.name }, ...useVariantColumns(definition)];
  const of = told.metrics[metric];
  if (of === undefined) return null;
  const reach = reachOf(of.variants.flatMap(({ within }) => within.map(({ effect }) => effect)));
  return (
    <>
      {told.independence.blocks ? (
        <Alert
          banner
          type="error"
          title={text("experiments.interaction.dependent", { name: other.name, p: probabilitySaid(told.independence.p) })}
        />
      ) : null}
      <EffectsTable label={text("experiments.interaction")} columns={columns}>
        {told.others.map((key, at) => (
          <VariantRows
            key={key}
            definition={definition}
            head={<span className="strong">{other.definition.variants.find((one) => one.key === key)?.name ?? key}</span>}
            metric={{ ...of, variants: of.variants.flatMap(({ within }) => within[at] ?? []) }}
            reach={reach}
            isCalled={!told.independence.blocks}
          />
        ))}
      </EffectsTable>
      <div className="experiment-reading-foot">
        {of.variants.map(({ interaction }, variant) =>
          interaction === null ? null : (
            <p key={definition.variants[variant]?.key ?? variant} className="experiment-sentence">
              {text(`experiments.interaction.call.${interaction.call}`, {
                name: definition.variants[variant]?.name ?? "",
                other: other.name,
                p: probabilitySaid(interaction.pAdjusted),
              })}
            </p>
          ),
        )}
        <p className="small muted">{text("experiments.interaction.note")}</p>
      </div>
    </>
  );
}
