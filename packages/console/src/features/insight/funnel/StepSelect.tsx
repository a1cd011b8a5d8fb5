import { Select } from "antd";

type Props = {
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly onChange: (step: number) => void;
};

/** One of the steps of a funnel, by its number. */
export function StepSelect({ label, value, from, to, onChange }: Props) {
  return (
    <Select<number>
      aria-label={label}
      value={value}
      onChange={onChange}
      options={Array.from({ length: to - from + 1 }, (_, i) => ({ value: from + i, label: `${label} ${from + i}` }))}
    />
  );
}
