import { getOutwardHold, releaseOutward } from "@terrace/contract/api/backups";
import { Alert, App, Button } from "antd";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspace, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import "./backups.css";

const STALE_MS = 60_000;

/** Says on every page that a restored installation sends nothing outward, until an owner releases it. */
export function OutwardHoldBanner() {
  const text = useText();
  const may = useMay();
  const format = useFormat();
  const params = useWorkspaceParams();
  const { role } = useWorkspace();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const held = useCall(getOutwardHold, { params }, { enabled: may("events:read"), staleMs: STALE_MS, refetchMs: STALE_MS });
  const release = useChange(releaseOutward, [getOutwardHold]);
  const hold = held.data?.hold ?? null;
  if (hold === null) return null;
  const ask = () =>
    modal.confirm({
      title: text("backups.releaseTitle"),
      content: text("backups.releaseBody"),
      okText: text("backups.release"),
      cancelText: text("common.cancel"),
      onOk: () => release.mutateAsync({ params, body: undefined }).catch(showFault),
    });
  return (
    <Alert
      banner
      type="warning"
      className="hold-banner"
      title={text("backups.held", { since: format.tableTime(hold.since) })}
      action={
        role === "owner" ? (
          <Button size="small" onClick={ask} loading={release.isPending}>
            {text("backups.release")}
          </Button>
        ) : undefined
      }
    />
  );
}
