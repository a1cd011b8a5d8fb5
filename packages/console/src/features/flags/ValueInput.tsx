import { Input, InputNumber, Segmented } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../../app/i18n.ts";
import { valueText, type Definition, type Value } from "./flag-parts.ts";

type Props = {
  readonly label: string;
  readonly type: Definition["type"];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** Told while what is written is no value of the type. */
  readonly onGap: (isGap: boolean) => void;
};

/** A value of a flag's type. */
export function ValueInput({ label, type, value, onChange, onGap }: Props) {
  if (type === "boolean")
    return (
      <Segmented<boolean>
        aria-label={label}
        value={value === true}
        onChange={onChange}
        options={[false, true].map((one) => ({ value: one, label: <span className="mono">{valueText(one)}</span> }))}
      />
    );
  if (type === "number") return <NumberValue label={label} value={value} onChange={onChange} onGap={onGap} />;
  if (type === "string")
    return (
      <Input
        className="flag-wide"
        aria-label={label}
        value={typeof value === "string" ? value : ""}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  return <JsonInput label={label} value={value} isRight={isStructure} onChange={onChange} onGap={onGap} />;
}

const isStructure = (value: Value): boolean => typeof value === "object" && value !== null;

function NumberValue({ label, value, onChange, onGap }: Omit<Props, "type">) {
  const [written, setWritten] = useState<number | null>(typeof value === "number" ? value : null);
  useEffect(() => () => onGap(false), [onGap]);
  return (
    <InputNumber<number>
      aria-label={label}
      value={written}
      status={written === null ? "warning" : ""}
      onChange={(next) => {
        setWritten(next);
        onGap(next === null);
        if (next !== null) onChange(next);
      }}
    />
  );
}

type JsonProps = Omit<Props, "type"> & { readonly isRight: (value: Value) => boolean };

/** JSON as text; what it says is passed on once it can be read and is of the right kind. */
export function JsonInput({ label, value, isRight, onChange, onGap }: JsonProps) {
  const text = useText();
  const [written, setWritten] = useState(() => JSON.stringify(value, null, 2));
  const [isGap, setIsGap] = useState(false);
  useEffect(() => () => onGap(false), [onGap]);
  const write = (next: string) => {
    const read = parsed(next);
    const isWrong = read === undefined || !isRight(read);
    setWritten(next);
    setIsGap(isWrong);
    onGap(isWrong);
    if (!isWrong) onChange(read);
  };
  return (
    <div className="flag-wide">
      <Input.TextArea
        className="mono"
        aria-label={label}
        autoSize={{ minRows: 3, maxRows: 16 }}
        status={isGap ? "error" : ""}
        value={written}
        onChange={({ target }) => write(target.value)}
      />
      {isGap ? <span className="small muted">{text("flags.badJson")}</span> : null}
    </div>
  );
}

function parsed(written: string): Value | undefined {
  try {
    return JSON.parse(written) as Value;
  } catch {
    // Half-written JSON is what a form holds most of the time; it says so beside the field.
    return undefined;
  }
}
