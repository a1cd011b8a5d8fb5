import { BellOutlined } from "@ant-design/icons";
import { Badge, Button, Popover } from "antd";
import { useState } from "react";
import { AttentionList } from "../../features/attention/AttentionList.tsx";
import { useAttention } from "../../features/attention/use-attention.ts";
import { useText } from "../i18n.ts";
import "./icon-button.css";

/** What waits for an operator, one click away from every page. */
export function AttentionBell() {
  const text = useText();
  const { total } = useAttention();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      title={text("top.alerts")}
      content={
        <div className="bell-list" onClick={() => setOpen(false)} role="presentation">
          <AttentionList />
        </div>
      }
    >
      <Button
        type="text"
        className="icon-button"
        aria-label={`${text("top.alerts")} ${total}`}
        icon={
          <Badge dot={total > 0} offset={[-2, 2]}>
            <BellOutlined />
          </Badge>
        }
      />
    </Popover>
  );
}
