import { PlusOutlined } from "@ant-design/icons";
import type { CustomRoleView } from "@terrace/contract/api/roles";
import { listRoles } from "@terrace/contract/api/roles";
import { Button } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { DeleteRole } from "./DeleteRole.tsx";
import { RoleEditor } from "./RoleEditor.tsx";
import { RoleTable } from "./RoleTable.tsx";
import "./settings.css";

const rowKey = ({ key }: CustomRoleView) => key;

/** The workspace's own roles, and what the built-in ones may. */
export function RolesPage() {
  const text = useText();
  const [editing, setEditing] = useState<CustomRoleView | "new">();
  const roles = useCall(listRoles, { params: useWorkspaceParams() });
  const columns: readonly DataColumn<CustomRoleView>[] = [
    {
      key: "name",
      title: text("roles.name"),
      ellipsis: true,
      render: (role) => (
        <Button type="link" size="small" className="strong name-link" onClick={() => setEditing(role)}>
          {role.name}
        </Button>
      ),
    },
    { key: "permissions", title: text("roles.permissions"), width: 120, figure: true, render: ({ permissions }) => permissions.length },
    { key: "fields", title: text("roles.fields"), width: 140, figure: true, render: (role) => rulesIn(role) },
    { key: "members", title: text("roles.members"), width: 120, figure: true, render: ({ members }) => members },
    { key: "delete", title: "", width: 88, figure: true, render: (role) => <DeleteRole role={role} /> },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.roles")}
        meta={<span>{text("roles.intro")}</span>}
        actions={
          <>
            <ExportButton what="roles" />
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
              {text("roles.new")}
            </Button>
          </>
        }
      />
      <div className="stack">
        <Panel flush title={text("roles.own")}>
          <QueryView query={roles} skeleton={2}>
            {({ items }) => (
              <DataTable<CustomRoleView>
                label={text("roles.own")}
                rows={items}
                rowKey={rowKey}
                columns={columns}
                minWidth={620}
                onOpen={setEditing}
                empty={<EmptyState text={text("roles.empty")} />}
                phoneRow={(role) => ({
                  title: role.name,
                  detail: text("roles.summary", { permissions: role.permissions.length, members: role.members }),
                  actions: <DeleteRole role={role} />,
                })}
              />
            )}
          </QueryView>
        </Panel>
        <RoleTable />
      </div>
      {editing === undefined ? null : (
        <RoleEditor {...(editing === "new" ? {} : { role: editing })} onClose={() => setEditing(undefined)} />
      )}
    </>
  );
}

function rulesIn({ fields }: CustomRoleView): number {
  return [fields.classes, fields.traits, fields.properties].reduce((sum, part) => sum + Object.keys(part).length, 0);
}
