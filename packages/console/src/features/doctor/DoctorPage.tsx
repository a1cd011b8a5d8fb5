import { getExamination, runExamination } from "@terrace/contract/api/doctor";
import { Alert, App, Button, Progress } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { CheckList } from "./CheckList.tsx";
import "./doctor.css";

type Examinations = CallAnswer<typeof getExamination>;
type Examination = NonNullable<Examinations["newest"]>;
const REFETCH_MS = 1_500;

/** What the doctor found when it last looked, and asking it to look again. */
export function DoctorPage() {
  const text = useText();
  const params = useWorkspaceParams();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const change = useChange(runExamination, [getExamination]);
  const examinations = useCall(getExamination, { params }, { refetchMs: REFETCH_MS });
  const { newest = null, lastDone = null } = examinations.data ?? {};
  const run = (mend: boolean) => change.mutate({ params, body: { mend } }, { onError: showFault });
  const askToMend = () =>
    modal.confirm({
      title: text("doctor.mendTitle"),
      content: text("doctor.mendBody"),
      okText: text("doctor.mend"),
      cancelText: text("common.cancel"),
      onOk: () => run(true),
    });
  const busy = change.isPending || isGoing(newest);
  return (
    <>
      <PageHeader
        title={text("nav.doctor")}
        meta={<span>{text("doctor.intro")}</span>}
        actions={
          <>
            {lastDone?.findings.some(({ mendable }) => mendable) === true ? (
              <Button disabled={busy} onClick={askToMend}>
                {text("doctor.mend")}
              </Button>
            ) : null}
            <Button type="primary" loading={busy} onClick={() => run(false)}>
              {text("doctor.run")}
            </Button>
          </>
        }
      />
      <QueryView query={examinations} skeleton={8}>
        {(found) => <Examined {...found} />}
      </QueryView>
    </>
  );
}

function isGoing(examination: Examination | null): examination is Examination {
  return examination?.state === "asked" || examination?.state === "running";
}

function Examined({ newest, lastDone }: Examinations) {
  const text = useText();
  if (newest === null)
    return (
      <Panel flush>
        <EmptyState text={text("doctor.never")} />
      </Panel>
    );
  // While one goes on, what it has found so far; one that broke off says so, above what was found before it.
  const shown = isGoing(newest) ? newest : lastDone;
  return (
    <>
      {isGoing(newest) ? <Going examination={newest} /> : null}
      {newest.state === "failed" ? <Alert type="warning" showIcon className="doctor-alert" title={text("doctor.failed")} /> : null}
      {newest.state === "done" ? <Summary examination={newest} /> : null}
      {shown === null ? null : (
        <Panel flush>
          <CheckList findings={shown.findings} />
        </Panel>
      )}
    </>
  );
}

function Going({ examination: { mend, checks, findings } }: { readonly examination: Examination }) {
  const text = useText();
  return (
    <div className="doctor-progress" role="status">
      <span className="muted">{text(mend ? "doctor.mending" : "doctor.running", { done: findings.length, total: checks })}</span>
      <Progress percent={Math.round((findings.length / checks) * 100)} size="small" />
    </div>
  );
}

function Summary({ examination: { findings, startedAt, finishedAt, askedBy } }: { readonly examination: Examination }) {
  const text = useText();
  const format = useFormat();
  const amiss = findings.filter(({ verdict }) => verdict !== "ok");
  const type = amiss.length === 0 ? "success" : amiss.some(({ verdict }) => verdict === "bad") ? "error" : "warning";
  const took = format.duration(Date.parse(finishedAt ?? startedAt) - Date.parse(startedAt));
  return (
    <Alert
      type={type}
      showIcon
      className="doctor-alert"
      title={amiss.length === 0 ? text("doctor.well") : text("doctor.amiss", { count: amiss.length })}
      description={text("doctor.lastRun", { at: format.tableTime(finishedAt ?? startedAt), by: askedBy, took })}
    />
  );
}
