import { createErasure, listErasures, previewErasure } from "@terrace/contract/api/rights";
import { Alert, App, Checkbox, Form, Input, Skeleton } from "antd";
import { useNavigate } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import "./rights.css";

type Fields = { readonly reason: string; readonly confirm: boolean };
type ErasePersonProps = { readonly person: { readonly id: string; readonly displayName: string }; readonly onClose: () => void };

/** Asks for a reason and a confirmation, then erases a person for good. */
export function ErasePerson({ person, onClose }: ErasePersonProps) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const params = useWorkspaceParams();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const erase = useChange(createErasure, [listErasures]);
  const preview = usePreview(person.id);
  const submit = ({ reason }: Fields) =>
    erase.mutate(
      { params, body: { people: [person.id], reason, confirm: "erase" } },
      {
        onSuccess: () => {
          void message.success(text("rights.eraseStarted"));
          void navigate(link("settings/erasures"));
        },
        onError: showFault,
      },
    );
  return (
    <FormModal<Fields>
      title={text("rights.eraseTitle", { name: person.displayName })}
      okText={text("rights.erase")}
      danger
      busy={erase.isPending}
      onSubmit={submit}
      onClose={onClose}
      width={480}
    >
      {preview === undefined ? (
        <Skeleton active title={false} paragraph={{ rows: 2 }} />
      ) : (
        <p>{text("rights.eraseBody", { people: format.count(preview.people), ids: format.count(preview.ids) })}</p>
      )}
      <EraseFields />
    </FormModal>
  );
}

function usePreview(personId: string) {
  const params = useWorkspaceParams();
  return useCall(previewErasure, { params, body: { people: [personId] } }, { staleMs: 0 }).data;
}

/** What every erasure asks for: the reason, and that it is understood. */
export function EraseFields() {
  const text = useText();
  return (
    <>
      <Alert type="error" showIcon title={text("rights.eraseForGood")} className="erase-alert" />
      <Form.Item
        name="reason"
        label={text("rights.reason")}
        rules={[{ required: true, whitespace: true, min: 3, max: 300, message: text("rights.reasonRule") }]}
      >
        <Input.TextArea rows={2} maxLength={300} placeholder={text("rights.reasonExample")} />
      </Form.Item>
      <Form.Item
        name="confirm"
        valuePropName="checked"
        rules={[
          {
            validator: (_, value: unknown) =>
              value === true ? Promise.resolve() : Promise.reject(new Error(text("rights.eraseConfirmRule"))),
          },
        ]}
      >
        <Checkbox>{text("rights.eraseConfirm")}</Checkbox>
      </Form.Item>
    </>
  );
}
