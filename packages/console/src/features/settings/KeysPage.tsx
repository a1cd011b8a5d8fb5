import { KeyOutlined } from "@ant-design/icons";
import { listKeys, revokeKey } from "@terrace/contract/api/access";
import { App, Button, Tag } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import type { CallAnswer } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ExportButton } from "../exports/ExportButton.tsx";
import { NewKey } from "./NewKey.tsx";
import "./settings.css";

type Key = CallAnswer<typeof listKeys>["items"][number];
const rowKey = ({ id }: Key) => id;

/** Write keys for sending events, secret keys for the API. */
export function KeysPage() {
  const text = useText();
  const [making, setMaking] = useState(false);
  const keys = useCall(listKeys, { params: useWorkspaceParams() });
  const columns: readonly DataColumn<Key>[] = [
    { key: "name", title: text("keys.name"), ellipsis: true, render: ({ name }) => <span className="strong">{name}</span> },
    { key: "kind", title: text("keys.kind"), width: 100, render: ({ kind }) => text(`keys.kind.${kind}`) },
    { key: "hint", title: text("keys.key"), width: 160, render: ({ hint }) => <code className="mono">{hint}</code> },
    {
      key: "scopes",
      title: text("keys.scopes"),
      ellipsis: true,
      render: ({ kind, scopes }) => (
        <span className="muted" title={scopes.map((scope) => text(`permission.${scope}`)).join(", ")}>
          {kind === "write" ? text("keys.writeScope") : text("keys.scopeCount", { count: scopes.length })}
        </span>
      ),
    },
    {
      key: "used",
      title: text("keys.lastUsed"),
      width: 150,
      figure: true,
      render: ({ lastUsedAt }) =>
        lastUsedAt === null ? <span className="muted">{text("keys.never")}</span> : <TimeText at={lastUsedAt} form="recent" />,
    },
    {
      key: "created",
      title: text("keys.created"),
      width: 220,
      ellipsis: true,
      render: ({ createdAt, createdBy }) => (
        <>
          <TimeText at={createdAt} form="day" /> <span className="muted">{createdBy}</span>
        </>
      ),
    },
    { key: "state", title: "", width: 96, figure: true, render: (key) => <Revoke apiKey={key} /> },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.keys")}
        meta={<span>{text("keys.intro")}</span>}
        actions={
          <>
            <ExportButton what="keys" />
            <Button type="primary" icon={<KeyOutlined />} onClick={() => setMaking(true)}>
              {text("keys.new")}
            </Button>
          </>
        }
      />
      <Panel flush>
        <QueryView query={keys} skeleton={4}>
          {({ items }) => (
            <DataTable<Key>
              label={text("nav.keys")}
              rows={items}
              rowKey={rowKey}
              columns={columns}
              minWidth={960}
              empty={
                <EmptyState
                  text={text("keys.empty")}
                  action={
                    <Button type="primary" onClick={() => setMaking(true)}>
                      {text("keys.new")}
                    </Button>
                  }
                />
              }
              phoneRow={(key) => ({
                title: key.name,
                detail: `${text(`keys.kind.${key.kind}`)} ${key.hint}`,
                figures: <TimeText at={key.lastUsedAt} form="recent" />,
                actions: <Revoke apiKey={key} />,
              })}
            />
          )}
        </QueryView>
      </Panel>
      {making ? <NewKey onClose={() => setMaking(false)} /> : null}
    </>
  );
}

function Revoke({ apiKey }: { readonly apiKey: Key }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), key: apiKey.id };
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const revoke = useChange(revokeKey, [listKeys]);
  const ask = () =>
    void modal.confirm({
      title: text("keys.revokeTitle", { name: apiKey.name }),
      content: text("keys.revokeBody"),
      okText: text("keys.revoke"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => revoke.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return apiKey.revokedAt === null ? (
    <Button size="small" danger onClick={ask}>
      {text("keys.revoke")}
    </Button>
  ) : (
    <Tag variant="filled">{text("keys.revoked")}</Tag>
  );
}
