import { listNoticeTargets } from "@terrace/contract/api/notify";
import { listReports, listReportSchedules, setReportSchedule, type ReportSchedule } from "@terrace/contract/api/reports";
import { REPORT_KINDS, type ReportKind } from "@terrace/domain/insight/reports/report-period";
import { Input, Select, Switch } from "antd";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

const DEFAULT_TIME = "08:00";

/** Which reports are made by themselves, when, and who is told. */
export function SchedulesPanel() {
  const text = useText();
  const schedules = useCall(listReportSchedules, { params: useWorkspaceParams() });
  return (
    <Panel>
      <p className="muted schedule-hint">{text("reports.scheduleHint")}</p>
      <QueryView query={schedules} skeleton={5}>
        {({ items }) => (
          <ul className="schedules">
            {REPORT_KINDS.map((kind) => (
              <ScheduleRow key={kind} kind={kind} schedule={items.find((one) => one.kind === kind)} />
            ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  );
}

function ScheduleRow({ kind, schedule }: { readonly kind: ReportKind; readonly schedule: ReportSchedule | undefined }) {
  const text = useText();
  const params = useWorkspaceParams();
  const mayNot = !useMay()("reports:manage");
  const showFault = useFaultMessage();
  const targets = useCall(listNoticeTargets, { params });
  const set = useChange(setReportSchedule, [listReportSchedules, listReports]);
  const isOn = schedule !== undefined && !schedule.paused;
  const change = (next: { readonly madeAt?: string; readonly targetIds?: readonly string[]; readonly paused?: boolean }) => {
    const { madeAt = DEFAULT_TIME, targetIds = [], paused = false } = schedule ?? {};
    const body = { madeAt: next.madeAt ?? madeAt, targetIds: [...(next.targetIds ?? targetIds)], paused: next.paused ?? paused };
    set.mutate({ params: { ...params, kind }, body }, { onError: showFault });
  };
  const name = text(`reports.kind.${kind}`);
  return (
    <li className="schedule">
      <Switch checked={isOn} disabled={mayNot} loading={set.isPending} aria-label={name} onChange={(on) => change({ paused: !on })} />
      <span className="strong schedule-kind">{name}</span>
      <label className="schedule-time">
        <span className="muted">{text("reports.time")}</span>
        <Input
          key={schedule?.madeAt ?? ""}
          type="time"
          disabled={mayNot || !isOn}
          defaultValue={schedule?.madeAt ?? DEFAULT_TIME}
          onBlur={({ target }) => {
            if (/^\d\d:\d\d$/.test(target.value) && target.value !== schedule?.madeAt) change({ madeAt: target.value });
          }}
        />
      </label>
      <Select
        className="schedule-targets"
        mode="multiple"
        aria-label={text("reports.toWhom")}
        disabled={mayNot || !isOn}
        value={[...(schedule?.targetIds ?? [])]}
        placeholder={text((targets.data?.items.length ?? 0) === 0 ? "reports.noTargets" : "reports.nobody")}
        options={(targets.data?.items ?? []).map((target) => ({ value: target.id, label: target.name }))}
        onChange={(targetIds: string[]) => change({ targetIds })}
      />
      <span className="muted small schedule-next">
        {isOn && schedule.nextAt !== null ? (
          <>
            {text("reports.next")} <TimeText at={schedule.nextAt} />
          </>
        ) : null}
      </span>
    </li>
  );
}
