import { DownloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { useMay } from "../../app/workspace/workspace-context.ts";
import { ExportModal } from "./ExportModal.tsx";
import type { ExportTarget } from "./export-target.ts";

/** Opens the dialogue that exports a whole list as it is filtered; drawn only for roles that may export. */
export function ExportButton(target: ExportTarget) {
  const text = useText();
  const may = useMay();
  const [open, setOpen] = useState(false);
  if (!may("data:export")) return null;
  return (
    <>
      <Button icon={<DownloadOutlined />} onClick={() => setOpen(true)}>
        {text("common.export")}
      </Button>
      {open ? <ExportModal {...target} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
