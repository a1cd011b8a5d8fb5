import type { updateBackupPlan } from "@terrace/contract/api/backups";
import { Form, Input, InputNumber, Switch } from "antd";
import type { CallInput } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { TimeZoneSelect } from "../../ui/TimeZoneSelect.tsx";
import type { BackupPlan } from "./answers.ts";

type Body = CallInput<typeof updateBackupPlan>["body"];
type Props = {
  readonly plan: BackupPlan;
  readonly busy: boolean;
  readonly onSubmit: (body: Body) => void;
  readonly onClose: () => void;
};

const PASSPHRASE_MIN = 12;

/** Folder, time, what is kept, and the passphrase, which is never shown again. */
export function BackupPlanForm({ plan, busy, onSubmit, onClose }: Props) {
  const text = useText();
  const { hasPassphrase, ...initial } = plan;
  return (
    <FormModal<Body & { readonly passphrase?: string }>
      title={text("backups.edit")}
      okText={text("common.save")}
      busy={busy}
      onClose={onClose}
      initialValues={initial}
      onSubmit={({ passphrase, ...body }) =>
        onSubmit({ ...body, ...(passphrase === undefined || passphrase === "" ? {} : { passphrase }) })
      }
    >
      <Form.Item name="enabled" label={text("backups.daily")} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item
        name="folder"
        label={text("backups.folder")}
        extra={text("backups.folderHint")}
        rules={[{ required: true, message: text("signIn.required") }]}
      >
        <Input maxLength={1000} placeholder={text("backups.folderExample")} />
      </Form.Item>
      <Form.Item
        name="time"
        label={text("backups.time")}
        rules={[{ required: true, pattern: /^([01]\d|2[0-3]):[0-5]\d$/, message: text("backups.timeRule") }]}
      >
        <Input maxLength={5} placeholder={text("backups.timeExample")} />
      </Form.Item>
      <Form.Item name="timeZone" label={text("settings.timeZone")}>
        <TimeZoneSelect />
      </Form.Item>
      <div className="backups-keep">
        {(["keepDaily", "keepWeekly", "keepMonthly"] as const).map((name) => (
          <Form.Item key={name} name={name} label={text(`backups.${name}`)} rules={[{ required: true, message: text("signIn.required") }]}>
            <InputNumber min={0} max={120} precision={0} />
          </Form.Item>
        ))}
      </div>
      <Form.Item
        name="passphrase"
        label={text("backups.passphrase")}
        extra={text(hasPassphrase ? "backups.passphraseKept" : "backups.passphraseHint")}
        rules={[
          { required: !hasPassphrase, message: text("signIn.required") },
          { min: PASSPHRASE_MIN, message: text("fault.backup.passphrase_weak") },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={1024} />
      </Form.Item>
    </FormModal>
  );
}
