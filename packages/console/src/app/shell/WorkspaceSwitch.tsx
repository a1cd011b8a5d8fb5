import { DownOutlined, PlusOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import type { MenuProps } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useText } from "../i18n.ts";
import { useScope, workspaceLink } from "../workspace/workspace-context.ts";
import { Logo } from "./Logo.tsx";
import { NewWorkspace } from "./NewWorkspace.tsx";
import "./workspace-switch.css";

/** The workspace on screen with its label, and the way to another one. */
export function WorkspaceSwitch({ compact }: { readonly compact: boolean }) {
  const text = useText();
  const navigate = useNavigate();
  const { session, workspace } = useScope();
  const [making, setMaking] = useState(false);
  const labelOf = (label: string) =>
    label === "sample" ? text("workspace.label.sample") : label === "simulated" ? text("workspace.label.simulated") : text("app.name");
  const items: MenuProps["items"] = [
    ...session.workspaces.map(({ id, name, label }) => ({
      key: id,
      label: (
        <span className="switch-item">
          <span>{name}</span>
          <small>{labelOf(label)}</small>
        </span>
      ),
    })),
    { type: "divider" as const },
    { key: "new", icon: <PlusOutlined />, label: text("workspace.new") },
  ];
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items,
          selectedKeys: [workspace.id],
          onClick: ({ key }) => (key === "new" ? setMaking(true) : void navigate(workspaceLink(key, ""))),
        }}
      >
        <button type="button" className="workspace-switch" aria-label={`${text("workspace.switch")}: ${workspace.name}`}>
          <Logo />
          {compact ? null : (
            <>
              <span className="workspace-name">
                <b>{workspace.name}</b>
                <small>{labelOf(workspace.label)}</small>
              </span>
              <DownOutlined aria-hidden="true" />
            </>
          )}
        </button>
      </Dropdown>
      {making ? <NewWorkspace onClose={() => setMaking(false)} /> : null}
    </>
  );
}
