import type { ExperimentView } from "@terrace/contract/api/experiments";
import { listFlagChanges } from "@terrace/contract/api/flag-changes";
import { Alert, Button } from "antd";
import { useState } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ChangeDrawer } from "../../flags/changes/ChangeDrawer.tsx";
import { useNamingRules } from "./use-naming-rules.ts";

/** What an operator has to know of how an experiment stands to the flags that name it. */
export function OpenMove({ experiment }: { readonly experiment: ExperimentView }) {
  const text = useText();
  const { splitting } = useNamingRules(experiment.key);
  return (
    <>
      {experiment.openChange === null ? null : <Waits experiment={experiment} />}
      {experiment.openChange === null && experiment.state === "draft" && splitting !== "" ? (
        <Alert type="info" showIcon title={text("experiments.draftHolds", { flags: splitting })} />
      ) : null}
    </>
  );
}

function Waits({ experiment }: { readonly experiment: ExperimentView }) {
  const text = useText();
  const [isShown, setShown] = useState(false);
  const query = { experiment: experiment.id, state: "open", limit: 1 } as const;
  const [change] = useCall(listFlagChanges, { params: useWorkspaceParams(), query }).data?.items ?? [];
  if (change?.experiment === undefined || change.experiment === null) return null;
  return (
    <>
      <Alert
        type="info"
        showIcon
        title={text("experiments.moveOpen", { move: text(`flags.move.${change.experiment.action}`), by: change.askedBy })}
        action={
          <Button size="small" onClick={() => setShown(true)}>
            {text("flags.openChangeLook")}
          </Button>
        }
      />
      {isShown ? <ChangeDrawer key={change.id} change={change} onClose={() => setShown(false)} /> : null}
    </>
  );
}
