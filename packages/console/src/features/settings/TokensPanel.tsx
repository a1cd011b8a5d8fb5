import { listTokens, revokeToken } from "@terrace/contract/api/security";
import { App, Button, Tag } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useScope } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { NewToken } from "./NewToken.tsx";

type Token = CallAnswer<typeof listTokens>["items"][number];
const rowKey = ({ id }: Token) => id;

/** One's own tokens for calling the API. */
export function TokensPanel() {
  const text = useText();
  const { session } = useScope();
  const [making, setMaking] = useState(false);
  const tokens = useCall(listTokens, {});
  const workspaceOf = ({ workspace }: Token) => session.workspaces.find(({ id }) => id === workspace)?.name ?? workspace;
  const columns: readonly DataColumn<Token>[] = [
    { key: "name", title: text("keys.name"), ellipsis: true, render: ({ name }) => <span className="strong">{name}</span> },
    { key: "hint", title: text("tokens.token"), width: 150, render: ({ hint }) => <code className="mono">{hint}</code> },
    { key: "workspace", title: text("nav.workspace"), width: 130, ellipsis: true, render: workspaceOf },
    {
      key: "scopes",
      title: text("keys.scopes"),
      width: 90,
      figure: true,
      render: ({ scopes }) => <span title={scopes.map((scope) => text(`permission.${scope}`)).join(", ")}>{scopes.length}</span>,
    },
    {
      key: "until",
      title: text("invite.until"),
      width: 110,
      figure: true,
      render: ({ expiresAt }) => <TimeText at={expiresAt} form="day" />,
    },
    { key: "state", title: "", width: 90, figure: true, render: (token) => <State token={token} /> },
  ];
  return (
    <Panel
      flush
      title={text("tokens.title")}
      extra={
        <Button size="small" onClick={() => setMaking(true)}>
          {text("tokens.new")}
        </Button>
      }
    >
      <QueryView query={tokens} skeleton={2}>
        {({ items }) => (
          <DataTable<Token>
            label={text("tokens.title")}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={680}
            empty={<EmptyState text={text("tokens.empty")} />}
            phoneRow={(token) => ({ title: token.name, detail: token.hint, actions: <State token={token} /> })}
          />
        )}
      </QueryView>
      {making ? <NewToken onClose={() => setMaking(false)} /> : null}
    </Panel>
  );
}

function State({ token }: { readonly token: Token }) {
  const text = useText();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const revoke = useChange(revokeToken, [listTokens]);
  if (token.revokedAt !== null) return <Tag variant="filled">{text("keys.revoked")}</Tag>;
  const ask = () =>
    void modal.confirm({
      title: text("keys.revokeTitle", { name: token.name }),
      okText: text("keys.revoke"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => revoke.mutateAsync({ params: { token: token.id } }).then(() => undefined, showFault),
    });
  return (
    <Button size="small" danger onClick={ask}>
      {text("keys.revoke")}
    </Button>
  );
}
