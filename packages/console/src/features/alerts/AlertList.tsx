import { deleteAlert, listAlerts, muteAlert, updateAlert, type AlertView } from "@terrace/contract/api/alerts";
import { ruleText } from "@terrace/domain/insight/alerts/alert-words";
import { EllipsisOutlined } from "@ant-design/icons";
import { App, Button, Dropdown, Tag } from "antd";
import type { ReactNode } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { textOr, useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspace, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { useMetrics } from "../dashboards/use-metrics.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { fieldsOf } from "./alert-fields.ts";

const rowKey = ({ id }: AlertView) => id;
const REFETCH_MS = 15_000;
const DAY_MS = 86_400_000;
const COLOURS = { ok: "success", alarm: "error", waiting: "default", failing: "warning" } as const;

type Props = { readonly onEdit: (alert: AlertView) => void; readonly make: ReactNode };

/** What is watched, and how it stands. */
export function AlertList({ onEdit, make }: Props) {
  const text = useText();
  const format = useFormat();
  const may = useMay()("reports:manage");
  const rule = useRuleText();
  const watched = useWatchedText();
  const alerts = useCall(listAlerts, { params: useWorkspaceParams() }, { refetchMs: REFETCH_MS });
  const columns: readonly DataColumn<AlertView>[] = [
    { key: "name", title: text("alerts.name"), ellipsis: true, render: (alert) => <span className="strong">{alert.name}</span> },
    { key: "what", title: text("alerts.what"), width: 176, ellipsis: true, render: watched },
    { key: "rule", title: text("alerts.rule"), width: 300, ellipsis: true, render: rule },
    { key: "state", title: text("alerts.state"), width: 104, render: (alert) => <AlertState alert={alert} /> },
    {
      key: "last",
      title: text("alerts.last"),
      width: 96,
      figure: true,
      render: ({ unit, lastValue }) => format.measure(unit).short(lastValue),
    },
    { key: "seen", title: text("alerts.seen"), width: 150, figure: true, render: ({ evaluatedAt }) => <TimeText at={evaluatedAt} /> },
    ...(may
      ? [
          {
            key: "acts",
            title: "",
            width: 60,
            figure: true,
            render: (alert: AlertView) => <AlertActions alert={alert} onEdit={() => onEdit(alert)} />,
          },
        ]
      : []),
  ];
  return (
    <Panel flush>
      <QueryView query={alerts} skeleton={4}>
        {({ items }) => (
          <DataTable<AlertView>
            label={text("nav.alerts")}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={1000}
            empty={<EmptyState text={text("alerts.empty")} action={make} />}
            phoneRow={(alert) => ({
              title: alert.name,
              state: <AlertState alert={alert} />,
              detail: `${watched(alert)} · ${rule(alert)}`,
              figures: (
                <>
                  {format.measure(alert.unit).short(alert.lastValue)}
                  {may ? <AlertActions alert={alert} onEdit={() => onEdit(alert)} /> : null}
                </>
              ),
            })}
          />
        )}
      </QueryView>
    </Panel>
  );
}

/** What an alert watches: the name of its metric, or its events with what is counted of them; of a question with more to it only which kind. */
function useWatchedText(): (alert: AlertView) => string {
  const text = useText();
  const language = useLanguage();
  const metrics = useMetrics();
  const { nameOf } = useEventNames();
  return (alert) => {
    const { kept, fields } = fieldsOf(alert);
    if (kept !== undefined) return text(kept.kind === "metric" ? "alerts.what.metric" : "alerts.what.events");
    const { what, metric, selector, measure, property } = fields;
    if (what === "metric") {
      const name = metric === undefined ? undefined : metrics?.get(metric)?.name;
      return name === undefined ? "" : language === "en" ? name.en : name.zh;
    }
    const event = selector.event === null ? text("insight.anyEvent") : nameOf(selector.event);
    return `${event} · ${measure === "sum" && property !== undefined ? property : text(`alerts.measure.${measure}`)}`;
  };
}

/** What a rule asks, in words. */
export function useRuleText(): (alert: Pick<AlertView, "rule" | "unit" | "interval">) => string {
  const language = useLanguage() === "zh-CN" ? "zh" : "en";
  const { currency } = useWorkspace();
  const text = useText();
  return ({ rule, unit, interval }) =>
    `${text("alerts.interval")}${language === "en" ? " " : ""}${text(`alerts.interval.${interval}`).toLowerCase()} · ${ruleText({ rule, unit, currency, interval }, { low: null, high: null }, language)}`;
}

function AlertState({ alert }: { readonly alert: AlertView }) {
  const text = useText();
  const format = useFormat();
  const { state, paused, mutedUntil, failure } = alert;
  if (paused) return <Tag variant="filled">{text("alerts.paused")}</Tag>;
  const isMuted = mutedUntil !== null && Date.parse(mutedUntil) > Date.now();
  return (
    <>
      <Tag color={COLOURS[state]} variant="filled" title={failure === "" ? "" : textOr(`fault.${failure}`, failure)}>
        {text(`alerts.state.${state}`)}
      </Tag>
      {isMuted ? <span className="muted small">{text("alerts.muted", { time: format.clock(mutedUntil) })}</span> : null}
    </>
  );
}

function AlertActions({ alert, onEdit }: { readonly alert: AlertView; readonly onEdit: () => void }) {
  const text = useText();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), alert: alert.id };
  const mute = useChange(muteAlert, [listAlerts]);
  const change = useChange(updateAlert, [listAlerts]);
  const remove = useChange(deleteAlert, [listAlerts]);
  const isMuted = alert.mutedUntil !== null && Date.parse(alert.mutedUntil) > Date.now();
  const { name, question, rule, interval, unit, targetIds } = alert;
  const acts = {
    edit: onEdit,
    mute: () =>
      mute.mutate({ params, body: { until: isMuted ? null : new Date(Date.now() + DAY_MS).toISOString() } }, { onError: showFault }),
    pause: () =>
      change.mutate({ params, body: { name, question, rule, interval, unit, targetIds, paused: !alert.paused } }, { onError: showFault }),
    delete: () =>
      void modal.confirm({
        title: text("alerts.delete", { name }),
        content: text("alerts.deleteBody"),
        okText: text("common.delete"),
        okButtonProps: { danger: true },
        cancelText: text("common.cancel"),
        onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
      }),
  } as const;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "edit", label: text("common.edit") },
          { key: "mute", label: text(isMuted ? "alerts.unmute" : "alerts.mute") },
          { key: "pause", label: text(alert.paused ? "alerts.resume" : "alerts.pause") },
          { key: "delete", label: text("common.delete"), danger: true },
        ],
        onClick: ({ key }) => acts[key as keyof typeof acts](),
      }}
    >
      <Button size="small" icon={<EllipsisOutlined />} aria-label={`${text("common.more")}: ${name}`} />
    </Dropdown>
  );
}
