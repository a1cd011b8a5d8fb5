import { Form, Input, InputNumber, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import type { PullFields } from "./pull-fields.ts";

const MINUTES = { min: 5, max: 10_080 };

/** When it runs. */
export function ScheduleFields() {
  const text = useText();
  const when = Form.useWatch("when", Form.useFormInstance<PullFields>());
  return (
    <div className="pull-halves">
      <Form.Item name="when" label={text("pulls.schedule")}>
        <Select options={(["minutes", "daily"] as const).map((value) => ({ value, label: text(`pulls.when.${value}`) }))} />
      </Form.Item>
      {when === "minutes" ? (
        <Form.Item
          name="everyMinutes"
          label={text("pulls.minutes")}
          rules={[{ required: true, type: "number", ...MINUTES, message: text("pulls.minutesRule") }]}
        >
          <InputNumber {...MINUTES} />
        </Form.Item>
      ) : (
        <Form.Item
          name="dailyAt"
          label={text("pulls.time")}
          extra={text("pulls.timeHint")}
          rules={[{ required: true, pattern: /^([01]\d|2[0-3]):[0-5]\d$/, message: text("pulls.timeRule") }]}
        >
          <Input placeholder="03:30" maxLength={5} />
        </Form.Item>
      )}
    </div>
  );
}
