import { INTERVAL_UNITS, type IntervalUnit } from "@terrace/domain/insight/time/calendar";
import { Select } from "antd";
import { useText } from "../../../app/i18n.ts";

type Props = {
  readonly value: IntervalUnit;
  readonly onChange: (unit: IntervalUnit) => void;
  readonly units?: readonly IntervalUnit[];
};

/** By what unit of time figures are told. */
export function IntervalPicker({ value, onChange, units = INTERVAL_UNITS }: Props) {
  const text = useText();
  return (
    <Select<IntervalUnit>
      aria-label={text("insight.interval")}
      popupMatchSelectWidth={false}
      value={value}
      onChange={onChange}
      options={units.map((unit) => ({ value: unit, label: text(`insight.by.${unit}`) }))}
    />
  );
}
