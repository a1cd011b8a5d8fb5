import { getPersonConsent, recordPersonConsent } from "@terrace/contract/api/consent";
import { getTimeline } from "@terrace/contract/api/people";
import { CHANNELS } from "@terrace/domain/consent/purposes";
import { Form, Input, Select } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { ConsentChoice } from "./consent-choice.ts";
import type { Person } from "./answers.ts";

type Fields = { readonly channel: string; readonly reason: string };
type ConsentModalProps = { readonly person: Person; readonly choice: ConsentChoice; readonly onClose: () => void };

/** Records what a person told an operator, with how they said it. */
export function ConsentModal({ person, choice, onClose }: ConsentModalProps) {
  const text = useText();
  const params = { ...useWorkspaceParams(), person: person.id };
  const showFault = useFaultMessage();
  const record = useChange(recordPersonConsent, [getPersonConsent, getTimeline]);
  const { purpose, name, state } = choice;
  const submit = (fields: Fields) =>
    record.mutate({ params, body: { purpose, state, ...fields } }, { onSuccess: onClose, onError: showFault });
  return (
    <FormModal<Fields>
      title={text(`consent.ask.${state}`, { purpose: name, name: person.displayName })}
      okText={text(`consent.do.${state}`)}
      busy={record.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{ channel: "", reason: "" }}
    >
      <Form.Item name="channel" label={text("consent.channel")}>
        <Select
          options={[
            { value: "", label: text("consent.channel.all") },
            ...CHANNELS.map((channel) => ({ value: channel, label: text(`consent.channel.${channel}`) })),
          ]}
        />
      </Form.Item>
      <Form.Item
        name="reason"
        label={text("consent.reasonLabel")}
        extra={text("consent.reasonHint")}
        rules={[{ required: true, whitespace: true, min: 3, max: 300, message: text("person.unmaskReasonRule") }]}
      >
        <Input.TextArea autoFocus rows={2} maxLength={300} placeholder={text("consent.reasonExample")} />
      </Form.Item>
    </FormModal>
  );
}
