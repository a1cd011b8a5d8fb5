import { unmaskVerification } from "@terrace/contract/api/verifications";
import { Form, Input } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { VerificationDetail } from "./answers.ts";

type Props = {
  readonly application: VerificationDetail;
  readonly onShown: (values: Readonly<Record<string, string>>) => void;
  readonly onClose: () => void;
};
type Fields = { readonly reason: string };

/** Asks why evidence is to be shown in clear; the reason goes into the audit log. */
export function UnmaskEvidence({ application: { id, person }, onShown, onClose }: Props) {
  const text = useText();
  const params = { ...useWorkspaceParams(), verification: id };
  const showFault = useFaultMessage();
  const unmask = useChange(unmaskVerification);
  return (
    <FormModal<Fields>
      title={text("person.unmaskTitle", { name: person.displayName })}
      okText={text("person.unmask")}
      busy={unmask.isPending}
      onSubmit={(body) => unmask.mutate({ params, body }, { onSuccess: ({ evidence }) => onShown(evidence), onError: showFault })}
      onClose={onClose}
    >
      <p className="muted">{text("person.unmaskHint")}</p>
      <Form.Item
        name="reason"
        label={text("person.unmaskReason")}
        rules={[{ required: true, whitespace: true, min: 3, max: 300, message: text("person.unmaskReasonRule") }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={300} />
      </Form.Item>
    </FormModal>
  );
}
