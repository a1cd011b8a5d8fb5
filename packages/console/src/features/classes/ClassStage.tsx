import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

/** Whether everyone is sorted and stays so, or is being sorted. */
export function ClassStage({ live }: { readonly live: boolean }) {
  const text = useText();
  return <Tag className={live ? "badge-on" : ""}>{text(live ? "classes.live" : "classes.sorting")}</Tag>;
}
