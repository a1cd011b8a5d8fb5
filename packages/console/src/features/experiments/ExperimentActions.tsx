import { deleteExperiment, listExperiments, moveExperiment, type ExperimentView } from "@terrace/contract/api/experiments";
import { EllipsisOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { DecisionModal } from "./moves/DecisionModal.tsx";
import { EXPERIMENT_TOUCHES } from "./moves/experiment-touches.ts";
import { MoveModal, type Asked } from "./moves/MoveModal.tsx";

/** What may be done with an experiment where it stands. */
export function ExperimentActions({ experiment }: { readonly experiment: ExperimentView }) {
  const text = useText();
  const may = useMay()("experiments:write");
  const link = useLink();
  const navigate = useNavigate();
  const showFault = useFaultMessage();
  const { modal } = App.useApp();
  const [asks, setAsks] = useState<Asked | "stop" | "decide">();
  const params = { ...useWorkspaceParams(), experiment: experiment.id };
  const move = useChange(moveExperiment, EXPERIMENT_TOUCHES);
  const remove = useChange(deleteExperiment, [listExperiments]);
  if (!may) return null;
  const { state, name, openChange } = experiment;
  const archive = () => move.mutate({ params, body: { action: "archive" } }, { onError: showFault });
  const drop = () =>
    void modal.confirm({
      title: text("experiments.deleteTitle", { name }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => void navigate(link("experiments")), showFault),
    });
  const acts = {
    edit: () => void navigate(link(`experiments/${experiment.id}/edit`)),
    archive,
    delete: drop,
    decide: () => setAsks("decide"),
  };
  // A draft whose start waits stays as it is.
  const isAsked = state === "draft" && openChange !== null;
  const more = {
    draft: isAsked ? (["delete"] as const) : (["edit", "delete"] as const),
    running: ["edit"],
    paused: ["edit"],
    stopped: ["decide", "archive"],
    archived: ["decide"],
  } as const;
  return (
    <>
      {state === "draft" && !isAsked ? (
        <Button type="primary" onClick={() => setAsks("start")}>
          {text("experiments.start")}
        </Button>
      ) : null}
      {state === "running" || state === "paused" ? (
        <>
          <Button onClick={() => setAsks(state === "running" ? "pause" : "resume")}>
            {text(state === "running" ? "experiments.pause" : "experiments.resume")}
          </Button>
          <Button type="primary" onClick={() => setAsks("stop")}>
            {text("experiments.stop")}
          </Button>
        </>
      ) : null}
      <Dropdown
        trigger={["click"]}
        menu={{
          items: more[state].map((key) => ({ key, label: text(`experiments.act.${key}`), danger: key === "delete" })),
          onClick: ({ key }) => acts[key as keyof typeof acts](),
        }}
      >
        <Button icon={<EllipsisOutlined />} aria-label={text("common.more")} />
      </Dropdown>
      {asks === undefined ? null : asks === "stop" || asks === "decide" ? (
        <DecisionModal experiment={experiment} asks={asks} onClose={() => setAsks(undefined)} />
      ) : (
        <MoveModal experiment={experiment} action={asks} onClose={() => setAsks(undefined)} />
      )}
    </>
  );
}
