import { listPurposes, savePurpose } from "@terrace/contract/api/consent";
import { CONSENT_WORD, LEGAL_BASES } from "@terrace/domain/consent/purposes";
import { Alert, Form, Input, Select, Switch } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { PurposeRow } from "./answers.ts";

type Fields = Omit<PurposeRow, "given" | "withdrawn">;

const NEW: Fields = {
  key: "",
  nameZh: "",
  nameEn: "",
  descriptionZh: "",
  descriptionEn: "",
  basis: "consent",
  textKey: "privacy",
  active: true,
};

/** Makes or changes a purpose. Its key is what events and other systems call it, so it stays. */
export function PurposeModal({ purpose, onClose }: { readonly purpose: PurposeRow | undefined; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const save = useChange(savePurpose, [listPurposes]);
  const submit = ({ key, ...body }: Fields) =>
    save.mutate({ params: { ...params, purpose: purpose?.key ?? key }, body }, { onSuccess: onClose, onError: showFault });
  const required = [{ required: true, whitespace: true, message: text("signIn.required") }];
  return (
    <FormModal<Fields>
      title={text(purpose === undefined ? "privacy.newPurpose" : "privacy.editPurpose")}
      okText={text("common.save")}
      busy={save.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={purpose ?? NEW}
      width={520}
    >
      {purpose === undefined ? (
        <Form.Item
          name="key"
          label={text("privacy.key")}
          extra={text("privacy.keyHint")}
          rules={[{ required: true, pattern: CONSENT_WORD, message: text("privacy.keyRule") }]}
        >
          <Input maxLength={40} autoFocus />
        </Form.Item>
      ) : null}
      <div className="two-fields">
        <Form.Item name="nameZh" label={text("privacy.nameZh")} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="nameEn" label={text("privacy.nameEn")} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
      </div>
      <Form.Item name="descriptionZh" label={text("privacy.descriptionZh")}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name="descriptionEn" label={text("privacy.descriptionEn")}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name="basis" label={text("privacy.basis")} extra={text("privacy.basisHint")}>
        <Select options={LEGAL_BASES.map((basis) => ({ value: basis, label: text(`privacy.basis.${basis}`) }))} />
      </Form.Item>
      <Form.Item name="textKey" label={text("privacy.textKey")} extra={text("privacy.textKeyHint")}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="active" label={text("privacy.active")} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Alert type="info" title={text("privacy.activeHint")} />
    </FormModal>
  );
}
