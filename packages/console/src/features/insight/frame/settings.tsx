import { InputNumber, Switch } from "antd";

type NumberProps = {
  readonly name: string;
  /** What stands in the field; null where the setting says something that is no such number. */
  readonly value: number | null;
  readonly min: number;
  readonly max: number;
  readonly placeholder?: string;
  /** The whole number given; null when the field was emptied. */
  readonly onChange: (value: number | null) => void;
};

/** One whole number of a question, with its name before it. */
export function NumberSetting({ name, value, min, max, placeholder, onChange }: NumberProps) {
  return (
    <label className="builder-switch">
      {name}
      <InputNumber<number>
        size="small"
        min={min}
        max={max}
        precision={0}
        value={value}
        onChange={onChange}
        {...(placeholder === undefined ? {} : { placeholder })}
      />
    </label>
  );
}

type SwitchProps = { readonly name: string; readonly on: boolean; readonly onChange: (on: boolean) => void };

/** One yes or no of a question, with its name before it. */
export function SwitchSetting({ name, on, onChange }: SwitchProps) {
  return (
    <label className="builder-switch">
      {name}
      <Switch size="small" checked={on} onChange={onChange} />
    </label>
  );
}
