import {
  deleteWebhook,
  listWebhookDeliveries,
  listWebhooks,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
} from "@terrace/contract/api/webhooks";
import { EllipsisOutlined } from "@ant-design/icons";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { SigningSecret } from "./SigningSecret.tsx";
import { WebhookForm } from "./WebhookForm.tsx";
import type { Webhook } from "./answers.ts";

/** What can be done with a webhook. */
export function WebhookActions({ webhook }: { readonly webhook: Webhook }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const { message, modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), webhook: webhook.id };
  const [editing, setEditing] = useState(false);
  const [secret, setSecret] = useState<string>();
  const test = useChange(testWebhook, [listWebhookDeliveries, listWebhooks]);
  const change = useChange(updateWebhook, [listWebhooks]);
  const rotate = useChange(rotateWebhookSecret, [listWebhooks]);
  const remove = useChange(deleteWebhook, [listWebhooks]);
  const paused = webhook.state === "paused";
  const ask = (which: "rotate" | "delete", act: () => Promise<void>) =>
    void modal.confirm({
      title: text(`webhooks.${which}Title`, { name: webhook.name }),
      content: text(`webhooks.${which}Body`),
      okText: text(`webhooks.${which}`),
      okButtonProps: { danger: which === "delete" },
      cancelText: text("common.cancel"),
      onOk: () => act().then(() => undefined, showFault),
    });
  const acts = {
    edit: () => setEditing(true),
    state: () => change.mutate({ params, body: { state: paused ? "active" : "paused" } }, { onError: showFault }),
    rotate: () => ask("rotate", async () => setSecret((await rotate.mutateAsync({ params })).secret)),
    delete: () =>
      ask("delete", async () => {
        await remove.mutateAsync({ params });
        await navigate(link("data/webhooks"));
      }),
  } as const;
  return (
    <>
      <Button
        loading={test.isPending}
        onClick={() => test.mutate({ params }, { onSuccess: () => void message.success(text("webhooks.testQueued")), onError: showFault })}
      >
        {text("webhooks.test")}
      </Button>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "edit", label: text("webhooks.edit") },
            { key: "state", label: text(paused ? "webhooks.start" : "webhooks.pause") },
            { key: "rotate", label: text("webhooks.rotate") },
            { key: "delete", label: text("webhooks.delete"), danger: true },
          ],
          onClick: ({ key }) => acts[key as keyof typeof acts](),
        }}
      >
        <Button icon={<EllipsisOutlined />} aria-label={text("common.more")} />
      </Dropdown>
      {editing ? <WebhookForm webhook={webhook} onClose={() => setEditing(false)} /> : null}
      {secret === undefined ? null : <SigningSecret secret={secret} onClose={() => setSecret(undefined)} />}
    </>
  );
}
