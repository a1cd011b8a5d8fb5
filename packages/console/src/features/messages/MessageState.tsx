import type { MessageView } from "@terrace/contract/api/messages";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

const TONES: Readonly<Record<MessageView["state"], string>> = {
  waiting: "badge-waits",
  sending: "badge-waits",
  sent: "badge-on",
  delivered: "badge-on",
  blocked: "badge-blocks",
  failed: "badge-blocks",
  unknown: "badge-waits",
  expired: "",
  cancelled: "",
};

/** Where a message stands. */
export function MessageState({ state }: Pick<MessageView, "state">) {
  const text = useText();
  return (
    <Tag variant="filled" className={TONES[state]}>
      {text(`messages.stateOf.${state}`)}
    </Tag>
  );
}
