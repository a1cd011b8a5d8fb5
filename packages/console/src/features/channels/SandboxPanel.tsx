import { getSandboxMessage, listSandboxMessages } from "@terrace/contract/api/channels";
import { Button, Modal, Tag } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";

type Kept = CallAnswer<typeof listSandboxMessages>["items"][number];
const rowKey = ({ id }: Kept) => id;
const REFETCH_MS = 10_000;

/** What sandboxes kept instead of sending it; the newest. */
export function SandboxPanel() {
  const text = useText();
  const [opened, setOpened] = useState<string>();
  const kept = useCall(listSandboxMessages, { params: useWorkspaceParams(), query: {} }, { refetchMs: REFETCH_MS });
  const look = ({ id }: Kept) => (
    <Button size="small" onClick={() => setOpened(id)}>
      {text("channels.look")}
    </Button>
  );
  const columns: readonly DataColumn<Kept>[] = [
    { key: "at", title: text("channels.at"), width: 160, render: ({ at }) => <TimeText at={at} form="recent" /> },
    { key: "channel", title: text("channels.channel"), width: 120, render: ({ channel }) => text(`channels.channel.${channel}`) },
    { key: "to", title: text("channels.toMasked"), ellipsis: true, render: ({ to }) => to },
    { key: "act", title: "", width: 90, figure: true, render: look },
  ];
  return (
    <Panel flush title={text("channels.sandbox")}>
      <QueryView query={kept} skeleton={3}>
        {({ items }) => (
          <DataTable<Kept>
            label={text("channels.sandbox")}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={560}
            empty={<EmptyState text={text("channels.sandboxEmpty")} />}
            phoneRow={(one) => ({
              title: one.to,
              state: <Tag variant="filled">{text(`channels.channel.${one.channel}`)}</Tag>,
              detail: <TimeText at={one.at} form="recent" />,
              figures: look(one),
            })}
          />
        )}
      </QueryView>
      {opened === undefined ? null : <KeptMessage id={opened} onClose={() => setOpened(undefined)} />}
    </Panel>
  );
}

function KeptMessage({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const text = useText();
  const message = useCall(getSandboxMessage, { params: { ...useWorkspaceParams(), message: id } });
  return (
    <Modal open title={text("channels.keptMessage")} footer={null} onCancel={onClose} width={640}>
      <QueryView query={message} skeleton={4}>
        {(one) => <Code text={JSON.stringify(one.message, null, 2)} label={text("channels.keptMessage")} />}
      </QueryView>
    </Modal>
  );
}
