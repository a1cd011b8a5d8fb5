import { MoreOutlined } from "@ant-design/icons";
import { createSignInLink, listMembers, removeMember } from "@terrace/contract/api/access";
import { resetSecondFactor } from "@terrace/contract/api/security";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { SecretShown } from "../../ui/SecretShown.tsx";
import type { Member } from "./answers.ts";

/** A new one-time link for a member, or taking them out. */
export function MemberActions({ member }: { readonly member: Member }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), operator: member.operatorId };
  const { session, workspace } = useScope();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const [path, setPath] = useState<string>();
  const remove = useChange(removeMember, [listMembers]);
  const link = useChange(createSignInLink);
  const reset = useChange(resetSecondFactor, [listMembers]);
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
  const askReset = () =>
    void modal.confirm({
      title: text("members.resetFactorTitle", { name: member.email }),
      content: text("members.resetFactorBody"),
      okText: text("common.confirm"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => reset.mutateAsync({ params }).then(() => undefined, showFault),
    });
  const items = [
    ...(member.secondFactor && workspace.role === "owner"
      ? [{ key: "factor", label: text("members.resetFactor"), onClick: askReset }]
      : []),
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
      {path === undefined ? null : (
        <SecretShown
          renewable
          title={text("members.linkTitle", { email: member.email })}
          hint={path.includes("token=") ? "members.linkHint" : "members.linkElsewhere"}
          secret={window.location.origin + path}
          onClose={() => setPath(undefined)}
        />
      )}
    </>
  );
}
