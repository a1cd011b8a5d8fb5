import { getPrivacyReport, savePrivacyFacts } from "@terrace/contract/api/privacy";
import { Form, Input, Switch } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type Facts = CallAnswer<typeof getPrivacyReport>["facts"];

/** What the configuration cannot tell and the reports must say. */
export function FactsModal({ facts, onClose }: { readonly facts: Facts; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const save = useChange(savePrivacyFacts, [getPrivacyReport]);
  const submit = (body: Facts) => save.mutate({ params, body }, { onSuccess: onClose, onError: showFault });
  return (
    <FormModal<Facts>
      title={text("privacy.editFacts")}
      okText={text("common.save")}
      busy={save.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={facts}
      width={560}
    >
      {(["controller", "contact", "storagePlace"] as const).map((name) => (
        <Form.Item key={name} name={name} label={text(`privacy.fact.${name}`)}>
          <Input maxLength={300} />
        </Form.Item>
      ))}
      <Form.Item name="recipients" label={text("privacy.fact.recipients")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
      <Form.Item name="crossBorder" label={text("privacy.fact.crossBorder")} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="crossBorderNote" label={text("privacy.fact.crossBorderNote")}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
      <Form.Item name="measures" label={text("privacy.fact.measures")}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
    </FormModal>
  );
}
