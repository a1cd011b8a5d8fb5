import type { BroadcastRow } from "@terrace/contract/api/broadcasts";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

const COLOURS = {
  draft: {},
  in_review: {},
  scheduled: { className: "badge-on" },
  running: { className: "badge-on" },
  stopped: { color: "warning" },
  done: {},
  cancelled: {},
} as const;

/** Where a broadcast stands. */
export function BroadcastState({ state }: Pick<BroadcastRow, "state">) {
  const text = useText();
  return (
    <Tag variant="filled" {...COLOURS[state]}>
      {text(`broadcasts.state.${state}`)}
    </Tag>
  );
}
