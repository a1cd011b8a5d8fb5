import { Alert, Button, Modal } from "antd";
import type { ReactNode } from "react";
import { useText, type TextKey } from "../app/i18n.ts";
import { Code } from "./Code.tsx";

type SecretShownProps = {
  readonly title: string;
  readonly hint: TextKey;
  /** It can be had again: it need not be kept, and the window closes like any other. */
  readonly renewable?: boolean;
  readonly secret: string;
  /** What the secret is called; the title by default. */
  readonly label?: string;
  /** What is to be done with it. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
};

/** Shows something that is shown once. */
export function SecretShown({ title, hint, secret, renewable = false, label = title, children, onClose }: SecretShownProps) {
  const text = useText();
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      mask={{ closable: renewable }}
      footer={
        <Button type="primary" onClick={onClose}>
          {text(renewable ? "common.close" : "keys.shownDone")}
        </Button>
      }
      width={520}
    >
      <div className="stack">
        <Alert type={renewable ? "info" : "warning"} showIcon title={text(hint)} />
        <Code text={secret} label={label} />
        {children}
      </div>
    </Modal>
  );
}
