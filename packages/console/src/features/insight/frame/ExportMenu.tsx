import { ExportOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useText } from "../../../app/i18n.ts";

type Props = { readonly onCsv: () => void; readonly onPng: (() => void) | undefined; readonly disabled: boolean };

/** Takes what is on screen away: the table with exact figures, or the chart as a picture. */
export function ExportMenu({ onCsv, onPng, disabled }: Props) {
  const text = useText();
  return (
    <Dropdown
      trigger={["click"]}
      disabled={disabled}
      menu={{
        items: [
          { key: "csv", label: text("insight.exportCsv"), onClick: onCsv },
          ...(onPng === undefined ? [] : [{ key: "png", label: text("insight.exportPng"), onClick: onPng }]),
        ],
      }}
    >
      <Button icon={<ExportOutlined />}>{text("common.export")}</Button>
    </Dropdown>
  );
}
