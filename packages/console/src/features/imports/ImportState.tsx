import type { listImports } from "@terrace/contract/api/imports";
import { Tag } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";

type Import = CallAnswer<typeof listImports>["items"][number];

const COLOURS = {
  queued: "processing",
  running: "processing",
  paused: "warning",
  cancelled: "default",
  done: "default",
  failed: "error",
  repeat: "default",
  undoing: "processing",
  undone: "default",
} as const;

/** How an import stands. */
export function ImportState({ one }: { readonly one: Import }) {
  const text = useText();
  return (
    <Tag variant="filled" color={COLOURS[one.state]}>
      {text(`imports.state.${one.state}`)}
    </Tag>
  );
}
