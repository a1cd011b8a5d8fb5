import { DownOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import { Link, useNavigate } from "react-router";
import { useText } from "../../../app/i18n.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { FIRST_KINDS, KINDS, kindPath } from "./kinds.ts";

/** Goes from one kind of analysis to another: the usual ones side by side, the rest behind a menu. */
export function KindSwitch({ kind }: { readonly kind: string }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const first = KINDS.filter((one) => FIRST_KINDS.includes(one.kind));
  const rest = KINDS.filter((one) => !FIRST_KINDS.includes(one.kind));
  const chosen = rest.find((one) => one.kind === kind);
  return (
    <nav className="kind-switch" aria-label={text("insight.kinds")}>
      {first.map((one) => (
        <Link
          key={one.kind}
          to={link(kindPath(one.kind))}
          className={one.kind === kind ? "chosen" : ""}
          {...(one.kind === kind ? { "aria-current": "page" as const } : {})}
        >
          {text(one.label)}
        </Link>
      ))}
      {rest.length === 0 ? null : (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: rest.map((one) => ({ key: one.kind, label: text(one.label) })),
            selectedKeys: [kind],
            onClick: ({ key }) => void navigate(link(kindPath(key))),
          }}
        >
          <button type="button" className={chosen === undefined ? "" : "chosen"}>
            {chosen === undefined ? text("common.more") : text(chosen.label)} <DownOutlined aria-hidden="true" />
          </button>
        </Dropdown>
      )}
    </nav>
  );
}
