import { Alert, Button } from "antd";
import { ApiFault } from "../app/api/api-fault.ts";
import { useText } from "../app/i18n.ts";
import { CopyButton } from "./CopyButton.tsx";
import { useFaultText, withoutStop } from "./use-fault-text.ts";

/** Stands in place of the one card that failed: what happened, that data is safe, retry, and a code to pass on. */
export function FaultAlert({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const text = useText();
  const faultText = useFaultText();
  const code = error instanceof ApiFault ? [error.code, error.requestId].filter(Boolean).join(" ") : "console.error";
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={text("fault.title")}
      description={
        <div className="fault-body">
          <span>{text("fault.what", { what: withoutStop(faultText(error)) })}</span>
          <span className="fault-code">
            {text("fault.code", { code })}
            <CopyButton value={code} />
          </span>
        </div>
      }
      {...(onRetry === undefined
        ? {}
        : {
            action: (
              <Button size="small" onClick={onRetry}>
                {text("common.retry")}
              </Button>
            ),
          })}
    />
  );
}
