import { createWebhook, listWebhooks, updateWebhook } from "@terrace/contract/api/webhooks";
import { Form, Input, Select } from "antd";
import { useState } from "react";
import { isFault } from "../../app/api/api-fault.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage, useFaultText } from "../../ui/use-fault-text.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { SigningSecret } from "./SigningSecret.tsx";
import type { Webhook } from "./answers.ts";

type Fields = { readonly name: string; readonly address?: string; readonly events: readonly string[] };

/** Makes a webhook and shows its secret once, or changes one. A hidden address stays unless another is given. */
export function WebhookForm({ webhook, onClose }: { readonly webhook?: Webhook; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const faultText = useFaultText();
  const { definitions, nameOf } = useEventNames();
  const [form] = Form.useForm<Fields>();
  const [secret, setSecret] = useState<string>();
  const make = useChange(createWebhook, [listWebhooks]);
  const change = useChange(updateWebhook, [listWebhooks]);
  const refuse = (error: unknown) => {
    if (isFault(error, "outbound.bad_url", "outbound.not_public", "outbound.unknown_host"))
      form.setFields([{ name: "address", errors: [faultText(error)] }]);
    else showFault(error);
  };
  const submit = ({ name, address = "", events }: Fields) => {
    const common = { name: name.trim(), events: [...events] };
    if (webhook === undefined)
      make.mutate(
        { params, body: { ...common, address: address.trim() } },
        { onSuccess: (made) => setSecret(made.secret), onError: refuse },
      );
    else
      change.mutate(
        { params: { ...params, webhook: webhook.id }, body: { ...common, ...(address.trim() === "" ? {} : { address: address.trim() }) } },
        { onSuccess: onClose, onError: refuse },
      );
  };
  if (secret !== undefined) return <SigningSecret secret={secret} onClose={onClose} />;
  return (
    <FormModal<Fields>
      title={text(webhook === undefined ? "webhooks.new" : "webhooks.edit")}
      okText={text(webhook === undefined ? "common.create" : "common.save")}
      busy={make.isPending || change.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{ name: webhook?.name ?? "", events: webhook?.events ?? [] }}
      form={form}
      width={480}
    >
      <Form.Item
        name="name"
        label={text("webhooks.name")}
        rules={[{ required: true, whitespace: true, max: 80, message: text("signIn.required") }]}
      >
        <Input autoFocus maxLength={80} placeholder={text("webhooks.nameExample")} />
      </Form.Item>
      <Form.Item
        name="address"
        label={text("webhooks.address")}
        extra={text(webhook === undefined ? "webhooks.addressHint" : "webhooks.addressKept")}
        rules={webhook === undefined ? [{ required: true, whitespace: true, message: text("signIn.required") }] : []}
      >
        <Input maxLength={2_000} placeholder={webhook?.address ?? "https://"} inputMode="url" />
      </Form.Item>
      <Form.Item name="events" label={text("webhooks.events")} extra={text("webhooks.eventsHint")}>
        <Select
          mode="tags"
          placeholder={text("webhooks.allEvents")}
          options={definitions.map(({ name }) => ({ value: name, label: nameOf(name) }))}
          optionFilterProp="label"
        />
      </Form.Item>
    </FormModal>
  );
}
