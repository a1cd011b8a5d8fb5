import type { CustomRoleView } from "@terrace/contract/api/roles";
import { deleteRole, listRoles } from "@terrace/contract/api/roles";
import { listMembers } from "@terrace/contract/api/access";
import { listInvitations } from "@terrace/contract/api/members";
import type { RoleKey } from "@terrace/domain/access/roles";
import { Alert, Button, Form, Select } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { useRoleOptions } from "./use-role-options.ts";

type Fields = { readonly replacement?: RoleKey };

/** Deletes a role; whoever has it gets another one. */
export function DeleteRole({ role }: { readonly role: CustomRoleView }) {
  const text = useText();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size="small" danger onClick={() => setAsking(true)}>
        {text("common.delete")}
      </Button>
      {asking ? <Confirm role={role} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function Confirm({ role, onClose }: { readonly role: CustomRoleView; readonly onClose: () => void }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), role: role.key };
  const showFault = useFaultMessage();
  const options = useRoleOptions().filter(({ value }) => value !== role.key && value !== "owner");
  const remove = useChange(deleteRole, [listRoles, listMembers, listInvitations]);
  const submit = ({ replacement }: Fields) =>
    remove.mutate({ params, query: replacement === undefined ? {} : { replacement } }, { onSuccess: onClose, onError: showFault });
  return (
    <FormModal<Fields>
      title={text("roles.deleteTitle", { name: role.name })}
      okText={text("common.delete")}
      busy={remove.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      {role.members === 0 ? (
        <p>{text("roles.unused")}</p>
      ) : (
        <>
          <Alert type="warning" showIcon title={text("roles.inUse", { count: role.members })} />
          <Form.Item
            name="replacement"
            label={text("roles.replacement")}
            className="after-alert"
            rules={[{ required: true, message: text("signIn.required") }]}
          >
            <Select options={options} />
          </Form.Item>
        </>
      )}
    </FormModal>
  );
}
