import type { ComputedTraitView } from "@terrace/contract/api/computed-traits";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

/** How a computed trait stands. */
export function StatusTag({ trait: { status } }: { readonly trait: Pick<ComputedTraitView, "status"> }) {
  const text = useText();
  return <Tag className={status === "live" ? "badge-on" : ""}>{text(`computed.status.${status}`)}</Tag>;
}
