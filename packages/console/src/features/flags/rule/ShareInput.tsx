import { InputNumber } from "antd";

type Props = { readonly label: string; readonly parts: number; readonly onChange: (parts: number) => void };

/** A share, written in percent and kept in parts of 10,000. */
export function ShareInput({ label, parts, onChange }: Props) {
  return (
    <InputNumber<number>
      aria-label={label}
      min={0}
      max={100}
      precision={2}
      suffix="%"
      value={parts / 100}
      onChange={(percent) => percent === null || onChange(Math.round(percent * 100))}
    />
  );
}
