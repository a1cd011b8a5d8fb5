import { QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { Link } from "react-router";
import { useText } from "../i18n.ts";
import { useLink } from "../workspace/workspace-context.ts";
import "./icon-button.css";

/** How to send data, the API's documentation, the shortcuts. */
export function HelpMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const text = useText();
  const link = useLink();
  const items = [
    { key: "start", label: <Link to={link("start")}>{text("top.start")}</Link> },
    {
      key: "docs",
      label: (
        <a href="/api/docs" target="_blank" rel="noreferrer">
          {text("top.apiDocs")}
        </a>
      ),
    },
    { key: "shortcuts", label: text("top.shortcuts"), onClick: onShortcuts },
  ];
  return (
    <Dropdown trigger={["click"]} menu={{ items }}>
      <Button type="text" className="icon-button" aria-label={text("top.help")} icon={<QuestionCircleOutlined />} />
    </Dropdown>
  );
}
