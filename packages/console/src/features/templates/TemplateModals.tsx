import { duplicateTemplate, getTemplate, listTemplates, updateTemplate, type TemplateDetail } from "@terrace/contract/api/templates";
import { Form, Input } from "antd";
import { useNavigate } from "react-router";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { KeyField, NameField } from "./TemplateFields.tsx";
import { templatePath } from "./template-words.ts";

type Asked = { readonly template: TemplateDetail; readonly onClose: () => void };

/** Another name and description; what is sent stays as it is. */
export function RenameTemplateModal({ template, onClose }: Asked) {
  const text = useText();
  const params = { ...useWorkspaceParams(), template: template.id };
  const update = useChange(updateTemplate, [listTemplates, getTemplate]);
  return (
    <FormModal<{ name: string; description: string }>
      title={text("templates.rename")}
      okText={text("common.save")}
      busy={update.isPending}
      error={update.error}
      onClose={onClose}
      onSubmit={(body) => update.mutate({ params, body: { ...body, basedOn: template.edition } }, { onSuccess: onClose })}
      initialValues={{ name: template.name, description: template.description }}
    >
      <NameField />
      <Form.Item name="description" label={text("templates.description")} extra={text("templates.descriptionHint")}>
        <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 5 }} />
      </Form.Item>
    </FormModal>
  );
}

/** Begins a template with the draft of another and goes to it. */
export function CopyTemplateModal({ template, onClose }: Asked) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const params = { ...useWorkspaceParams(), template: template.id };
  const duplicate = useChange(duplicateTemplate, [listTemplates]);
  return (
    <FormModal<{ name: string; key: string }>
      title={text("templates.copyTitle", { name: template.name })}
      okText={text("templates.copy")}
      busy={duplicate.isPending}
      error={duplicate.error}
      onClose={onClose}
      onSubmit={(body) => duplicate.mutate({ params, body }, { onSuccess: ({ id }) => void navigate(link(templatePath(id))) })}
      initialValues={{ name: text("templates.copyName", { name: template.name }).slice(0, 80) }}
    >
      <NameField />
      <KeyField />
    </FormModal>
  );
}
