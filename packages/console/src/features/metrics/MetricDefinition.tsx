import { Link } from "react-router";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { UsedBy } from "../segments/UsedBy.tsx";
import { useEventNames } from "../events/use-event-names.ts";
import { inLanguage, parameterText } from "./metric-words.ts";
import type { WholeMetric } from "./answers.ts";
import { useFormula } from "./use-formula.ts";

/** What a metric is, which versions it had, and what uses it. */
export function MetricDefinition({ metric }: { readonly metric: WholeMetric }) {
  const text = useText();
  return (
    <div className="metric-columns">
      <Panel title={text("metrics.definition")}>
        <Facts metric={metric} />
      </Panel>
      <div className="stack">
        <Panel title={text("metrics.usedBy")}>
          <Uses metric={metric} />
        </Panel>
        {metric.own ? (
          <Panel title={text("metrics.versions")}>
            <Versions metric={metric} />
          </Panel>
        ) : null}
      </div>
    </div>
  );
}

function Facts({ metric }: { readonly metric: WholeMetric }) {
  const text = useText();
  const language = useLanguage();
  const formula = useFormula();
  const link = useLink();
  const { nameOf } = useEventNames();
  const { definition } = metric;
  return (
    <dl className="metric-facts">
      <dt>{text("metrics.formula")}</dt>
      <dd>{formula(metric)}</dd>
      <dt>{text("metrics.unit")}</dt>
      <dd>{text(`metrics.unit.${metric.unit}`)}</dd>
      <dt>{text("metrics.better")}</dt>
      <dd>{text(`metrics.better.${metric.better}`)}</dd>
      <dt>{text("metrics.version")}</dt>
      <dd>{metric.version}</dd>
      {definition?.kind === "copy" ? (
        <>
          <dt>{text("metrics.basedOn")}</dt>
          <dd>
            <Link to={link(`insight/metrics/${definition.basedOn.id}`)}>
              {text("metrics.basedOnVersion", { id: definition.basedOn.id, version: definition.basedOn.version })}
            </Link>
          </dd>
        </>
      ) : null}
      {metric.parameters.flatMap((parameter) => [
        <dt key={`${parameter.name} name`}>{inLanguage(parameter.label, language)}</dt>,
        <dd key={parameter.name}>
          {parameterText(parameter, { text, nameOf })}{" "}
          {parameter.chosen ? <span className="small muted">{text("metrics.chosen")}</span> : null}
        </dd>,
      ])}
      {metric.description === "" ? null : (
        <>
          <dt>{text("metrics.description")}</dt>
          <dd>{metric.description}</dd>
        </>
      )}
    </dl>
  );
}

function Uses({ metric }: { readonly metric: WholeMetric }) {
  const text = useText();
  if (metric.usedBy.length === 0) return <EmptyState text={text("metrics.unused")} />;
  return <UsedBy uses={metric.usedBy} />;
}

function Versions({ metric }: { readonly metric: WholeMetric }) {
  const text = useText();
  return (
    <table className="plain-table metric-versions">
      <tbody>
        {metric.versions.map(({ version, at, by }) => (
          <tr key={version}>
            <th scope="row">{text("metrics.versionNumber", { version })}</th>
            <td className="muted ellipsis">{by}</td>
            <td className="muted">
              <TimeText at={at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
