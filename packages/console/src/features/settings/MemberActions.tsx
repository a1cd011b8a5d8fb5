import { MoreOutlined } from "@ant-design/icons";
import { createSignInLink, listMembers, removeMember } from "@terrace/contract/api/access";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { Member } from "./MembersPage.tsx";
import { OneTimeLink } from "./OneTimeLink.tsx";

/** A new one-time link for a member, or taking them out. */
export function MemberActions({ member }: { readonly member: Member }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), operator: member.operatorId };
  const { session } = useScope();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const [path, setPath] = useState<string>();
  const remove = useChange(removeMember, [listMembers]);
  const link = useChange(createSignInLink);
  const askRemove = () =>
    void modal.confirm({
      title: text("members.removeTitle", { name: member.email }),
      content: text("members.removeBody"),
      okText: text("common.remove"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
    });
  if (member.operatorId === session.operator.id) return null;
  const items = [
    {
      key: "link",
      label: text("members.newLink"),
      onClick: () => link.mutate({ params }, { onSuccess: ({ signInPath }) => setPath(signInPath), onError: showFault }),
    },
    { key: "remove", danger: true, label: text("common.remove"), onClick: askRemove },
  ];
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items }}>
        <Button type="text" size="small" aria-label={`${text("common.more")} ${member.email}`} icon={<MoreOutlined />} />
      </Dropdown>
      {path === undefined ? null : <OneTimeLink email={member.email} path={path} onClose={() => setPath(undefined)} />}
    </>
  );
}
