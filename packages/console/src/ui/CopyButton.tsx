import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../app/i18n.ts";
import { copyText } from "./copy-text.ts";

type CopyButtonProps = { readonly value: string; readonly label?: string; readonly shown?: boolean };

/** Copies a value; `shown` prints the word beside the icon. */
export function CopyButton({ value, label, shown = false }: CopyButtonProps) {
  const text = useText();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const word = copied ? text("common.copied") : (label ?? text("common.copy"));
  const button = (
    <Button
      type={shown ? "default" : "text"}
      size="small"
      className="copy-button"
      aria-label={word}
      icon={copied ? <CheckOutlined /> : <CopyOutlined />}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(value).then(setCopied);
      }}
    >
      {shown ? word : null}
    </Button>
  );
  return shown ? button : <Tooltip title={word}>{button}</Tooltip>;
}
