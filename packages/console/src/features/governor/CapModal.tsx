import { Form, InputNumber, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { FormModal } from "../../ui/FormModal.tsx";
import type { Cap } from "./rule-parts.ts";
import { scopeFields, ScopeItems, scopeOf, type ScopeFields } from "./ScopeItems.tsx";

const PERIODS = ["calendar.day", "calendar.week", "calendar.month", "rolling.minute", "rolling.hour", "rolling.day"] as const;
type Period = (typeof PERIODS)[number];
/** As far back as what was sent is known: 31 days. */
const MOST = { "rolling.minute": 44_640, "rolling.hour": 744, "rolling.day": 31 } as const;
type Fields = ScopeFields & { readonly most: number; readonly period: Period; readonly count?: number };
type Props = { readonly rule: Cap; readonly onDone: (rule: Cap) => void; readonly onClose: () => void };

/** Changes a cap, or begins one; nothing is saved yet. */
export function CapModal({ rule, onDone, onClose }: Props) {
  const text = useText();
  const [form] = Form.useForm<Fields>();
  const begun: Period = rule.period.kind === "calendar" ? `calendar.${rule.period.unit}` : `rolling.${rule.period.unit}`;
  const period = Form.useWatch("period", form) ?? begun;
  const submit = (fields: Fields) =>
    onDone({
      id: rule.id,
      scope: scopeOf(fields),
      most: fields.most,
      period: periodOf(fields.period, fields.count ?? 1),
      action: fields.action,
    });
  const needed = [{ required: true, message: text("signIn.required") }];
  return (
    <FormModal<Fields>
      title={text("governor.cap")}
      okText={text("governor.done")}
      busy={false}
      form={form}
      onSubmit={submit}
      onClose={onClose}
      width={480}
      initialValues={{
        ...scopeFields(rule.scope),
        action: rule.action,
        most: rule.most,
        period: begun,
        count: rule.period.kind === "rolling" ? rule.period.count : 1,
      }}
    >
      <Form.Item name="most" label={text("governor.most")} rules={needed}>
        <InputNumber min={1} max={1_000} precision={0} autoFocus />
      </Form.Item>
      <Form.Item name="period" label={text("governor.period")} extra={text("governor.periodHint")}>
        <Select options={PERIODS.map((value) => ({ value, label: text(`governor.periodOf.${value}`) }))} />
      </Form.Item>
      {isRolling(period) ? (
        <Form.Item name="count" label={text("governor.length")} rules={needed}>
          <InputNumber min={1} max={MOST[period]} precision={0} />
        </Form.Item>
      ) : null}
      <ScopeItems />
    </FormModal>
  );
}

function isRolling(period: Period): period is keyof typeof MOST {
  return period in MOST;
}

function periodOf(period: Period, count: number): Cap["period"] {
  switch (period) {
    case "calendar.day":
      return { kind: "calendar", unit: "day" };
    case "calendar.week":
      return { kind: "calendar", unit: "week" };
    case "calendar.month":
      return { kind: "calendar", unit: "month" };
    case "rolling.minute":
      return { kind: "rolling", count, unit: "minute" };
    case "rolling.hour":
      return { kind: "rolling", count, unit: "hour" };
    default:
      return { kind: "rolling", count, unit: "day" };
  }
}
