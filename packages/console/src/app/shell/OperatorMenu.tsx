import { LogoutOutlined, SkinOutlined, TranslationOutlined, UserOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import type { MenuProps } from "antd";
import { Link } from "react-router";
import { LANGUAGES } from "../../ui/format/language.ts";
import { changeLanguage, useLanguage, useText } from "../i18n.ts";
import { LANGUAGE_NAMES } from "../locale/language-names.ts";
import { setPreferences, usePreferences } from "../preferences.ts";
import { useSignOut } from "../session/use-session.ts";
import { useLink, useRoleName, useScope } from "../workspace/workspace-context.ts";

const APPEARANCES = ["light", "dark", "system"] as const;

/** The operator's own menu: account, appearance, language, sign out. */
export function OperatorMenu() {
  const text = useText();
  const link = useLink();
  const language = useLanguage();
  const { appearance } = usePreferences();
  const {
    session: { operator },
    workspace,
  } = useScope();
  const nameOf = useRoleName();
  const signOut = useSignOut();
  const name = operator.name === "" ? operator.email : operator.name;
  const items: MenuProps["items"] = [
    {
      key: "who",
      type: "group",
      label: (
        <span className="operator-who">
          <b>{name}</b>
          <small>
            {operator.email} · {nameOf(workspace.role, workspace.roleName)}
          </small>
        </span>
      ),
    },
    { type: "divider" },
    { key: "account", icon: <UserOutlined />, label: <Link to={link("settings/account")}>{text("nav.account")}</Link> },
    {
      key: "appearance",
      icon: <SkinOutlined />,
      label: text("top.appearance"),
      children: APPEARANCES.map((one) => ({
        key: `appearance:${one}`,
        label: text(`top.appearance.${one}`),
        onClick: () => setPreferences({ appearance: one }),
      })),
    },
    {
      key: "language",
      icon: <TranslationOutlined />,
      label: text("top.language"),
      children: LANGUAGES.map((one) => ({ key: `language:${one}`, label: LANGUAGE_NAMES[one], onClick: () => void changeLanguage(one) })),
    },
    { type: "divider" },
    { key: "out", icon: <LogoutOutlined />, label: text("top.signOut"), onClick: () => signOut.mutate() },
  ];
  return (
    <Dropdown
      trigger={["click"]}
      placement="bottomRight"
      menu={{ items, className: "operator-menu", selectedKeys: [`appearance:${appearance}`, `language:${language}`] }}
    >
      <button type="button" className="operator" aria-label={`${text("top.operator")}: ${name}`}>
        {[...name][0]?.toUpperCase()}
      </button>
    </Dropdown>
  );
}
