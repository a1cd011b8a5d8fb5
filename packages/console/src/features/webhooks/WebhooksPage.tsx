import { ApiOutlined } from "@ant-design/icons";
import { listWebhooks } from "@terrace/contract/api/webhooks";
import { Button } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
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
import { ExportButton } from "../exports/ExportButton.tsx";
import { useEventNames } from "../events/use-event-names.ts";
import { WebhookForm } from "./WebhookForm.tsx";
import { WebhookState } from "./WebhookState.tsx";
import type { Webhook } from "./answers.ts";

const rowKey = ({ id }: Webhook) => id;
const REFETCH_MS = 10_000;

/** Addresses of other systems that are told of events. */
export function WebhooksPage() {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const webhooks = useCall(listWebhooks, { params: useWorkspaceParams() }, { refetchMs: REFETCH_MS });
  const open = ({ id }: Webhook) => void navigate(link(`data/webhooks/${id}`));
  const make = (
    <Button type="primary" icon={<ApiOutlined />} onClick={() => setMaking(true)}>
      {text("webhooks.new")}
    </Button>
  );
  const columns: readonly DataColumn<Webhook>[] = [
    {
      key: "name",
      title: text("webhooks.name"),
      ellipsis: true,
      render: ({ id, name }) => <Link to={link(`data/webhooks/${id}`)}>{name}</Link>,
    },
    { key: "address", title: text("webhooks.address"), ellipsis: true, render: ({ address }) => <code className="mono">{address}</code> },
    { key: "events", title: text("webhooks.events"), width: 180, ellipsis: true, render: ({ events }) => <EventList events={events} /> },
    { key: "state", title: text("people.state"), width: 120, render: (webhook) => <WebhookState webhook={webhook} /> },
    { key: "waiting", title: text("webhooks.waiting"), width: 100, figure: true, render: ({ waiting }) => format.count(waiting) },
    { key: "delivered", title: text("webhooks.delivered24"), width: 130, figure: true, render: ({ delivered }) => format.count(delivered) },
    { key: "failed", title: text("webhooks.failed24"), width: 130, figure: true, render: ({ failed }) => format.count(failed) },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.webhooks")}
        meta={<span>{text("webhooks.intro")}</span>}
        actions={
          <>
            <ExportButton what="webhooks" />
            {make}
          </>
        }
      />
      <Panel flush>
        <QueryView query={webhooks} skeleton={4}>
          {({ items }) => (
            <DataTable<Webhook>
              label={text("nav.webhooks")}
              rows={items}
              rowKey={rowKey}
              columns={columns}
              onOpen={open}
              minWidth={980}
              empty={<EmptyState text={text("webhooks.empty")} action={make} />}
              phoneRow={(webhook) => ({
                title: webhook.name,
                state: <WebhookState webhook={webhook} />,
                detail: webhook.address,
                figures: format.count(webhook.delivered),
              })}
            />
          )}
        </QueryView>
      </Panel>
      {making ? <WebhookForm onClose={() => setMaking(false)} /> : null}
    </>
  );
}

function EventList({ events }: { readonly events: readonly string[] }) {
  const text = useText();
  const { nameOf } = useEventNames();
  const names = events.map(nameOf).join(", ");
  return events.length === 0 ? <span className="muted">{text("webhooks.allEvents")}</span> : <span title={names}>{names}</span>;
}
