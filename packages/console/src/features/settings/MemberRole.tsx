import { changeMemberRole, listMembers } from "@terrace/contract/api/access";
import type { Role } from "@terrace/domain/access/permissions";
import { ROLES } from "@terrace/domain/access/permissions";
import { App, Select } from "antd";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { Member } from "./MembersPage.tsx";

/** The role of a member; changed in place, after asking. One's own role is changed by another. */
export function MemberRole({ member }: { readonly member: Member }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), operator: member.operatorId };
  const { session } = useScope();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const change = useChange(changeMemberRole, [listMembers]);
  const ask = (role: Role) =>
    void modal.confirm({
      title: text("members.roleTitle", { name: member.email, role: text(`role.${role}`) }),
      okText: text("common.confirm"),
      cancelText: text("common.cancel"),
      onOk: () => change.mutateAsync({ params, body: { role } }).then(() => undefined, showFault),
    });
  if (member.operatorId === session.operator.id) return <>{text(`role.${member.role}`)}</>;
  return (
    <Select<Role>
      size="small"
      className="role-select"
      value={member.role}
      loading={change.isPending}
      aria-label={text("members.role")}
      onChange={ask}
      options={ROLES.map((role) => ({ value: role, label: text(`role.${role}`) }))}
    />
  );
}
