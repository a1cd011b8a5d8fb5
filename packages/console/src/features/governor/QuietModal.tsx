import { QUIET_DAYS } from "@terrace/domain/governor/rules";
import { Form, Input, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import { weekdayNames } from "./governor-words.ts";
import { clockOf, minuteOf, type Quiet } from "./rule-parts.ts";
import { scopeFields, ScopeItems, scopeOf, type ScopeFields } from "./ScopeItems.tsx";

const SOME = "some" as const;
type Fields = ScopeFields & {
  readonly from: string;
  readonly to: string;
  readonly days: (typeof QUIET_DAYS)[number] | typeof SOME;
  readonly weekdays?: number[];
};
type Props = { readonly rule: Quiet; readonly onDone: (rule: Quiet) => void; readonly onClose: () => void };

/** Changes quiet hours, or begins some; nothing is saved yet. */
export function QuietModal({ rule, onDone, onClose }: Props) {
  const text = useText();
  const format = useFormat();
  const [form] = Form.useForm<Fields>();
  const isSome = Array.isArray(rule.days);
  const days = Form.useWatch("days", form) ?? (isSome ? SOME : rule.days);
  const submit = (fields: Fields) => {
    const { from, to, weekdays = [] } = fields;
    onDone({
      id: rule.id,
      scope: scopeOf(fields),
      fromMinute: minuteOf(from) ?? rule.fromMinute,
      toMinute: minuteOf(to) ?? rule.toMinute,
      days: fields.days === SOME ? weekdays : fields.days,
      action: fields.action,
    });
  };
  const needed = [{ required: true, message: text("signIn.required") }];
  return (
    <FormModal<Fields>
      title={text("governor.quietHours")}
      okText={text("governor.done")}
      busy={false}
      form={form}
      onSubmit={submit}
      onClose={onClose}
      width={480}
      initialValues={{
        ...scopeFields(rule.scope),
        action: rule.action,
        from: clockOf(rule.fromMinute),
        to: clockOf(rule.toMinute),
        ...(Array.isArray(rule.days) ? { days: SOME, weekdays: rule.days } : { days: rule.days }),
      }}
    >
      <div className="governor-times">
        <Form.Item name="from" label={text("governor.from")} rules={needed}>
          <Input type="time" />
        </Form.Item>
        <Form.Item name="to" label={text("governor.to")} rules={needed}>
          <Input type="time" />
        </Form.Item>
      </div>
      <Form.Item name="days" label={text("governor.onDays")}>
        <Select options={[...QUIET_DAYS, SOME].map((value) => ({ value, label: text(`governor.days.${value}`) }))} />
      </Form.Item>
      {days === SOME ? (
        <Form.Item name="weekdays" rules={needed}>
          <Select
            mode="multiple"
            aria-label={text("governor.weekdays")}
            placeholder={text("governor.weekdays")}
            options={weekdayNames(format).map((label, at) => ({ value: at + 1, label }))}
          />
        </Form.Item>
      ) : null}
      <ScopeItems />
    </FormModal>
  );
}
