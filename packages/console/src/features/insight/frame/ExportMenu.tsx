import { ExportOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useText } from "../../../app/i18n.ts";

/** The ways to take what is on screen away: the table with exact figures, or the chart as a picture. */
export type Exports = { readonly disabled: boolean; readonly items: readonly { key: string; label: string; onClick: () => void }[] };

/** Takes what is on screen away. */
export function ExportMenu({ exports: { disabled, items } }: { readonly exports: Exports }) {
  const text = useText();
  return (
    <Dropdown trigger={["click"]} disabled={disabled} menu={{ items: [...items] }}>
      <Button icon={<ExportOutlined />}>{text("common.export")}</Button>
    </Dropdown>
  );
}
