import { deleteReceiver, listReceivers, updateReceiver } from "@terrace/contract/api/receivers";
import { App, Button } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { Receiver } from "./ReceiversPage.tsx";

/** Pausing and deleting. */
export function ReceiverActions({ receiver }: { readonly receiver: Receiver }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), receiver: receiver.id };
  const change = useChange(updateReceiver, [listReceivers]);
  const remove = useChange(deleteReceiver, [listReceivers]);
  const paused = receiver.state === "paused";
  const ask = () =>
    void modal.confirm({
      title: text("webhooks.deleteTitle", { name: receiver.name }),
      content: text("receivers.deleteBody"),
      okText: text("webhooks.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => navigate(link("data/receivers")), showFault),
    });
  return (
    <>
      <Button
        loading={change.isPending}
        onClick={() => change.mutate({ params, body: { state: paused ? "active" : "paused" } }, { onError: showFault })}
      >
        {text(paused ? "receivers.start" : "webhooks.pause")}
      </Button>
      <Button danger onClick={ask}>
        {text("webhooks.delete")}
      </Button>
    </>
  );
}
