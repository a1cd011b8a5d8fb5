import { deleteVirtualEvent, listVirtualEvents } from "@terrace/contract/api/virtual-events";
import { listEventDefinitions } from "@terrace/contract/api/events";
import { App, Button } from "antd";
import { Link, useNavigate } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ExportButton } from "../exports/ExportButton.tsx";
import { OpenPageForm } from "./OpenPageForm.tsx";
import { useRuleText } from "./use-rule-text.ts";
import "./visual-events.css";

type Virtual = CallAnswer<typeof listVirtualEvents>["items"][number];
const rowKey = ({ name }: Virtual) => name;
/** New ones are saved in another window. */
const REFETCH_MS = 10_000;

/** Events that operators defined by pointing at their own pages. */
export function VisualEventsPage() {
  const text = useText();
  const may = useMay();
  const events = useCall(listVirtualEvents, { params: useWorkspaceParams() }, { refetchMs: REFETCH_MS });
  return (
    <>
      <PageHeader title={text("nav.visual")} meta={<span>{text("visual.intro")}</span>} />
      <div className="stack">
        {may("events:define") ? <OpenPageForm /> : null}
        <Panel flush title={text("visual.defined")} extra={<ExportButton what="virtual-events" />}>
          <QueryView query={events} skeleton={4}>
            {({ items }) => <VirtualTable rows={items} />}
          </QueryView>
        </Panel>
      </div>
    </>
  );
}

function VirtualTable({ rows }: { readonly rows: readonly Virtual[] }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const ruleText = useRuleText();
  const path = (name: string) => link(`data/events/${encodeURIComponent(name)}`);
  const columns: readonly DataColumn<Virtual>[] = [
    {
      key: "name",
      title: text("events.name"),
      width: 180,
      ellipsis: true,
      render: ({ name }) => (
        <Link to={path(name)} className="strong">
          {name}
        </Link>
      ),
    },
    {
      key: "rule",
      title: text("visual.rule"),
      ellipsis: true,
      render: ({ matcher }) => (
        <span className="muted" title={ruleText(matcher)}>
          {ruleText(matcher)}
        </span>
      ),
    },
    { key: "month", title: text("events.volume30"), width: 90, figure: true, render: ({ volume30Days }) => format.count(volume30Days) },
    { key: "volume", title: text("events.volume"), width: 90, figure: true, render: ({ volume }) => format.count(volume) },
    {
      key: "last",
      title: text("events.lastSeen"),
      width: 110,
      figure: true,
      render: ({ lastSeenAt }) => <TimeText at={lastSeenAt} form="recent" />,
    },
    {
      key: "created",
      title: text("visual.created"),
      width: 220,
      ellipsis: true,
      render: ({ createdAt, createdBy }) => (
        <>
          <TimeText at={createdAt} form="day" /> <span className="muted">{createdBy}</span>
        </>
      ),
    },
    { key: "remove", title: "", width: 80, figure: true, render: ({ name }) => <Remove name={name} /> },
  ];
  return (
    <DataTable<Virtual>
      label={text("visual.defined")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={1040}
      empty={<EmptyState text={text("visual.empty")} />}
      onOpen={({ name }) => void navigate(path(name))}
      phoneRow={(event) => ({
        title: event.name,
        detail: ruleText(event.matcher),
        figures: (
          <>
            {format.figure(event.volume30Days)}
            <br />
            <span className="muted">{text("events.volume30")}</span>
          </>
        ),
        actions: <Remove name={event.name} />,
      })}
    />
  );
}

function Remove({ name }: { readonly name: string }) {
  const text = useText();
  const may = useMay();
  const params = { ...useWorkspaceParams(), name };
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const remove = useChange(deleteVirtualEvent, [listVirtualEvents, listEventDefinitions]);
  const ask = () =>
    void modal.confirm({
      title: text("visual.deleteTitle", { name }),
      content: text("visual.deleteBody"),
      okText: text("visual.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return may("events:define") ? (
    <Button size="small" danger onClick={ask}>
      {text("visual.delete")}
    </Button>
  ) : null;
}
