import { listExperimentRules } from "@terrace/contract/api/flag-reports";
import { useCall } from "../../../app/api/use-call.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { useEnvironments } from "../../flags/use-environments.ts";

/** What rules of flags that name an experiment mean for its moves. */
export function useNamingRules(experiment: string) {
  const { nameOf } = useEnvironments();
  const { data } = useCall(listExperimentRules, { params: useWorkspaceParams() });
  const splitting = (data?.items ?? []).filter((one) => one.experiment === experiment && one.splits);
  const flagsOf = (rules: typeof splitting): string => [...new Set(rules.map(({ flag }) => flag))].join(", ");
  return {
    /** Environments in which moves that change what flags give wait for somebody else. */
    reviewed: [...new Set(splitting.filter(({ reviewed }) => reviewed).map(({ environment }) => nameOf(environment)))].join(" · "),
    /** Flags that put people into arms now. */
    splitting: flagsOf(splitting),
    /** Those of them whose experiment nobody keeps: they split people by themselves. */
    alone: flagsOf(splitting.filter(({ kept }) => kept === null)),
    /** Those of them that keep nobody's arm while it is paused. */
    forgetting: flagsOf(splitting.filter(({ remembers }) => !remembers)),
  };
}
