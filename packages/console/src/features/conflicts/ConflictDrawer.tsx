import { decideConflict, listConflicts, listMerges, previewMerge } from "@terrace/contract/api/merges";
import { getPerson, listPeople } from "@terrace/contract/api/people";
import { App, Button, Drawer } from "antd";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { MergePreviewView } from "../merges/MergePreviewView.tsx";
import type { Conflict } from "./answers.ts";

/** Both people of a refused join side by side, with the decision. */
export function ConflictDrawer({ conflict, onClose }: { readonly conflict: Conflict; readonly onClose: () => void }) {
  const text = useText();
  const may = useMay();
  const params = useWorkspaceParams();
  const { modal, message } = App.useApp();
  const showFault = useFaultMessage();
  const people = conflict.people.map(({ person }) => person);
  const comparable = people.length === 2 && may("people:merge") && conflict.state === "open";
  const preview = useCall(previewMerge, { params, body: { people } }, { enabled: comparable });
  const decide = useChange(decideConflict, [listConflicts, listMerges, listPeople, getPerson]);
  const run = (decision: "merge" | "keep_apart") =>
    decide.mutateAsync({ params: { ...params, conflict: conflict.id }, body: { decision } }).then(() => {
      void message.success(text("conflicts.decided"));
      onClose();
    }, showFault);
  const confirmMerge = () =>
    void modal.confirm({
      title: text("conflicts.mergeTitle"),
      content: text("conflicts.mergeBody"),
      okText: text("merges.submit"),
      cancelText: text("common.cancel"),
      onOk: () => run("merge"),
    });
  return (
    <Drawer
      open
      size={880}
      onClose={onClose}
      title={text("conflicts.drawer")}
      extra={
        comparable ? (
          <div className="row">
            <Button loading={decide.isPending} onClick={() => void run("keep_apart")}>
              {text("conflicts.keepApart")}
            </Button>
            <Button type="primary" disabled={decide.isPending} onClick={confirmMerge}>
              {text("conflicts.merge")}
            </Button>
          </div>
        ) : null
      }
    >
      {comparable ? (
        <QueryView query={preview} skeleton={8}>
          {(data) => <MergePreviewView preview={data} />}
        </QueryView>
      ) : (
        <p className="muted">
          {text(`conflicts.state.${conflict.state}`)} {conflict.decidedBy}
        </p>
      )}
    </Drawer>
  );
}
