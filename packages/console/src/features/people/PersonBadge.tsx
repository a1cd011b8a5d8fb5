import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

/** Whether a person is known by an id of the business, or only as a device. */
export function PersonBadge({ identified }: { readonly identified: boolean }) {
  const text = useText();
  return identified ? (
    <Tag className="badge-on" variant="filled">
      {text("people.identified")}
    </Tag>
  ) : (
    <Tag variant="filled">{text("people.anonymous")}</Tag>
  );
}
