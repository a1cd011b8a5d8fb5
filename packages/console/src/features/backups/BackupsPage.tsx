import { getBackups, runBackup, updateBackupPlan } from "@terrace/contract/api/backups";
import { Alert, App, Button } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { BackupPlanForm } from "./BackupPlanForm.tsx";
import { BackupState } from "./BackupState.tsx";
import { faultText, fileName, megabytes } from "./backup-text.ts";
import type { BackupPlan, BackupRun } from "./answers.ts";

const rowKey = ({ id }: BackupRun) => id;
const REFETCH_MS = 3_000;

/** When backups of the whole installation are made, and what became of them. */
export function BackupsPage() {
  const text = useText();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const [editing, setEditing] = useState(false);
  const backups = useCall(getBackups, { params }, { refetchMs: REFETCH_MS });
  const run = useChange(runBackup, [getBackups]);
  const update = useChange(updateBackupPlan, [getBackups]);
  const start = () =>
    run.mutate({ params, body: undefined }, { onSuccess: () => void message.success(text("backups.asked")), onError: showFault });
  return (
    <>
      <PageHeader
        title={text("nav.backups")}
        meta={<span>{text("backups.intro")}</span>}
        actions={
          <>
            <Button onClick={() => setEditing(true)}>{text("backups.edit")}</Button>
            <Button type="primary" loading={run.isPending} disabled={backups.data?.plan.hasPassphrase !== true} onClick={start}>
              {text("backups.run")}
            </Button>
          </>
        }
      />
      <QueryView query={backups} skeleton={6}>
        {({ plan, items }) => (
          <>
            <LastFailure items={items} />
            <PlanText plan={plan} />
            <Panel flush>
              <Runs items={items} />
            </Panel>
            {editing ? (
              <BackupPlanForm
                plan={plan}
                busy={update.isPending}
                onClose={() => setEditing(false)}
                onSubmit={(body) =>
                  update.mutate(
                    { params, body },
                    {
                      onSuccess: () => {
                        setEditing(false);
                        void message.success(text("common.saved"));
                      },
                      onError: showFault,
                    },
                  )
                }
              />
            ) : null}
          </>
        )}
      </QueryView>
    </>
  );
}

/** Shown until a later backup is done. */
function LastFailure({ items }: { readonly items: readonly BackupRun[] }) {
  const text = useText();
  const last = items.find(({ state }) => state === "done" || state === "failed");
  if (last?.state !== "failed") return null;
  return (
    <Alert type="error" showIcon className="backups-alert" title={text("backups.lastFailed")} description={faultText(text, last.fault)} />
  );
}

function PlanText({ plan }: { readonly plan: BackupPlan }) {
  const text = useText();
  if (!plan.hasPassphrase) return <p className="muted backups-plan">{text("backups.noPlan")}</p>;
  const when = text("backups.when", { time: plan.time, timeZone: plan.timeZone });
  const keep = text("backups.keep", { daily: plan.keepDaily, weekly: plan.keepWeekly, monthly: plan.keepMonthly });
  return (
    <p className="backups-plan">
      {plan.enabled ? when : text("backups.off")} · {text("backups.into")} <code className="mono">{plan.folder}</code>
      <br />
      <span className="muted">{keep}</span>
    </p>
  );
}

function Runs({ items }: { readonly items: readonly BackupRun[] }) {
  const text = useText();
  const format = useFormat();
  const took = ({ startedAt, finishedAt }: BackupRun): string =>
    finishedAt === null ? "–" : format.duration(Date.parse(finishedAt) - Date.parse(startedAt));
  const columns: readonly DataColumn<BackupRun>[] = [
    { key: "started", title: text("backups.started"), width: 150, render: ({ startedAt }) => <TimeText at={startedAt} /> },
    { key: "state", title: text("people.state"), width: 120, render: (run) => <BackupState run={run} /> },
    { key: "file", title: text("backups.file"), ellipsis: true, render: (run) => <code className="mono">{fileName(run.file)}</code> },
    { key: "size", title: text("backups.size"), width: 100, figure: true, render: ({ sizeBytes }) => megabytes(sizeBytes) },
    { key: "events", title: text("nav.events"), width: 100, figure: true, render: ({ events }) => format.count(events) },
    { key: "people", title: text("backups.people"), width: 90, figure: true, render: ({ people }) => format.count(people) },
    { key: "took", title: text("backups.took"), width: 90, figure: true, render: took },
    {
      key: "by",
      title: text("backups.by"),
      width: 130,
      ellipsis: true,
      render: ({ planned, askedBy }) => (planned ? text("backups.byPlan") : askedBy),
    },
  ];
  return (
    <DataTable<BackupRun>
      label={text("nav.backups")}
      rows={items}
      rowKey={rowKey}
      columns={columns}
      minWidth={1040}
      empty={<EmptyState text={text("backups.empty")} />}
      phoneRow={(run) => ({
        title: <TimeText at={run.startedAt} />,
        state: <BackupState run={run} />,
        detail: fileName(run.file),
        figures: megabytes(run.sizeBytes),
      })}
    />
  );
}
