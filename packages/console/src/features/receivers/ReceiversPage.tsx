import { InboxOutlined } from "@ant-design/icons";
import { listReceivers } from "@terrace/contract/api/receivers";
import { Button, Tag } from "antd";
import { Link, useNavigate } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";

export type Receiver = CallAnswer<typeof listReceivers>["items"][number];
const rowKey = ({ id }: Receiver) => id;
const REFETCH_MS = 10_000;

/** Addresses of ours to which other systems post. */
export function ReceiversPage() {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const receivers = useCall(listReceivers, { params: useWorkspaceParams() }, { refetchMs: REFETCH_MS });
  const make = (
    <Button type="primary" icon={<InboxOutlined />} onClick={() => void navigate(link("data/receivers/new"))}>
      {text("receivers.new")}
    </Button>
  );
  const failed = ({ failed: count }: Receiver) =>
    count === 0 ? <span className="muted">0</span> : <Tag color="error">{format.count(count)}</Tag>;
  const columns: readonly DataColumn<Receiver>[] = [
    {
      key: "name",
      title: text("webhooks.name"),
      ellipsis: true,
      render: ({ id, name }) => <Link to={link(`data/receivers/${id}`)}>{name}</Link>,
    },
    {
      key: "signature",
      title: text("receivers.signature"),
      width: 180,
      render: ({ signature }) => text(`receivers.signature.${signature.kind}`),
    },
    { key: "state", title: text("people.state"), width: 100, render: (one) => <ReceiverState receiver={one} /> },
    { key: "accepted", title: text("receivers.accepted24"), width: 140, figure: true, render: ({ accepted }) => format.count(accepted) },
    { key: "failed", title: text("receivers.failed"), width: 120, figure: true, render: failed },
    {
      key: "last",
      title: text("receivers.last"),
      width: 150,
      figure: true,
      render: ({ lastAt }) => <TimeText at={lastAt} form="recent" />,
    },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.receivers")}
        meta={<span>{text("receivers.intro")}</span>}
        actions={
          <>
            <ExportButton what="receivers" />
            {make}
          </>
        }
      />
      <Panel flush>
        <QueryView query={receivers} skeleton={4}>
          {({ items }) => (
            <DataTable<Receiver>
              label={text("nav.receivers")}
              rows={items}
              rowKey={rowKey}
              columns={columns}
              onOpen={({ id }) => void navigate(link(`data/receivers/${id}`))}
              minWidth={860}
              empty={<EmptyState text={text("receivers.empty")} action={make} />}
              phoneRow={(one) => ({
                title: one.name,
                state: <ReceiverState receiver={one} />,
                detail: text(`receivers.signature.${one.signature.kind}`),
                figures: format.count(one.accepted),
              })}
            />
          )}
        </QueryView>
      </Panel>
    </>
  );
}

/** Whether a receiver takes posts. */
export function ReceiverState({ receiver }: { readonly receiver: Receiver }) {
  const text = useText();
  return receiver.state === "paused" ? (
    <Tag variant="filled">{text("webhooks.paused.operator")}</Tag>
  ) : (
    <Tag className="badge-on" variant="filled">
      {text("receivers.active")}
    </Tag>
  );
}
