import { acknowledgeAlert, listAlertEvents, type AlertEventView } from "@terrace/contract/api/alerts";
import { Button, Tag } from "antd";
import { useMemo } from "react";
import { useChange, usePages } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

const rowKey = ({ id }: AlertEventView) => id;

/** When there was alarm, and who looks after it. */
export function AlertHistory() {
  const text = useText();
  const format = useFormat();
  const pages = usePages(listAlertEvents, { params: useWorkspaceParams(), query: { limit: 50 } });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const usual = ({ unit, low, high }: AlertEventView): string => {
    const { short } = format.measure(unit);
    return low === null || high === null ? "" : `${short(low)} – ${short(high)}`;
  };
  const valueOf = ({ unit, value, failure }: AlertEventView) =>
    failure === "" ? format.measure(unit).short(value) : <span className="finding-bad">{textOr(`fault.${failure}`, failure)}</span>;
  const columns: readonly DataColumn<AlertEventView>[] = [
    { key: "name", title: text("alerts.name"), ellipsis: true, render: ({ alertName }) => <span className="strong">{alertName}</span> },
    { key: "value", title: text("alerts.last"), width: 120, figure: true, render: valueOf },
    { key: "usual", title: text("reports.usual"), width: 170, figure: true, render: usual },
    { key: "began", title: text("alerts.began"), width: 150, figure: true, render: ({ beganAt }) => <TimeText at={beganAt} /> },
    { key: "ended", title: text("alerts.ended"), width: 150, figure: true, render: (event) => <Ended event={event} /> },
    { key: "who", title: "", width: 220, render: (event) => <Acknowledge event={event} /> },
  ];
  return (
    <Panel flush>
      <QueryView query={pages} skeleton={4}>
        {() => (
          <>
            <DataTable<AlertEventView>
              label={text("alerts.tab.history")}
              rows={rows}
              rowKey={rowKey}
              columns={columns}
              minWidth={920}
              empty={<EmptyState text={text("alerts.noHistory")} />}
              phoneRow={(event) => ({
                title: event.alertName,
                state: <Ended event={event} />,
                detail: <TimeText at={event.beganAt} />,
                figures: (
                  <>
                    {valueOf(event)} <Acknowledge event={event} />
                  </>
                ),
              })}
            />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}

function Ended({ event }: { readonly event: AlertEventView }) {
  const text = useText();
  if (event.endedAt !== null) return <TimeText at={event.endedAt} />;
  return (
    <Tag color="error" variant="filled">
      {text(event.failure === "" ? "alerts.open" : "alerts.state.failing")}
    </Tag>
  );
}

function Acknowledge({ event }: { readonly event: AlertEventView }) {
  const text = useText();
  const may = useMay()("reports:manage");
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), event: event.id };
  const acknowledge = useChange(acknowledgeAlert, [listAlertEvents]);
  if (event.acknowledgedBy !== null)
    return <span className="muted small">{text("alerts.acknowledged", { who: event.acknowledgedBy })}</span>;
  if (event.endedAt !== null || !may) return null;
  return (
    <Button size="small" loading={acknowledge.isPending} onClick={() => acknowledge.mutate({ params }, { onError: showFault })}>
      {text("alerts.acknowledge")}
    </Button>
  );
}
