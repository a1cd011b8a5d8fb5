import { Button } from "antd";
import { isFault } from "../../app/api/api-fault.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { Panel } from "../../ui/Panel.tsx";

/** Says why a file cannot be read and what to do about it; there is nothing to map then. */
export function PreviewFault({ error, onAgain }: { readonly error: unknown; readonly onAgain: () => void }) {
  const text = useText();
  const reason = isFault(error, "import.file_unreadable")
    ? textOr(`imports.unreadable.${String(error.details["reason"])}`, error.mend ?? "")
    : "";
  return (
    <Panel>
      <div className="stack">
        <FaultAlert error={error} />
        {reason === "" ? null : <p className="import-reason">{reason}</p>}
        <div>
          <Button onClick={onAgain}>{text("imports.again")}</Button>
        </div>
      </div>
    </Panel>
  );
}
