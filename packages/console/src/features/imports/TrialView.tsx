import { getTrial } from "@terrace/contract/api/import-trials";
import { Alert, Button } from "antd";
import { useEffect } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { FailureText } from "./FailureText.tsx";
import { RejectReasons } from "./RejectReasons.tsx";

type Result = NonNullable<CallAnswer<typeof getTrial>["result"]>;
const LOOK_MS = 700;

/** A dry run as it goes, and what it found. */
export function TrialView({ trialId }: { readonly trialId: string }) {
  const text = useText();
  const format = useFormat();
  const trial = useCall(getTrial, { params: { ...useWorkspaceParams(), trial: trialId } });
  const { refetch } = trial;
  const isOver = trial.data !== undefined && trial.data.state !== "queued" && trial.data.state !== "running";
  useEffect(() => {
    if (isOver) return undefined;
    const timer = setInterval(() => void refetch(), LOOK_MS);
    return () => clearInterval(timer);
  }, [isOver, refetch]);
  if (trial.isError) return <FaultAlert error={trial.error} onRetry={() => void refetch()} />;
  return (
    <Panel
      title={text("imports.trial")}
      extra={isOver ? null : <span className="muted">{text("imports.trying", { rows: format.count(trial.data?.rowsRead ?? 0) })}</span>}
    >
      <div className="stack" role="status">
        {trial.data?.failure == null ? null : <FailureText failure={trial.data.failure} />}
        {trial.data?.result == null ? null : <Found result={trial.data.result} />}
        {trial.data?.state === "cancelled" ? <Button onClick={() => void refetch()}>{text("common.retry")}</Button> : null}
      </div>
    </Panel>
  );
}

function Found({ result }: { readonly result: Result }) {
  const text = useText();
  const format = useFormat();
  const span =
    result.firstTime === null || result.lastTime === null
      ? []
      : [[text("imports.span"), `${format.tableTime(result.firstTime)} – ${format.tableTime(result.lastTime)}`] as const];
  return (
    <>
      <Alert
        type={result.rejected === 0 ? "success" : "warning"}
        showIcon
        title={text("imports.found", {
          rows: format.count(result.rows),
          events: format.count(result.events),
          rejected: format.count(result.rejected),
        })}
      />
      <FactRows rows={[...span, ...result.names.map(({ name, events }) => [name, format.count(events)] as const)]} />
      {result.reasons.length === 0 ? null : <RejectReasons reasons={result.reasons} />}
      {result.samples.length === 0 ? null : (
        <details>
          <summary>{text("imports.samples")}</summary>
          {result.samples.map((sample) => (
            <pre key={JSON.stringify(sample)} className="import-sample">
              {JSON.stringify(sample, null, 2)}
            </pre>
          ))}
        </details>
      )}
    </>
  );
}
