import { DownloadOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useText } from "../app/i18n.ts";
import { useFormat } from "../app/workspace/use-format.ts";
import { downloadCsv, toCsv } from "./format/csv.ts";

type Cell = string | number | boolean | null | undefined;
type ExportButtonProps = { readonly name: string; readonly header: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

/** Exports the rows a list has loaded as CSV, and says how many that are. */
export function ExportButton({ name, header, rows }: ExportButtonProps) {
  const text = useText();
  const format = useFormat();
  return (
    <Tooltip title={text("people.exportLoaded", { count: rows.length, shown: format.count(rows.length) })}>
      <Button
        icon={<DownloadOutlined />}
        disabled={rows.length === 0}
        onClick={() => downloadCsv(`${name} ${format.day(Date.now())}`, toCsv(header, rows))}
      >
        {text("common.export")}
      </Button>
    </Tooltip>
  );
}
