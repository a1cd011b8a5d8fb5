import { MenuOutlined, SearchOutlined } from "@ant-design/icons";
import { Breadcrumb, Button } from "antd";
import { Link, useLocation } from "react-router";
import { useText } from "../i18n.ts";
import { usePhone } from "../theme/use-screen.ts";
import { useLink, useWorkspace } from "../workspace/workspace-context.ts";
import { AttentionBell } from "./AttentionBell.tsx";
import { HelpMenu } from "./HelpMenu.tsx";
import { LanguageSwitch } from "./LanguageSwitch.tsx";
import { Logo } from "./Logo.tsx";
import { locate, pathInWorkspace } from "./nav-items.ts";
import { OperatorMenu } from "./OperatorMenu.tsx";
import { useCurrentTitle } from "./page-title.ts";
import { ZoneNote } from "./ZoneNote.tsx";
import "./workspace-switch.css";
import "./top-bar.css";

type TopBarProps = { readonly onSearch: () => void; readonly onHelp: () => void; readonly onMenu: () => void };

/** The bar on top: where one is, search, help, what waits, language, account. */
export function TopBar({ onSearch, onHelp, onMenu }: TopBarProps) {
  const text = useText();
  const phone = usePhone();
  const workspace = useWorkspace();
  return (
    <header className="top-bar">
      {phone ? (
        <>
          <Button type="text" size="large" aria-label={text("nav.open")} icon={<MenuOutlined />} onClick={onMenu} />
          <Logo />
          <span className="workspace-name">
            <b>{workspace.name}</b>
            {workspace.label === "" ? null : <small>{text(`workspace.label.${workspace.label}`)}</small>}
          </span>
          <Button
            type="text"
            size="large"
            className="top-bar-push"
            aria-label={text("common.search")}
            icon={<SearchOutlined />}
            onClick={onSearch}
          />
        </>
      ) : (
        <>
          <Crumbs />
          <SearchField onSearch={onSearch} />
        </>
      )}
      <ZoneNote />
      {phone ? null : <HelpMenu onShortcuts={onHelp} />}
      <AttentionBell />
      {phone ? null : <LanguageSwitch />}
      <OperatorMenu />
    </header>
  );
}

function SearchField({ onSearch }: { readonly onSearch: () => void }) {
  const text = useText();
  const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <button type="button" className="search-field" onClick={onSearch}>
      <SearchOutlined aria-hidden="true" />
      <span>{text("top.search")}</span>
      <kbd>{apple ? "⌘ K" : "Ctrl K"}</kbd>
    </button>
  );
}

function Crumbs() {
  const text = useText();
  const link = useLink();
  const workspace = useWorkspace();
  const title = useCurrentTitle();
  const path = pathInWorkspace(useLocation().pathname);
  const here = locate(path);
  const items = [
    here === undefined || here.section.key === "home" ? { title: workspace.name } : { title: text(here.section.label) },
    ...(here === undefined
      ? []
      : [{ title: path === here.item.path ? text(here.item.label) : <Link to={link(here.item.path)}>{text(here.item.label)}</Link> }]),
    ...(here !== undefined && path === here.item.path ? [] : [{ title }]),
  ];
  return <Breadcrumb className="crumbs" items={items} />;
}
