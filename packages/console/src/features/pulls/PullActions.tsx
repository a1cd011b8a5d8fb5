import { deletePull, listPullRuns, listPulls, steerPull, type PullView } from "@terrace/contract/api/pulls";
import { App, Button } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type PullActionsProps = { readonly pull: PullView; readonly onEdit: () => void; readonly onDeleted: () => void };

/** Run now, pause or go on, change, delete. */
export function PullActions({ pull, onEdit, onDeleted }: PullActionsProps) {
  const text = useText();
  const params = { ...useWorkspaceParams(), pull: pull.id };
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const steer = useChange(steerPull, [listPulls, listPullRuns]);
  const remove = useChange(deletePull, [listPulls]);
  const ask = (to: "run" | "pause" | "resume") => steer.mutate({ params, body: { to } }, { onError: showFault });
  const confirmDelete = () =>
    void modal.confirm({
      title: text("pulls.deleteTitle", { name: pull.name }),
      content: text("pulls.deleteHint"),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(onDeleted, showFault),
    });
  return (
    <div className="row-wrap">
      <Button
        type="primary"
        disabled={pull.asked || pull.lastRun?.state === "running"}
        loading={steer.isPending}
        onClick={() => ask("run")}
      >
        {text("pulls.runNow")}
      </Button>
      <Button onClick={() => ask(pull.paused ? "resume" : "pause")}>{text(pull.paused ? "pulls.resume" : "pulls.pause")}</Button>
      <Button onClick={onEdit}>{text("pulls.edit")}</Button>
      <Button danger onClick={confirmDelete}>
        {text("common.delete")}
      </Button>
    </div>
  );
}
