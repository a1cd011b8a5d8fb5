import { SendOutlined } from "@ant-design/icons";
import { listChannelProviders, type ChannelProvider } from "@terrace/contract/api/channels";
import { Button, Tag } from "antd";
import { useState, type ReactNode } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { AllowedTable } from "./AllowedTable.tsx";
import { FiguresPanel } from "./FiguresPanel.tsx";
import { ProviderActions } from "./ProviderActions.tsx";
import { ProviderForm } from "./ProviderForm.tsx";
import { SandboxPanel } from "./SandboxPanel.tsx";
import { TestForm } from "./TestForm.tsx";

const rowKey = ({ id }: ChannelProvider) => id;
type Open = { readonly what: "new" } | { readonly what: "edit" | "test"; readonly provider: ChannelProvider };

/** Who carries messages, by channel. */
export function ChannelsPage() {
  const text = useText();
  const may = useMay();
  const [open, setOpen] = useState<Open>();
  const providers = useCall(listChannelProviders, { params: useWorkspaceParams() });
  const close = () => setOpen(undefined);
  const make = (
    <Button type="primary" icon={<SendOutlined />} onClick={() => setOpen({ what: "new" })}>
      {text("channels.new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={text("nav.channels")} meta={<span>{text("channels.intro")}</span>} actions={make} />
      <div className="stack">
        <Panel flush>
          <QueryView query={providers} skeleton={4}>
            {({ items }) => <ProviderTable items={items} make={make} onOpen={setOpen} />}
          </QueryView>
        </Panel>
        {providers.data?.items.some(({ kind }) => kind === "sandbox") === true ? <SandboxPanel /> : null}
        {may("events:read") ? <FiguresPanel /> : null}
        <AllowedTable />
      </div>
      {open?.what === "new" ? <ProviderForm onClose={close} /> : null}
      {open?.what === "edit" ? <ProviderForm provider={open.provider} onClose={close} /> : null}
      {open?.what === "test" ? <TestForm provider={open.provider} onClose={close} /> : null}
    </>
  );
}

type Listed = { readonly items: readonly ChannelProvider[]; readonly make: ReactNode; readonly onOpen: (open: Open) => void };

function ProviderTable({ items, make, onOpen }: Listed) {
  const text = useText();
  const format = useFormat();
  const acts = (provider: ChannelProvider) => (
    <ProviderActions
      provider={provider}
      onEdit={() => onOpen({ what: "edit", provider })}
      onTest={() => onOpen({ what: "test", provider })}
    />
  );
  const columns: readonly DataColumn<ChannelProvider>[] = [
    { key: "channel", title: text("channels.channel"), width: 110, render: ({ channel }) => text(`channels.channel.${channel}`) },
    { key: "name", title: text("channels.name"), ellipsis: true, render: ({ name }) => <span className="strong">{name}</span> },
    { key: "kind", title: text("channels.kind"), width: 180, render: ({ kind }) => text(`channels.kind.${kind}`) },
    { key: "state", title: text("people.state"), width: 150, render: (one) => <ProviderState provider={one} /> },
    {
      key: "rate",
      title: text("channels.ratePerSecond"),
      width: 110,
      figure: true,
      render: ({ ratePerSecond }) => (ratePerSecond === null ? "—" : format.count(ratePerSecond)),
    },
    {
      key: "receipts",
      title: text("channels.receipts"),
      width: 120,
      render: ({ receiptPath }) => (receiptPath === null ? "—" : <CopyButton value={`${location.origin}${receiptPath}`} />),
    },
    { key: "acts", title: "", width: 210, figure: true, render: acts },
  ];
  return (
    <DataTable<ChannelProvider>
      label={text("nav.channels")}
      rows={items}
      rowKey={rowKey}
      columns={columns}
      minWidth={960}
      empty={<EmptyState text={text("channels.empty")} action={make} />}
      phoneRow={(one) => ({
        title: one.name,
        state: <ProviderState provider={one} />,
        detail: `${text(`channels.channel.${one.channel}`)} · ${text(`channels.kind.${one.kind}`)}`,
        figures: acts(one),
      })}
    />
  );
}

/** Whether a provider carries messages, and whether it is the one that does. */
function ProviderState({ provider: { state, isDefault } }: { readonly provider: ChannelProvider }) {
  const text = useText();
  return (
    <>
      <Tag variant="filled" {...(state === "on" ? { className: "badge-on" } : {})}>
        {text(state === "on" ? "channels.on" : "channels.off")}
      </Tag>
      {isDefault ? <Tag>{text("channels.default")}</Tag> : null}
    </>
  );
}
