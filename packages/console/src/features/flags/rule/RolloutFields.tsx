import { UNITS } from "@terrace/domain/assignment/units";
import { Form, Segmented } from "antd";
import { useText } from "../../../app/i18n.ts";
import type { Rule } from "../flag-parts.ts";
import { CoverageFields } from "./CoverageFields.tsx";

export type RolloutRule = Extract<Rule, { kind: "rollout" }>;
type Props = { readonly rule: RolloutRule; readonly onChange: (rule: RolloutRule) => void };

/** To how many the value is given, and how that grows. */
export function RolloutFields({ rule, onChange }: Props) {
  return (
    <>
      <CoverageFields growing={rule} onChange={(growing) => onChange({ ...rule, ...growing })} />
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
