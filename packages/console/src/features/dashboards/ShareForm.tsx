import type { DashboardRow } from "@terrace/contract/api/dashboards";
import { Form, Segmented, Select, Typography } from "antd";
import { useText } from "../../app/i18n.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useRoleOptions } from "../settings/use-role-options.ts";

export type Sharing = DashboardRow["sharing"];
type Fields = { readonly who: "nobody" | "everyone" | "roles"; readonly roles?: string[]; readonly may: Sharing["may"] };

type Props = {
  readonly sharing: Sharing;
  /** The address that opens it. */
  readonly address: string;
  readonly busy: boolean;
  readonly onSave: (sharing: Sharing) => void;
  readonly onClose: () => void;
};

/** Who besides its owner sees something that was saved, and the address for them. */
export function ShareForm({ sharing, address, busy, onSave, onClose }: Props) {
  const text = useText();
  const [form] = Form.useForm<Fields>();
  const roles = useRoleOptions();
  const who = Form.useWatch("who", form) ?? whoOf(sharing);
  return (
    <FormModal<Fields>
      title={text("sharing.title")}
      okText={text("common.save")}
      busy={busy}
      form={form}
      initialValues={{ who: whoOf(sharing), roles: typeof sharing.with === "string" ? [] : [...sharing.with], may: sharing.may }}
      onSubmit={(fields) => onSave({ with: fields.who === "roles" ? (fields.roles ?? []) : fields.who, may: fields.may })}
      onClose={onClose}
    >
      <Form.Item name="who" label={text("sharing.who")}>
        <Segmented options={(["nobody", "everyone", "roles"] as const).map((one) => ({ value: one, label: text(`sharing.who.${one}`) }))} />
      </Form.Item>
      {who === "roles" ? (
        <Form.Item name="roles" label={text("sharing.roles")} rules={[{ required: true, message: text("signIn.required") }]}>
          <Select mode="multiple" options={roles.map(({ value, label }) => ({ value, label }))} />
        </Form.Item>
      ) : null}
      {who === "nobody" ? null : (
        <Form.Item name="may" label={text("sharing.may")}>
          <Segmented options={(["view", "edit"] as const).map((one) => ({ value: one, label: text(`sharing.may.${one}`) }))} />
        </Form.Item>
      )}
      {who === "nobody" ? null : (
        <Form.Item label={text("sharing.address")} extra={text("sharing.addressHint")}>
          <Typography.Text copyable={{ text: address }} className="wrap-any">
            {address}
          </Typography.Text>
        </Form.Item>
      )}
    </FormModal>
  );
}

function whoOf({ with: shown }: Sharing): Fields["who"] {
  return typeof shown === "string" ? shown : "roles";
}
