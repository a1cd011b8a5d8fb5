import type { ExperimentView } from "@terrace/contract/api/experiments";
import { listExperimentRules } from "@terrace/contract/api/flag-reports";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import { flagPath, partsText } from "../flags/flag-parts.ts";
import { useEnvironments } from "../flags/use-environments.ts";
import { MakeRule } from "./MakeRule.tsx";

/** Flags whose rules name an experiment, with the ways to them; while there are none, the way to the first. */
export function NamingFlags({ experiment }: { readonly experiment: ExperimentView }) {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  const { nameOf } = useEnvironments();
  const query = useCall(listExperimentRules, { params: useWorkspaceParams() });
  return (
    <QueryView query={query} skeleton={1}>
      {({ items }) => {
        const naming = items.filter((one) => one.experiment === experiment.key);
        if (naming.length === 0)
          return (
            <div className="row-wrap">
              <span className="small muted">{text("experiments.noFlag")}</span>
              {experiment.definition.exposure.kind === "assignment" ? <MakeRule experiment={experiment} /> : null}
            </div>
          );
        return naming.map(({ flag, environment, rule, on, coverage, growsAt }) => (
          <p key={`${flag} ${environment} ${rule}`}>
            <Link className="mono" to={link(flagPath(flag))}>
              {flag}
            </Link>{" "}
            {nameOf(environment)} · {on ? text("experiments.flagGives", { share: partsText(coverage) }) : text("experiments.flagOff")}
            {on && growsAt !== null ? ` · ${text("experiments.flagGrows", { time: format.tableTime(growsAt) })}` : null}
          </p>
        ));
      }}
    </QueryView>
  );
}
