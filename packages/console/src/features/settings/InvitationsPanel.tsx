import { listInvitations, revokeInvitation } from "@terrace/contract/api/members";
import { App, Button } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useRoleName, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ExportButton } from "../exports/ExportButton.tsx";

type Invitation = CallAnswer<typeof listInvitations>["items"][number];
const rowKey = ({ id }: Invitation) => id;

/** Invitations that nobody has accepted yet. */
export function InvitationsPanel() {
  const text = useText();
  const nameOf = useRoleName();
  const invitations = useCall(listInvitations, { params: useWorkspaceParams() });
  const columns: readonly DataColumn<Invitation>[] = [
    { key: "email", title: text("signIn.email"), ellipsis: true, render: ({ email }) => email },
    { key: "role", title: text("members.role"), width: 120, render: ({ role, roleName }) => nameOf(role, roleName) },
    {
      key: "by",
      title: text("invite.by"),
      ellipsis: true,
      width: 200,
      render: ({ createdBy }) => <span className="muted">{createdBy}</span>,
    },
    {
      key: "until",
      title: text("invite.until"),
      width: 120,
      figure: true,
      render: ({ expiresAt }) => <TimeText at={expiresAt} form="day" />,
    },
    { key: "revoke", title: "", width: 88, figure: true, render: (invitation) => <Revoke invitation={invitation} /> },
  ];
  return (
    <Panel flush title={text("invite.open")} extra={<ExportButton what="invitations" />}>
      <QueryView query={invitations} skeleton={2}>
        {({ items }) => (
          <DataTable<Invitation>
            label={text("invite.open")}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={700}
            empty={<EmptyState text={text("invite.none")} />}
            phoneRow={(invitation) => ({
              title: invitation.email,
              detail: nameOf(invitation.role, invitation.roleName),
              actions: <Revoke invitation={invitation} />,
            })}
          />
        )}
      </QueryView>
    </Panel>
  );
}

function Revoke({ invitation }: { readonly invitation: Invitation }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), invitation: invitation.id };
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const revoke = useChange(revokeInvitation, [listInvitations]);
  const ask = () =>
    void modal.confirm({
      title: text("invite.revokeTitle", { email: invitation.email }),
      okText: text("invite.revoke"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => revoke.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <Button size="small" danger onClick={ask}>
      {text("invite.revoke")}
    </Button>
  );
}
