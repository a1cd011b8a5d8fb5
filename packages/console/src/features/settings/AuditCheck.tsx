import { checkAudit } from "@terrace/contract/api/access";
import { Alert } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

type Check = CallAnswer<typeof checkAudit>;

/** Whether the audit log is as it was written: its hashes are compared when the page is opened. */
export function AuditCheck() {
  const text = useText();
  const format = useFormat();
  const check = useCall(checkAudit, { params: useWorkspaceParams() }, { staleMs: 60_000 });
  if (check.data === undefined) return <span className="muted">{text("auditCheck.checking")}</span>;
  const { entries, head, broken } = check.data;
  if (broken !== null) return <Broken broken={broken} />;
  if (head === null) return <span className="muted">{text("auditCheck.none")}</span>;
  return <span title={text("auditCheck.head", head)}>{text("auditCheck.whole", { count: entries, shown: format.count(entries) })}</span>;
}

function Broken({ broken }: { readonly broken: NonNullable<Check["broken"]> }) {
  const text = useText();
  const action = broken.action === "" ? `#${broken.auditId}` : textOr(`audit.${broken.action}`, broken.action);
  return (
    <Alert
      type="error"
      showIcon
      title={
        broken.kind === "unchained"
          ? text("auditCheck.unchained", { action })
          : text("auditCheck.broken", { position: broken.position, action })
      }
    />
  );
}
