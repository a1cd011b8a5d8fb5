import { listReceiverCalls, listReceivers, replayReceiverCalls } from "@terrace/contract/api/receivers";
import { App, Button, Collapse, Tag } from "antd";
import { useMemo } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import type { Receiver } from "./ReceiversPage.tsx";

type Call = CallAnswer<typeof listReceiverCalls>["items"][number];

/** What was posted lately, to write the expression by; what failed can be taken again. */
export function CallList({ receiver }: { readonly receiver: Receiver }) {
  const text = useText();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), receiver: receiver.id };
  const pages = usePages(listReceiverCalls, { params, query: { limit: 10 } });
  const calls = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const replay = useChange(replayReceiverCalls, [listReceiverCalls, listReceivers]);
  const replayAll = () =>
    replay.mutate({ params }, { onSuccess: (outcome) => void message.info(text("receivers.replayed", outcome)), onError: showFault });
  return (
    <Panel
      flush
      title={text("receivers.calls")}
      extra={
        receiver.failed > 0 ? (
          <Button size="small" loading={replay.isPending} onClick={replayAll}>
            {text("receivers.replay")}
          </Button>
        ) : null
      }
    >
      <QueryView query={pages} skeleton={4}>
        {() =>
          calls.length === 0 ? (
            <EmptyState text={text("receivers.noCalls")} />
          ) : (
            <>
              <Collapse
                ghost
                items={calls.map((call) => ({
                  key: call.id,
                  label: <CallHead call={call} />,
                  children: <Code text={pretty(call.body)} label={text("receivers.sample")} />,
                }))}
              />
              <LoadMore pages={pages} loaded={calls.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

function CallHead({ call }: { readonly call: Call }) {
  const text = useText();
  return (
    <span className="row">
      <TimeText at={call.at} form="recent" />
      <Tag variant="filled" color={call.state === "failed" ? "error" : "default"}>
        {call.state === "failed" ? text("receivers.callFailed") : text("receivers.callMade", { count: call.accepted })}
      </Tag>
      {call.rejected > 0 ? <span className="muted small">{text("receivers.callRejected", { count: call.rejected })}</span> : null}
      {call.error === "" ? null : <code className="mono muted small wrap-any">{call.error}</code>}
    </span>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
