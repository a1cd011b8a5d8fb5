import { Drawer } from "antd";
import { useText } from "../i18n.ts";
import { NavMenu } from "./NavMenu.tsx";
import { WorkspaceSwitch } from "./WorkspaceSwitch.tsx";

/** The navigation of a phone, behind the menu icon. */
export function NavDrawer({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const text = useText();
  return (
    <Drawer
      open={open}
      onClose={onClose}
      placement="left"
      size={264}
      closable={false}
      styles={{ body: { padding: 0 } }}
      aria-label={text("nav.label")}
    >
      <WorkspaceSwitch compact={false} />
      <nav aria-label={text("nav.label")} className="side-nav-menu">
        <NavMenu collapsed={false} onPick={onClose} />
      </nav>
    </Drawer>
  );
}
