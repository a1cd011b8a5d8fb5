import { discardQuarantine, getQuarantined, listQuarantine, replayQuarantine } from "@terrace/contract/api/quarantine";
import { listEventDefinitions } from "@terrace/contract/api/events";
import { App } from "antd";
import type { CallInput } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

export type QuarantineSelection = NonNullable<CallInput<typeof replayQuarantine>["body"]>;
const TOUCHES = [listQuarantine, getQuarantined, listEventDefinitions];

/** Replays or discards quarantined events, after asking, and says what came of it. */
export function useQuarantineActions(onDone: () => void) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const { modal, message } = App.useApp();
  const showFault = useFaultMessage();
  const replay = useChange(replayQuarantine, TOUCHES);
  const discard = useChange(discardQuarantine, TOUCHES);
  const runReplay = (body: QuarantineSelection) =>
    replay.mutateAsync({ params, body }).then(({ replayed, stillBad }) => {
      void (stillBad === 0 ? message.success : message.warning)(
        text(stillBad === 0 ? "quarantine.replayed" : "quarantine.replayedSome", {
          count: replayed,
          replayed: format.count(replayed),
          bad: format.count(stillBad),
        }),
      );
      onDone();
    }, showFault);
  const askDiscard = (body: QuarantineSelection, count: number) =>
    void modal.confirm({
      title: text("quarantine.discardTitle", { count, shown: format.count(count) }),
      content: text("quarantine.discardBody"),
      okText: text("quarantine.discard"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () =>
        discard.mutateAsync({ params, body }).then(({ discarded }) => {
          void message.success(text("quarantine.discarded", { count: discarded }));
          onDone();
        }, showFault),
    });
  const askReplay = (body: QuarantineSelection, count: number) =>
    count === 1
      ? void runReplay(body)
      : void modal.confirm({
          title: text("quarantine.replayTitle", { count, shown: format.count(count) }),
          content: text("quarantine.replayBody"),
          okText: text("quarantine.replay"),
          cancelText: text("common.cancel"),
          onOk: () => runReplay(body),
        });
  return { askReplay, askDiscard, busy: replay.isPending || discard.isPending };
}
