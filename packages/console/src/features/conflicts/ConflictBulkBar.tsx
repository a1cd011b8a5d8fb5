import { decideConflicts } from "@terrace/contract/api/duplicates";
import { listConflicts, listMerges } from "@terrace/contract/api/merges";
import { listPeople } from "@terrace/contract/api/people";
import { App, Button } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

/** Decides the ticked conflicts alike; it stands in place of the filters. */
export function ConflictBulkBar({ ticked, onClear }: { readonly ticked: readonly string[]; readonly onClear: () => void }) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const { message, modal } = App.useApp();
  const showFault = useFaultMessage();
  const decide = useChange(decideConflicts, [listConflicts, listMerges, listPeople]);
  const run = (decision: "merge" | "keep_apart") =>
    decide.mutateAsync({ params, body: { conflicts: [...ticked], decision } }).then(({ decided, refused }) => {
      const [first] = refused;
      if (first === undefined) void message.success(text("conflicts.decidedMany", { count: decided }));
      else
        void message.warning(
          text("conflicts.decidedSome", { count: decided, left: refused.length, why: textOr(`fault.${first.code}`, first.code) }),
        );
      onClear();
    }, showFault);
  const confirm = () =>
    void modal.confirm({
      title: text("conflicts.mergeManyTitle", { count: ticked.length }),
      content: text("conflicts.mergeBody"),
      okText: text("merges.submit"),
      cancelText: text("common.cancel"),
      onOk: () => run("merge"),
    });
  return (
    <div className="filter-row bulk-row" role="toolbar" aria-label={text("people.bulk")}>
      <b>{text("common.selected", { count: format.count(ticked.length) })}</b>
      <Button loading={decide.isPending} onClick={() => void run("keep_apart")}>
        {text("conflicts.keepApart")}
      </Button>
      <Button type="primary" disabled={decide.isPending} onClick={confirm}>
        {text("conflicts.merge")}
      </Button>
      <Button type="text" onClick={onClear}>
        {text("common.clearSelection")}
      </Button>
    </div>
  );
}
