import { addMember, listMembers } from "@terrace/contract/api/access";
import type { Role } from "@terrace/domain/access/permissions";
import { ROLES } from "@terrace/domain/access/permissions";
import { Form, Input, Select } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { OneTimeLink } from "./OneTimeLink.tsx";
import { useState } from "react";

type Fields = { readonly email: string; readonly name: string; readonly role: Role };

/** Adds an operator and shows the one-time link to hand over. */
export function AddMember({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const [added, setAdded] = useState<CallAnswer<typeof addMember>>();
  const add = useChange(addMember, [listMembers]);
  if (added !== undefined) return <OneTimeLink email={added.member.email} path={added.signInPath} onClose={onClose} />;
  return (
    <FormModal<Fields>
      title={text("members.add")}
      okText={text("common.add")}
      busy={add.isPending}
      onSubmit={(body) => add.mutate({ params, body }, { onSuccess: setAdded, onError: showFault })}
      onClose={onClose}
      initialValues={{ name: "", role: "operator" }}
    >
      <Form.Item
        name="email"
        label={text("signIn.email")}
        rules={[{ required: true, type: "email", max: 320, message: text("members.emailRule") }]}
      >
        <Input autoFocus type="email" />
      </Form.Item>
      <Form.Item name="name" label={text("members.name")}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="role" label={text("members.role")}>
        <Select
          options={ROLES.map((role) => ({ value: role, label: text(`role.${role}`) }))}
          optionRender={({ value }) => (
            <span className="role-option">
              {text(`role.${value as Role}`)}
              <small className="muted">{text(`members.roleHint.${value as Role}`)}</small>
            </span>
          )}
        />
      </Form.Item>
    </FormModal>
  );
}
