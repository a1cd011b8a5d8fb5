import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../../../app/i18n.ts";
import {
  conditionOf,
  isList,
  LINE_OPERATORS,
  linesOf,
  OPERAND_TYPES,
  typeOf,
  type ConditionLine,
  type LineOperator,
  type OperandType,
} from "../condition-lines.ts";
import type { Rule, Value } from "../flag-parts.ts";
import { JsonInput } from "../ValueInput.tsx";

type Props = {
  readonly condition: Rule["condition"];
  readonly onChange: (condition: Rule["condition"]) => void;
  readonly onGap: (isGap: boolean) => void;
};

const NEW_LINE: ConditionLine = { attribute: "", operator: "is", type: "text", values: [""] };
const isObject = (value: Value): value is Rule["condition"] => typeof value === "object" && value !== null && !Array.isArray(value);

/** What is asked of attributes: a line for each, or JSON where conditions are nested. */
export function ConditionEditor({ condition, onChange, onGap }: Props) {
  const text = useText();
  const [first] = useState(() => linesOf(condition));
  if (first !== undefined) return <Lines first={first} onChange={onChange} onGap={onGap} />;
  return (
    <>
      <p className="small muted">{text("flags.nested")}</p>
      <JsonInput
        label={text("flags.conditionJson")}
        value={condition}
        isRight={isObject}
        onChange={(next) => {
          if (isObject(next)) onChange(next);
        }}
        onGap={onGap}
      />
    </>
  );
}

function Lines({ first, onChange, onGap }: Omit<Props, "condition"> & { readonly first: readonly ConditionLine[] }) {
  const text = useText();
  const [lines, setLines] = useState(first);
  useEffect(() => () => onGap(false), [onGap]);
  const write = (next: readonly ConditionLine[]) => {
    const condition = conditionOf(next);
    setLines(next);
    onGap(condition === undefined);
    if (condition !== undefined) onChange(condition);
  };
  return (
    <>
      {lines.map((line, at) => (
        <Line
          key={at}
          line={line}
          n={at + 1}
          onChange={(next) => write(lines.map((one, index) => (index === at ? next : one)))}
          onDrop={() => write(lines.filter((_, index) => index !== at))}
        />
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => write([...lines, NEW_LINE])}>
        {text("flags.addLine")}
      </Button>
    </>
  );
}

type LineProps = {
  readonly line: ConditionLine;
  readonly n: number;
  readonly onChange: (line: ConditionLine) => void;
  readonly onDrop: () => void;
};

function Line({ line, n, onChange, onDrop }: LineProps) {
  const text = useText();
  const ask = (operator: LineOperator) => {
    const type = typeOf(operator) ?? line.type;
    const values = isList(operator) ? line.values.filter((value) => value !== "") : [line.values[0] ?? ""];
    onChange({ ...line, operator, type, values: type === "boolean" && !isList(operator) ? [yesOrNo(values)] : values });
  };
  const take = (type: OperandType) => onChange({ ...line, type, values: type === "boolean" ? [yesOrNo(line.values)] : line.values });
  return (
    <div className="flag-line">
      <Input
        className="mono"
        aria-label={text("flags.attribute", { n })}
        placeholder={text("flags.attribute", { n })}
        value={line.attribute}
        onChange={({ target }) => onChange({ ...line, attribute: target.value })}
      />
      <Select<LineOperator>
        aria-label={text("flags.operator", { n })}
        value={line.operator}
        onChange={ask}
        options={LINE_OPERATORS.map((value) => ({ value, label: text(`flags.op.${value}`) }))}
      />
      {typeOf(line.operator) === undefined ? <TypeSelect type={line.type} n={n} onChange={take} /> : null}
      <OperandInput
        label={text("flags.operand", { n })}
        type={line.type}
        many={isList(line.operator)}
        values={line.values}
        onChange={(values) => onChange({ ...line, values })}
      />
      <Button type="text" icon={<CloseOutlined />} aria-label={text("flags.dropLine", { n })} onClick={onDrop} />
    </div>
  );
}

const yesOrNo = ([first]: readonly string[]): string => (first === "false" ? "false" : "true");

type TypeProps = { readonly type: OperandType; readonly n: number; readonly onChange: (type: OperandType) => void };

/** Of which type the value of a line is. */
export function TypeSelect({ type, n, onChange }: TypeProps) {
  const text = useText();
  return (
    <Select<OperandType>
      aria-label={text("flags.operandType", { n })}
      value={type}
      onChange={onChange}
      options={OPERAND_TYPES.map((value) => ({ value, label: text(`flags.operand.${value}`) }))}
    />
  );
}

type OperandProps = {
  readonly label: string;
  readonly type: OperandType;
  readonly many: boolean;
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
};

/** The value of a line, or its values. */
export function OperandInput({ label, type, many, values, onChange }: OperandProps) {
  const text = useText();
  const answers = ["true", "false"].map((value) => ({ value, label: text(value === "true" ? "common.yes" : "common.no") }));
  if (many)
    return (
      <Select<string[]>
        className="flag-wide"
        mode={type === "boolean" ? "multiple" : "tags"}
        aria-label={label}
        value={[...values]}
        onChange={onChange}
        options={type === "boolean" ? answers : []}
      />
    );
  if (type === "boolean")
    return (
      <Select className="flag-wide" aria-label={label} value={yesOrNo(values)} onChange={(next) => onChange([next])} options={answers} />
    );
  return (
    <Input
      className="flag-wide"
      aria-label={label}
      {...(type === "number" ? { inputMode: "decimal" as const } : {})}
      value={values[0] ?? ""}
      onChange={({ target }) => onChange([target.value])}
    />
  );
}
