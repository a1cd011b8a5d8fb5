import { listExperimentRules } from "@terrace/contract/api/flag-reports";
import { Tag } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { partsText } from "./flag-parts.ts";

/** Where the experiment that a rule names stands, with the way to it; nothing where none of that key is kept. */
export function KeptExperiment({ experiment }: { readonly experiment: string }) {
  const text = useText();
  const link = useLink();
  const { data } = useCall(listExperimentRules, { params: useWorkspaceParams() });
  const kept = data?.items.find((one) => one.experiment === experiment)?.kept ?? null;
  return kept === null ? null : (
    <p>
      <Link className="mono" to={link(`experiments/${kept.id}`)}>
        {experiment}
      </Link>{" "}
      <Tag variant="filled">{text(`experiments.state.${kept.state}`)}</Tag>
    </p>
  );
}

/** Which shares of a namespace other experiments hold. */
export function NamespaceHolders({ namespace, experiment }: { readonly namespace: string; readonly experiment: string }) {
  const text = useText();
  const { data } = useCall(listExperimentRules, { params: useWorkspaceParams() });
  return (data?.items ?? []).map((one) =>
    one.namespace?.key !== namespace || !one.namespace.held || one.experiment === experiment ? null : (
      <p key={`${one.flag} ${one.environment} ${one.rule}`} className="small muted">
        {text("flags.namespaceHeld", {
          experiment: one.experiment,
          flag: one.flag,
          environment: one.environment,
          from: partsText(one.namespace.from),
          to: partsText(one.namespace.to),
        })}
      </p>
    ),
  );
}
