import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { UNITS } from "@terrace/domain/assignment/units";
import { Button, Form, Segmented } from "antd";
import { useText } from "../../../app/i18n.ts";
import type { Rule } from "../flag-parts.ts";
import { TimeInput } from "../WindowInput.tsx";
import { ShareInput } from "./ShareInput.tsx";

export type RolloutRule = Extract<Rule, { kind: "rollout" }>;
type Props = { readonly rule: RolloutRule; readonly onChange: (rule: RolloutRule) => void };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** To how many the value is given, and how that grows. */
export function RolloutFields({ rule, onChange }: Props) {
  const text = useText();
  const { coverage, ramp } = rule;
  const change = (at: number, next: Partial<(typeof ramp)[number]>) =>
    onChange({ ...rule, ramp: ramp.map((step, index) => (index === at ? { ...step, ...next } : step)) });
  const add = () => {
    const last = ramp.at(-1);
    // A day after the last step, or at the next full hour.
    const next = last === undefined ? Math.ceil(Date.now() / HOUR_MS) * HOUR_MS : Date.parse(last.at) + DAY_MS;
    const grown = Math.min(10_000, (last?.coverage ?? coverage) * 2);
    onChange({ ...rule, ramp: [...ramp, { at: new Date(next).toISOString(), coverage: grown }] });
  };
  return (
    <>
      <Form.Item label={text("flags.coverage")}>
        <ShareInput label={text("flags.coverage")} parts={coverage} onChange={(next) => onChange({ ...rule, coverage: next })} />
      </Form.Item>
      <Form.Item label={text("flags.ramp")}>
        {ramp.map((step, at) => (
          <div key={at} className="flag-line">
            <TimeInput
              label={`${text("flags.rampAt")} ${at + 1}`}
              at={step.at}
              onChange={(time) => time === null || change(at, { at: time })}
            />
            <ShareInput
              label={`${text("flags.coverage")} ${at + 1}`}
              parts={step.coverage}
              onChange={(next) => change(at, { coverage: next })}
            />
            <Button
              type="text"
              icon={<CloseOutlined />}
              aria-label={`${text("common.remove")} ${at + 1}`}
              onClick={() => onChange({ ...rule, ramp: ramp.filter((_, index) => index !== at) })}
            />
          </div>
        ))}
        <Button size="small" icon={<PlusOutlined />} onClick={add}>
          {text("flags.addStep")}
        </Button>
      </Form.Item>
      <UnitField unit={rule.unit} onChange={(unit) => onChange({ ...rule, unit })} />
    </>
  );
}

/** What the share is taken of. */
export function UnitField({
  unit,
  onChange,
  isRead = false,
}: {
  readonly unit: RolloutRule["unit"];
  readonly onChange: (unit: RolloutRule["unit"]) => void;
  /** It is the unit of an experiment, whose results are to be read. */
  readonly isRead?: boolean;
}) {
  const text = useText();
  return (
    <Form.Item label={text("flags.unit")} extra={isRead && unit !== "person" ? text("flags.unitUnread") : undefined}>
      <Segmented
        aria-label={text("flags.unit")}
        value={unit}
        onChange={onChange}
        options={UNITS.map((value) => ({ value, label: text(`flags.unit.${value}`) }))}
      />
    </Form.Item>
  );
}
