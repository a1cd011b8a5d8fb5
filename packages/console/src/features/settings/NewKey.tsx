import { createKey, listKeys } from "@terrace/contract/api/access";
import type { Permission } from "@terrace/domain/access/permissions";
import { PERMISSIONS } from "@terrace/domain/access/permissions";
import { Checkbox, Form, Input, Radio } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { SecretShown } from "../../ui/SecretShown.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

type Fields = { readonly kind: "write" | "secret"; readonly name: string; readonly scopes: readonly Permission[] };

/** Makes a key and shows it this one time. */
export function NewKey({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const may = useMay();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form);
  const [secret, setSecret] = useState<string>();
  const make = useChange(createKey, [listKeys]);
  const submit = (fields: Fields) =>
    make.mutate(
      { params, body: { kind: fields.kind, name: fields.name.trim(), scopes: fields.kind === "secret" ? [...fields.scopes] : [] } },
      { onSuccess: (made) => setSecret(made.secret), onError: showFault },
    );
  if (secret !== undefined)
    return <SecretShown title={text("keys.shownTitle")} hint="keys.shownHint" label={text("keys.key")} secret={secret} onClose={onClose} />;
  return (
    <FormModal<Fields>
      title={text("keys.new")}
      okText={text("common.create")}
      busy={make.isPending}
      onSubmit={submit}
      onClose={onClose}
      initialValues={{ kind: "write", name: "", scopes: ["people:read", "events:read"] }}
      form={form}
      width={480}
    >
      <Form.Item name="kind" label={text("keys.kind")}>
        <Radio.Group className="choices">
          {(["write", "secret"] as const).map((one) => (
            <Radio key={one} value={one}>
              {text(`keys.kind.${one}`)}
              <small className="muted">{text(`keys.kindHint.${one}`)}</small>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <Form.Item
        name="name"
        label={text("keys.name")}
        rules={[{ required: true, whitespace: true, max: 80, message: text("signIn.required") }]}
      >
        <Input autoFocus maxLength={80} placeholder={text("keys.nameExample")} />
      </Form.Item>
      {kind === "secret" ? (
        <Form.Item
          name="scopes"
          label={text("keys.scopes")}
          rules={[{ required: true, type: "array", min: 1, message: text("keys.scopesRule") }]}
        >
          <Checkbox.Group
            className="scope-choices"
            options={PERMISSIONS.filter((permission) => may(permission)).map((permission) => ({
              value: permission,
              label: text(`permission.${permission}`),
            }))}
          />
        </Form.Item>
      ) : null}
    </FormModal>
  );
}
