import { getWebhookDelivery } from "@terrace/contract/api/webhooks";
import { Button, Drawer } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Code } from "../../ui/Code.tsx";
import { QueryView } from "../../ui/QueryView.tsx";

type DeliveryDrawerProps = { readonly webhook: string; readonly id: string; readonly onResend: () => void; readonly onClose: () => void };

/** One delivery: every attempt, and what was sent. */
export function DeliveryDrawer({ webhook, id, onResend, onClose }: DeliveryDrawerProps) {
  const text = useText();
  const format = useFormat();
  const delivery = useCall(getWebhookDelivery, { params: { ...useWorkspaceParams(), webhook, delivery: id } });
  return (
    <Drawer
      open
      size={560}
      onClose={onClose}
      title={text("webhooks.delivery")}
      extra={
        <Button
          onClick={() => {
            onResend();
            onClose();
          }}
        >
          {text("webhooks.resend")}
        </Button>
      }
    >
      <QueryView query={delivery} skeleton={8}>
        {({ log, body }) => (
          <div className="stack">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>{text("webhooks.attemptAt")}</th>
                  <th>{text("webhooks.answer")}</th>
                  <th className="figure">{text("webhooks.took")}</th>
                </tr>
              </thead>
              <tbody>
                {log.map((line) => (
                  <tr key={line.at}>
                    <td>{format.tableTime(line.at)}</td>
                    <td>
                      <code className="mono">{line.status ?? line.error}</code>
                    </td>
                    <td className="figure">{text("webhooks.ms", { count: format.count(Math.round(line.tookMs)) })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {log.length === 0 ? <span className="muted">{text("webhooks.notYet")}</span> : null}
            <Code text={JSON.stringify(JSON.parse(body), undefined, 2)} label={text("webhooks.body")} />
          </div>
        )}
      </QueryView>
    </Drawer>
  );
}
