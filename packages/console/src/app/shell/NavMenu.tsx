import {
  DatabaseOutlined,
  ExperimentOutlined,
  HomeOutlined,
  LineChartOutlined,
  SendOutlined,
  SettingOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import { Menu } from "antd";
import type { MenuProps } from "antd";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { Link, useLocation } from "react-router";
import { useText } from "../i18n.ts";
import { useAttention } from "../../features/attention/use-attention.ts";
import { useLink, useMay } from "../workspace/workspace-context.ts";
import type { NavSection } from "./nav-items.ts";
import { allowedSections, locate, pathInWorkspace } from "./nav-items.ts";
import "./side-nav.css";

const ICONS: Readonly<Record<string, ReactNode>> = {
  home: <HomeOutlined />,
  insight: <LineChartOutlined />,
  users: <TeamOutlined />,
  experiments: <ExperimentOutlined />,
  touch: <SendOutlined />,
  data: <DatabaseOutlined />,
  settings: <SettingOutlined />,
};

type NavMenuProps = { readonly collapsed: boolean; readonly onPick?: () => void };

/** The sections and their pages; only the current section stands open. */
export function NavMenu({ collapsed, onPick }: NavMenuProps) {
  const text = useText();
  const link = useLink();
  const may = useMay();
  const { counts } = useAttention();
  const here = locate(pathInWorkspace(useLocation().pathname));
  const sectionKey = here?.section.key ?? "";
  const [open, setOpen] = useState<readonly string[]>([sectionKey]);
  useEffect(() => setOpen([sectionKey]), [sectionKey]);

  const badge = (path: string) => {
    const count = path === "conflicts" ? counts.conflicts : path === "data/quarantine" ? counts.quarantine : 0;
    return count === 0 ? null : <span className="nav-badge">{count > 999 ? "999+" : count}</span>;
  };
  const page = (path: string, label: string) => ({
    key: `page:${path}`,
    label: (
      <Link to={link(path)} className="nav-link">
        <span>{label}</span>
        {badge(path)}
      </Link>
    ),
  });
  const item = (section: NavSection): NonNullable<MenuProps["items"]>[number] => {
    const [first] = section.items;
    if (section.items.length === 1 && first !== undefined) return { ...page(first.path, text(section.label)), icon: ICONS[section.key] };
    return {
      key: section.key,
      icon: ICONS[section.key],
      label: text(section.label),
      children: section.items.map((one) => page(one.path, text(one.label))),
    };
  };
  return (
    <Menu
      mode="inline"
      inlineIndent={10}
      inlineCollapsed={collapsed}
      selectedKeys={here === undefined ? [] : [`page:${here.item.path}`]}
      {...(collapsed ? {} : { openKeys: [...open] })}
      onOpenChange={(keys) => setOpen(keys.slice(-1))}
      onClick={() => onPick?.()}
      items={allowedSections(may).map(item)}
    />
  );
}
