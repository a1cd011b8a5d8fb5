import { createTemplate, listTemplates } from "@terrace/contract/api/templates";
import { MESSAGE_CHANNELS, type MessageChannel } from "@terrace/domain/messages/channel";
import { Checkbox, Form, Input, Select } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { KeyField, NameField } from "./TemplateFields.tsx";
import { templatePath } from "./template-words.ts";

type Fields = {
  name: string;
  key: string;
  channel: MessageChannel;
  purpose: string;
  defaultLanguage: "zh-cn" | "en";
  transactional: boolean;
};

/** Begins a template and goes to its editor. */
export function NewTemplateModal({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = useWorkspaceParams();
  const create = useChange(createTemplate, [listTemplates]);
  return (
    <FormModal<Fields>
      title={text("templates.new")}
      okText={text("templates.begin")}
      busy={create.isPending}
      error={create.error}
      onClose={onClose}
      onSubmit={(body) => create.mutate({ params, body }, { onSuccess: ({ id }) => void navigate(link(templatePath(id))) })}
      width={520}
      initialValues={{ channel: "email", purpose: "marketing", defaultLanguage: "zh-cn", transactional: false }}
    >
      <NameField />
      <KeyField />
      <Form.Item name="channel" label={text("templates.channel")}>
        <Select options={MESSAGE_CHANNELS.map((value) => ({ value, label: text(`templates.channelOf.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="purpose"
        label={text("templates.purpose")}
        extra={text("templates.purposeHint")}
        rules={[{ required: true, pattern: /^[a-z][a-z0-9_-]{0,59}$/, message: text("templates.keyNeeded") }]}
      >
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="defaultLanguage" label={text("templates.defaultLanguage")}>
        <Select
          options={[
            { value: "zh-cn", label: text("templates.zh") },
            { value: "en", label: text("templates.en") },
          ]}
        />
      </Form.Item>
      <Form.Item name="transactional" valuePropName="checked" extra={text("templates.transactionalHint")}>
        <Checkbox>{text("templates.transactional")}</Checkbox>
      </Form.Item>
    </FormModal>
  );
}
