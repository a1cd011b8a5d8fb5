import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import type { Webhook } from "./answers.ts";

/** Whether a webhook is told of events, and what is wrong with it. */
export function WebhookState({ webhook }: { readonly webhook: Webhook }) {
  const text = useText();
  if (webhook.state === "paused")
    return (
      <Tag variant="filled" color={webhook.pausedBecause === "operator" ? "default" : "error"}>
        {text(`webhooks.paused.${webhook.pausedBecause ?? "operator"}`)}
      </Tag>
    );
  return webhook.failingSince === null ? (
    <Tag className="badge-on" variant="filled">
      {text("webhooks.active")}
    </Tag>
  ) : (
    <Tag variant="filled" color="warning">
      {text("webhooks.failing")}
    </Tag>
  );
}
