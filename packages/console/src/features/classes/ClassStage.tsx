import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

type Props = {
  readonly live: boolean;
  /** Sorted anew by a schedule, and not as things happen. */
  readonly scheduled?: boolean;
};

/** Whether everyone is sorted and stays so, or is being sorted. */
export function ClassStage({ live, scheduled = false }: Props) {
  const text = useText();
  const sorted = scheduled ? "segments.scheduled" : "classes.live";
  return <Tag className={live ? "badge-on" : ""}>{text(live ? sorted : "classes.sorting")}</Tag>;
}
