import { UserAddOutlined } from "@ant-design/icons";
import { listMembers } from "@terrace/contract/api/access";
import { Button } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useScope, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { InvitationsPanel } from "./InvitationsPanel.tsx";
import { InviteMember } from "./InviteMember.tsx";
import { MemberActions } from "./MemberActions.tsx";
import { MemberRole } from "./MemberRole.tsx";
import "./settings.css";
import type { Member } from "./answers.ts";

const rowKey = ({ operatorId }: Member) => operatorId;

/** Operators of the workspace and their roles. */
export function MembersPage() {
  const text = useText();
  const { session } = useScope();
  const [adding, setAdding] = useState(false);
  const members = useCall(listMembers, { params: useWorkspaceParams() });
  const own = session.operator.id;
  const columns: readonly DataColumn<Member>[] = [
    {
      key: "name",
      title: text("members.name"),
      render: (member) => (
        <>
          <span className="strong">{member.name === "" ? member.email : member.name}</span>
          {member.operatorId === own ? <small className="muted"> {text("members.you")}</small> : null}
          {member.active ? null : <small className="muted"> {text("members.inactive")}</small>}
        </>
      ),
    },
    { key: "email", title: text("signIn.email"), ellipsis: true, render: ({ email }) => email },
    { key: "role", title: text("members.role"), width: 140, render: (member) => <MemberRole member={member} /> },
    {
      key: "factor",
      title: text("members.secondFactor"),
      width: 110,
      render: ({ secondFactor }) => (secondFactor ? text("common.yes") : <span className="muted">{text("common.no")}</span>),
    },
    {
      key: "seen",
      title: text("members.lastSeen"),
      width: 150,
      figure: true,
      render: ({ lastSeenAt }) =>
        lastSeenAt === null ? <span className="muted">{text("members.never")}</span> : <TimeText at={lastSeenAt} form="recent" />,
    },
    {
      key: "since",
      title: text("members.since"),
      width: 110,
      figure: true,
      render: ({ createdAt }) => <TimeText at={createdAt} form="day" />,
    },
    { key: "actions", title: "", width: 48, figure: true, render: (member) => <MemberActions member={member} /> },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.members")}
        actions={
          <>
            <ExportButton what="members" />
            <Button type="primary" icon={<UserAddOutlined />} onClick={() => setAdding(true)}>
              {text("invite.new")}
            </Button>
          </>
        }
      />
      <div className="stack">
        <Panel flush>
          <QueryView query={members} skeleton={4}>
            {({ items }) => (
              <DataTable<Member>
                label={text("nav.members")}
                rows={items}
                rowKey={rowKey}
                columns={columns}
                minWidth={860}
                empty={<EmptyState text={text("members.empty")} />}
                phoneRow={(member) => ({
                  title: member.name === "" ? member.email : member.name,
                  detail: member.name === "" ? "" : member.email,
                  actions: (
                    <>
                      <MemberRole member={member} />
                      <MemberActions member={member} />
                    </>
                  ),
                })}
              />
            )}
          </QueryView>
        </Panel>
        <InvitationsPanel />
      </div>
      {adding ? <InviteMember onClose={() => setAdding(false)} /> : null}
    </>
  );
}
