import { listExperimentRules } from "@terrace/contract/api/flag-reports";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import { flagPath, partsText } from "../flags/flag-parts.ts";
import { useEnvironments } from "../flags/use-environments.ts";

/** Flags whose rules name an experiment, with the ways to them. */
export function NamingFlags({ experiment }: { readonly experiment: string }) {
  const text = useText();
  const link = useLink();
  const { nameOf } = useEnvironments();
  const query = useCall(listExperimentRules, { params: useWorkspaceParams() });
  return (
    <QueryView query={query} skeleton={1}>
      {({ items }) => {
        const naming = items.filter((one) => one.experiment === experiment);
        if (naming.length === 0) return <p className="small muted">{text("experiments.noFlag")}</p>;
        return naming.map(({ flag, environment, rule, on, coverage }) => (
          <p key={`${flag} ${environment} ${rule}`}>
            <Link className="mono" to={link(flagPath(flag))}>
              {flag}
            </Link>{" "}
            {nameOf(environment)} · {on ? text("experiments.flagGives", { share: partsText(coverage) }) : text("experiments.flagOff")}
          </p>
        ));
      }}
    </QueryView>
  );
}
