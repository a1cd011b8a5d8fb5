import { unmaskPerson } from "@terrace/contract/api/people";
import { Form, Input } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { ClearValues, Person } from "./answers.ts";

type Fields = { readonly reason: string };
type UnmaskModalProps = { readonly person: Person; readonly onShown: (values: ClearValues) => void; readonly onClose: () => void };

/** Asks why personal values are to be shown in clear; the reason goes into the audit log. */
export function UnmaskModal({ person, onShown, onClose }: UnmaskModalProps) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const unmask = useChange(unmaskPerson);
  const submit = ({ reason }: Fields) =>
    unmask.mutate({ params: { ...params, person: person.id }, body: { reason } }, { onSuccess: onShown, onError: showFault });
  return (
    <FormModal<Fields>
      title={text("person.unmaskTitle", { name: person.displayName })}
      okText={text("person.unmask")}
      busy={unmask.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="muted">{text("person.unmaskHint")}</p>
      <Form.Item
        name="reason"
        label={text("person.unmaskReason")}
        rules={[{ required: true, whitespace: true, min: 3, max: 300, message: text("person.unmaskReasonRule") }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={300} placeholder={text("person.unmaskReasonExample")} />
      </Form.Item>
    </FormModal>
  );
}
