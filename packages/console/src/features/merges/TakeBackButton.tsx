import type { listMerges } from "@terrace/contract/api/merges";
import { getPerson, getTimeline, listPeople } from "@terrace/contract/api/people";
import { listConflicts, listMerges as merges, takeBackMerge } from "@terrace/contract/api/merges";
import { App, Button } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

export type Merge = CallAnswer<typeof listMerges>["items"][number];

/** Takes a merge back after asking. */
export function TakeBackButton({ merge }: { readonly merge: Merge }) {
  const text = useText();
  const params = useWorkspaceParams();
  const { modal, message } = App.useApp();
  const showFault = useFaultMessage();
  const takeBack = useChange(takeBackMerge, [merges, getPerson, getTimeline, listPeople, listConflicts]);
  const ask = () =>
    void modal.confirm({
      title: text("merges.takeBackTitle", { names: merge.displayNames.join(" + ") }),
      content: text("merges.takeBackBody"),
      okText: text("merges.takeBack"),
      cancelText: text("common.cancel"),
      onOk: () =>
        takeBack
          .mutateAsync({ params: { ...params, merge: merge.id } })
          .then(() => void message.success(text("merges.takenBackDone")), showFault),
    });
  return (
    <Button size="small" loading={takeBack.isPending} onClick={ask}>
      {text("merges.takeBack")}
    </Button>
  );
}
