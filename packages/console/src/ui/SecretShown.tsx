import { Alert, Button, Modal } from "antd";
import type { ReactNode } from "react";
import { useText, type TextKey } from "../app/i18n.ts";
import { Code } from "./Code.tsx";

type SecretShownProps = {
  readonly title: string;
  readonly hint: TextKey;
  readonly secret: string;
  /** What the secret is called; the title by default. */
  readonly label?: string;
  /** What is to be done with it. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
};

/** Shows something that is shown once. */
export function SecretShown({ title, hint, secret, label = title, children, onClose }: SecretShownProps) {
  const text = useText();
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {text("keys.shownDone")}
        </Button>
      }
      width={520}
    >
      <div className="stack">
        <Alert type="warning" showIcon title={text(hint)} />
        <Code text={secret} label={label} />
        {children}
      </div>
    </Modal>
  );
}
