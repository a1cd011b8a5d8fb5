import {
  listConditionTemplates,
  TEMPLATE_NOTE_MAX,
  updateConditionTemplate,
  type ConditionTemplate,
} from "@terrace/contract/api/condition-templates";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { App, Checkbox, Form, Input } from "antd";
import { useChange } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { FormModal } from "../../../ui/FormModal.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import { ConditionText } from "../../conditions/ConditionText.tsx";

export type TemplateWords = { readonly name: string; readonly note?: string };
type Fields = TemplateWords & { readonly replaces?: boolean };
type Props = {
  readonly template: ConditionTemplate;
  /** The rule that stands in the builder, once it can be saved. */
  readonly own: PersonCondition | undefined;
  readonly onClose: () => void;
};

/** Renames a template, and gives it the rule that stands in the builder if that is wanted. */
export function ChangeTemplate({ template, own, onClose }: Props) {
  const text = useText();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), template: template.id };
  const save = useChange(updateConditionTemplate, [listConditionTemplates]);
  return (
    <FormModal<Fields>
      title={text("segments.templateChange", { name: template.name })}
      okText={text("common.save")}
      busy={save.isPending}
      initialValues={{ name: template.name, note: template.note, replaces: false }}
      onClose={onClose}
      onSubmit={({ name, note = "", replaces }) =>
        save.mutate(
          { params, body: { name, note, ...(replaces === true && own !== undefined ? { rule: own } : {}) } },
          {
            onSuccess: () => {
              void message.success(text("segments.templateChanged", { name }));
              onClose();
            },
            onError: showFault,
          },
        )
      }
    >
      <TemplateFields />
      {own === undefined ? (
        <p className="small muted">{text("segments.templateNoRule")}</p>
      ) : (
        <Form.Item name="replaces" valuePropName="checked" extra={<ConditionText condition={own} />}>
          <Checkbox>{text("segments.templateReplace")}</Checkbox>
        </Form.Item>
      )}
    </FormModal>
  );
}

/** What a template is called, and what is said of it. */
export function TemplateFields() {
  const text = useText();
  return (
    <>
      <Form.Item
        name="name"
        label={text("segments.templateName")}
        rules={[{ required: true, whitespace: true, message: text("signIn.required") }]}
      >
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="note" label={text("segments.templateNote")}>
        <Input.TextArea maxLength={TEMPLATE_NOTE_MAX} autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
    </>
  );
}
