import { PlusOutlined } from "@ant-design/icons";
import { NODE_KINDS, type NodeKind } from "@terrace/domain/journeys/journey-definition";
import { Button, Dropdown } from "antd";
import { useText } from "../../../app/i18n.ts";
import { NODE_ICONS } from "./node-icons.tsx";

/** What is put into a way: a new node of a kind, or the one that was copied. */
export type Added = NodeKind | "copied";
type Props = {
  readonly label: string;
  /** The name of the node that was copied, where there is one. */
  readonly copied: string | undefined;
  readonly onAdd: (added: Added) => void;
};

/** The button that puts a node into a way. */
export function AddNode({ label, copied, onAdd }: Props) {
  const text = useText();
  const kinds = NODE_KINDS.map((kind) => ({ key: kind, icon: NODE_ICONS[kind], label: text(`journeys.draw.kind.${kind}`) }));
  const paste = copied === undefined ? [] : [{ key: "copied", label: text("journeys.draw.pasteNamed", { name: copied }) }];
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [...paste, ...kinds],
        onClick: ({ key, domEvent }) => {
          domEvent.stopPropagation();
          onAdd(NODE_KINDS.find((kind) => kind === key) ?? "copied");
        },
      }}
    >
      <Button className="draw-add nodrag nopan" size="small" shape="circle" icon={<PlusOutlined />} aria-label={label} />
    </Dropdown>
  );
}
