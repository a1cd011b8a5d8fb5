import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useText } from "../i18n.ts";
import { NavMenu } from "./NavMenu.tsx";
import { WorkspaceSwitch } from "./WorkspaceSwitch.tsx";

type SideNavProps = { readonly collapsed: boolean; readonly foldable: boolean; readonly onFold: () => void };

/** The side navigation of a desk: workspace on top, sections, fold button at the bottom. */
export function SideNav({ collapsed, foldable, onFold }: SideNavProps) {
  const text = useText();
  const label = text(collapsed ? "nav.unfold" : "nav.fold");
  return (
    <aside className="side-nav">
      <WorkspaceSwitch compact={collapsed} />
      <nav aria-label={text("nav.label")} className="side-nav-menu">
        <NavMenu collapsed={collapsed} />
      </nav>
      {foldable ? (
        <div className="side-nav-foot">
          {collapsed ? null : <span>{text("app.name")}</span>}
          <Tooltip title={label} placement="right">
            <Button
              type="text"
              size="small"
              aria-label={label}
              icon={collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
              onClick={onFold}
            />
          </Tooltip>
        </div>
      ) : null}
    </aside>
  );
}
