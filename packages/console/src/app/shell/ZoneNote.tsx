import { Tooltip } from "antd";
import { sameClocks, zoneOffset } from "../../ui/format/zones.ts";
import { useText } from "../i18n.ts";
import { useWorkspace } from "../workspace/workspace-context.ts";

/** The zone all times are in, where the browser's clock reads otherwise. */
export function ZoneNote() {
  const text = useText();
  const { timeZone } = useWorkspace();
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const nowMs = Date.now();
  if (sameClocks(timeZone, own, nowMs)) return null;
  const hint = text("top.zoneHint", { zone: timeZone, own });
  return (
    <Tooltip title={hint}>
      <span className="zone-note" role="note" aria-label={hint} tabIndex={0}>
        {zoneOffset(timeZone, nowMs)}
      </span>
    </Tooltip>
  );
}
