import { listWebhookDeliveries, listWebhooks, resendWebhookDeliveries } from "@terrace/contract/api/webhooks";
import { Alert, App, Button, Segmented } from "antd";
import { useMemo, useState } from "react";
import { useParams } from "react-router";
import { useCall, useChange, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { DeliveryDrawer } from "./DeliveryDrawer.tsx";
import { DeliveryTable } from "./DeliveryTable.tsx";
import { WebhookActions } from "./WebhookActions.tsx";
import type { Webhook } from "./answers.ts";
import { WebhookState } from "./WebhookState.tsx";

const STATES = ["all", "waiting", "delivered", "failed"] as const;
const REFETCH_MS = 5_000;

/** One webhook: how it does, and the log of what it was told. */
export function WebhookPage() {
  const text = useText();
  const { webhook: id = "" } = useParams();
  const webhooks = useCall(listWebhooks, { params: useWorkspaceParams() }, { refetchMs: REFETCH_MS });
  return (
    <QueryView query={webhooks} skeleton={8}>
      {({ items }) => {
        const webhook = items.find((one) => one.id === id);
        if (webhook !== undefined) return <WebhookView webhook={webhook} />;
        return (
          <>
            <PageHeader title={text("nav.webhooks")} />
            <Panel>
              <EmptyState text={text("fault.webhook.not_found")} />
            </Panel>
          </>
        );
      }}
    </QueryView>
  );
}

function WebhookView({ webhook }: { readonly webhook: Webhook }) {
  const text = useText();
  const format = useFormat();
  const [state, setState] = useState<(typeof STATES)[number]>("all");
  const [openId, setOpenId] = useState<string>();
  const params = { ...useWorkspaceParams(), webhook: webhook.id };
  const pages = usePages(
    listWebhookDeliveries,
    { params, query: { limit: 50, ...(state === "all" ? {} : { state }) } },
    { keepPrevious: true },
  );
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const resend = useResend(webhook);
  return (
    <>
      <PageHeader
        title={webhook.name}
        meta={
          <span className="row">
            <WebhookState webhook={webhook} />
            <code className="mono muted wrap-any">{webhook.address}</code>
          </span>
        }
        actions={<WebhookActions webhook={webhook} />}
      />
      <div className="stack">
        {webhook.failingSince === null ? null : (
          <Alert
            type="warning"
            showIcon
            title={text("webhooks.failingSince", { time: format.tableTime(webhook.failingSince) })}
            description={text("webhooks.failingBody")}
          />
        )}
        <Panel
          flush
          title={text("webhooks.log")}
          extra={
            <span className="row">
              <Segmented
                size="small"
                value={state}
                onChange={setState}
                options={STATES.map((one) => ({ value: one, label: text(`webhooks.state.${one}`) }))}
              />
              {webhook.failed > 0 || state === "failed" ? (
                <Button size="small" onClick={() => resend({ failed: true })}>
                  {text("webhooks.resendFailed")}
                </Button>
              ) : null}
            </span>
          }
        >
          <QueryView query={pages} skeleton={6}>
            {() => (
              <DeliveryTable
                rows={rows}
                pages={pages}
                onOpen={setOpenId}
                empty={<EmptyState text={text(state === "all" ? "webhooks.noDeliveries" : "webhooks.noneOfState")} />}
              />
            )}
          </QueryView>
        </Panel>
      </div>
      {openId === undefined ? null : (
        <DeliveryDrawer webhook={webhook.id} id={openId} onResend={() => resend({ ids: [openId] })} onClose={() => setOpenId(undefined)} />
      )}
    </>
  );
}

/** Sends again and says how many. */
function useResend(webhook: Webhook) {
  const text = useText();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), webhook: webhook.id };
  const resend = useChange(resendWebhookDeliveries, [listWebhookDeliveries, listWebhooks]);
  return (body: { readonly ids: string[] } | { readonly failed: true }) =>
    resend.mutate(
      { params, body },
      { onSuccess: ({ count }) => void message.success(text("webhooks.resent", { count })), onError: showFault },
    );
}
