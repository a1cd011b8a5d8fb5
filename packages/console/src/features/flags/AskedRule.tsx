import { getExperiment } from "@terrace/contract/api/experiments";
import { useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { NO_ENVIRONMENT, type Definition, type Rule } from "./flag-parts.ts";
import { newRule } from "./new-rule.ts";
import { ofExperiment } from "./rule/of-experiment.ts";
import { RuleDrawer } from "./rule/RuleDrawer.tsx";

type Props = {
  /** Key of the flag. */
  readonly flag: string;
  readonly definition: Definition;
  readonly onAdd: (environment: string, rule: Rule) => void;
};

/** The form of a new rule that the address asks for: that of an experiment, with its arms by their weights. */
export function AskedRule({ flag, definition, onAdd }: Props) {
  const [place, setPlace] = useSearchParams();
  const [experiment, environment] = [place.get("experiment"), place.get("environment")];
  const params = { ...useWorkspaceParams(), experiment: experiment ?? "" };
  const { data } = useCall(getExperiment, { params }, { enabled: experiment !== null });
  if (experiment === null || environment === null || data === undefined) return null;
  const { rules } = definition.environments[environment] ?? NO_ENVIRONMENT;
  const begun = newRule("experiment", { flag, type: definition.type, beside: definition.defaultValue, rules });
  if (begun.kind !== "experiment") return null;
  const close = () => setPlace({}, { replace: true });
  return (
    <RuleDrawer
      flag={flag}
      type={definition.type}
      begun={ofExperiment(begun, data)}
      onDone={(rule) => {
        close();
        onAdd(environment, rule);
      }}
      onClose={close}
    />
  );
}
