import { changeMemberRole, listMembers } from "@terrace/contract/api/access";
import type { RoleKey } from "@terrace/domain/access/roles";
import { App, Select } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useRoleName, useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { Member } from "./answers.ts";
import { useRoleOptions } from "./use-role-options.ts";

/** The role of a member; changed in place, after asking. One's own role is changed by another. */
export function MemberRole({ member }: { readonly member: Member }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), operator: member.operatorId };
  const { session } = useScope();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const change = useChange(changeMemberRole, [listMembers]);
  const options = useRoleOptions();
  const nameOf = useRoleName();
  const ask = (role: RoleKey) =>
    void modal.confirm({
      title: text("members.roleTitle", { name: member.email, role: options.find(({ value }) => value === role)?.label ?? role }),
      okText: text("common.confirm"),
      cancelText: text("common.cancel"),
      onOk: () => change.mutateAsync({ params, body: { role } }).then(() => undefined, showFault),
    });
  if (member.operatorId === session.operator.id) return <>{nameOf(member.role, member.roleName)}</>;
  return (
    <Select<RoleKey>
      size="small"
      className="role-select"
      value={member.role}
      loading={change.isPending}
      aria-label={text("members.role")}
      onChange={ask}
      options={withCurrent(options, { value: member.role, label: nameOf(member.role, member.roleName) })}
    />
  );
}

type Option = { readonly value: RoleKey; readonly label: string };

/** Until the roles of the workspace are loaded, the one in force still has its name. */
function withCurrent(options: Option[], current: Option): Option[] {
  return options.some(({ value }) => value === current.value) ? options : [...options, current];
}
