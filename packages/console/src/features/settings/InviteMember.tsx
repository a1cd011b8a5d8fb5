import { createInvitation, listInvitations } from "@terrace/contract/api/members";
import type { RoleKey } from "@terrace/domain/access/roles";
import { Form, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { SecretShown } from "../../ui/SecretShown.tsx";
import { useRoleOptions } from "./use-role-options.ts";

type Fields = { readonly email: string; readonly name: string; readonly role: RoleKey; readonly expiresInDays: number };

/** Invites someone and shows the link to hand over, once. */
export function InviteMember({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const options = useRoleOptions();
  const [link, setLink] = useState<{ readonly email: string; readonly path: string }>();
  const invite = useChange(createInvitation, [listInvitations]);
  if (link !== undefined)
    return (
      <SecretShown
        title={text("invite.linkTitle", { email: link.email })}
        hint="invite.linkHint"
        secret={window.location.origin + link.path}
        onClose={onClose}
      />
    );
  return (
    <FormModal<Fields>
      title={text("invite.new")}
      okText={text("invite.submit")}
      busy={invite.isPending}
      onSubmit={(body) =>
        invite.mutate(
          { params, body },
          { onSuccess: ({ invitation, path }) => setLink({ email: invitation.email, path }), onError: showFault },
        )
      }
      onClose={onClose}
      initialValues={{ name: "", role: "operator", expiresInDays: 7 }}
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
        <Select options={options} />
      </Form.Item>
      <Form.Item name="expiresInDays" label={text("invite.days")}>
        <InputNumber min={1} max={30} precision={0} />
      </Form.Item>
    </FormModal>
  );
}
