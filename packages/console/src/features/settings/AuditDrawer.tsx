import { Drawer } from "antd";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { auditFacts } from "./audit-detail.ts";
import type { AuditEntry } from "./answers.ts";
import { targetText } from "./AuditTarget.tsx";

/** One audit entry in full. */
export function AuditDrawer({ entry, onClose }: { readonly entry: AuditEntry; readonly onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const facts: readonly (readonly [string, string])[] = [
    [text("merges.at"), format.tableTime(entry.at)],
    [text("audit.actor"), entry.actor],
    [text("audit.target"), entry.target === "" ? "" : `${targetText(entry.target)} (${entry.target})`],
    [text("audit.ip"), entry.ip],
  ];
  const detail = auditFacts(entry.detail, textOr);
  return (
    <Drawer open size={480} onClose={onClose} title={textOr(`audit.${entry.action}`, entry.action)}>
      <div className="stack">
        <FactRows rows={facts.filter(([, value]) => value !== "")} />
        {detail.length === 0 ? null : (
          <section>
            <h3>{text("quarantine.detail")}</h3>
            <FactRows rows={detail} />
          </section>
        )}
      </div>
    </Drawer>
  );
}
