import { Alert, Button, Modal } from "antd";
import { useText } from "../../app/i18n.ts";
import { Code } from "../../ui/Code.tsx";

/** Shows a one-time sign-in link to hand over; it is not shown again. */
export function OneTimeLink({ email, path, onClose }: { readonly email: string; readonly path: string; readonly onClose: () => void }) {
  const text = useText();
  const hasToken = path.includes("token=");
  return (
    <Modal
      open
      title={text("members.linkTitle", { email })}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {text("common.close")}
        </Button>
      }
      width={520}
    >
      <div className="stack">
        <Alert type="info" showIcon title={text(hasToken ? "members.linkHint" : "members.linkElsewhere")} />
        <Code text={window.location.origin + path} label={text("members.linkTitle", { email })} />
      </div>
    </Modal>
  );
}
