import { FlagOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import type { ChartSpec } from "../../../ui/chart/chart-spec.ts";
import { AnnotationsDrawer } from "./AnnotationsDrawer.tsx";

/** Opens the notes on a chart over time; nothing for other charts. */
export function AnnotationsButton({ spec }: { readonly spec: ChartSpec | undefined }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const days = spec?.kind === "time" ? spec.days : undefined;
  const [from, to] = [days?.[0], days?.at(-1)];
  if (from === undefined || to === undefined) return null;
  return (
    <>
      <Tooltip title={text("annotation.title")}>
        <Button
          type="text"
          size="small"
          data-png="skip"
          aria-label={text("annotation.title")}
          icon={<FlagOutlined />}
          onClick={() => setOpen(true)}
        />
      </Tooltip>
      {open ? <AnnotationsDrawer from={from} to={to} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
