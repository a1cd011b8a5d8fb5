import { createToken, listTokens } from "@terrace/contract/api/security";
import type { Permission } from "@terrace/domain/access/permissions";
import { Checkbox, Form, Input, InputNumber } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspace } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { SecretShown } from "../../ui/SecretShown.tsx";

type Fields = { readonly name: string; readonly scopes: Permission[]; readonly expiresInDays: number };

/** Makes a token for the workspace on screen and shows it this one time. */
export function NewToken({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { id, permissions } = useWorkspace();
  const showFault = useFaultMessage();
  const [secret, setSecret] = useState<string>();
  const make = useChange(createToken, [listTokens]);
  if (secret !== undefined) return <SecretShown title={text("tokens.shown")} hint="keys.shownHint" secret={secret} onClose={onClose} />;
  return (
    <FormModal<Fields>
      title={text("tokens.new")}
      okText={text("common.create")}
      busy={make.isPending}
      onSubmit={(fields) =>
        make.mutate(
          { body: { ...fields, name: fields.name.trim(), workspace: id } },
          { onSuccess: (made) => setSecret(made.secret), onError: showFault },
        )
      }
      onClose={onClose}
      initialValues={{ name: "", scopes: permissions.filter((one) => one.endsWith(":read")), expiresInDays: 90 }}
      width={480}
    >
      <p className="muted">{text("tokens.intro")}</p>
      <Form.Item
        name="name"
        label={text("keys.name")}
        rules={[{ required: true, whitespace: true, max: 80, message: text("signIn.required") }]}
      >
        <Input autoFocus maxLength={80} />
      </Form.Item>
      <Form.Item
        name="scopes"
        label={text("keys.scopes")}
        rules={[{ required: true, type: "array", min: 1, message: text("keys.scopesRule") }]}
      >
        <Checkbox.Group className="scope-choices" options={permissions.map((one) => ({ value: one, label: text(`permission.${one}`) }))} />
      </Form.Item>
      <Form.Item name="expiresInDays" label={text("invite.days")}>
        <InputNumber min={1} max={366} precision={0} />
      </Form.Item>
    </FormModal>
  );
}
