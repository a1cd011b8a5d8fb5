import { CloseOutlined } from "@ant-design/icons";
import { PREREQUISITES_MAX } from "@terrace/contract/api/flag-parts";
import type { FlagView } from "@terrace/contract/api/flags";
import { Button, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import type { Prerequisite } from "./flag-parts.ts";
import { FlagSelect, useFlag } from "./FlagSelect.tsx";

type Props = {
  readonly all: readonly Prerequisite[];
  /** Key of the flag that presupposes. */
  readonly of: string;
  readonly onChange: (all: Prerequisite[]) => void;
};

/** Flags that are presupposed, and the values they must give. */
export function PrerequisitesEditor({ all, of, onChange }: Props) {
  const text = useText();
  const taken = [of, ...all.map(({ flag }) => flag)];
  return (
    <>
      {all.map((one, at) => (
        <Line
          key={one.flag}
          one={one}
          without={taken.filter((key) => key !== one.flag)}
          onChange={(next) => onChange(all.map((before, index) => (index === at ? next : before)))}
          onDrop={() => onChange(all.filter((_, index) => index !== at))}
        />
      ))}
      <div className="flag-line">
        <FlagSelect
          label={text("flags.addPrerequisite")}
          placeholder={text("flags.addPrerequisite")}
          disabled={all.length >= PREREQUISITES_MAX}
          fits={isAsked(taken)}
          onChoose={(flag) => onChange([...all, firstOf(flag)])}
        />
      </div>
    </>
  );
}

type LineProps = {
  readonly one: Prerequisite;
  readonly without: readonly string[];
  readonly onChange: (one: Prerequisite) => void;
  readonly onDrop: () => void;
};

function Line({ one, without, onChange, onDrop }: LineProps) {
  const text = useText();
  const flag = useFlag(one.flag);
  return (
    <div className="flag-line">
      <FlagSelect
        label={text("flags.prerequisiteFlag")}
        value={one.flag}
        fits={isAsked(without)}
        onChoose={(chosen) => onChange(firstOf(chosen))}
      />
      <ValuesSelect
        type={flag?.definition.type ?? typeOfFirst(one)}
        values={one.values}
        onChange={(values) => onChange({ ...one, values })}
      />
      <Button type="text" icon={<CloseOutlined />} aria-label={`${text("common.remove")} ${one.flag}`} onClick={onDrop} />
    </div>
  );
}

/** Flags whose values can be asked for one by one, other than some. */
function isAsked(without: readonly string[]): (flag: FlagView) => boolean {
  return ({ key, definition }) => definition.type !== "json" && !without.includes(key);
}

type Scalar = Prerequisite["values"][number];

function firstOf({ key, definition }: FlagView): Prerequisite {
  const value = definition.defaultValue;
  if (definition.type === "boolean") return { flag: key, values: [true] };
  return { flag: key, values: [typeof value === "string" || typeof value === "number" ? value : ""] };
}

/** A flag that is gone, or not known yet, was of the type of what it must give. */
function typeOfFirst({ values: [first] }: Prerequisite): FlagView["definition"]["type"] {
  if (typeof first === "boolean") return "boolean";
  return typeof first === "number" ? "number" : "string";
}

type ValuesProps = {
  readonly type: FlagView["definition"]["type"];
  readonly values: readonly Scalar[];
  readonly onChange: (values: Scalar[]) => void;
};

function ValuesSelect({ type, values, onChange }: ValuesProps) {
  const text = useText();
  const read = (written: string): Scalar[] => {
    if (type === "boolean") return [written === "true"];
    if (type !== "number") return [written];
    return written.trim() === "" || !Number.isFinite(Number(written)) ? [] : [Number(written)];
  };
  const take = (written: readonly string[]) => {
    const next = written.flatMap(read);
    // It must give one of some values: the last one stays.
    if (next.length > 0) onChange(next);
  };
  return (
    <Select<string[]>
      className="flag-wide"
      mode={type === "boolean" ? "multiple" : "tags"}
      aria-label={text("flags.prerequisiteValues")}
      value={values.map(String)}
      onChange={take}
      options={type === "boolean" ? ["true", "false"].map((value) => ({ value, label: value })) : []}
    />
  );
}
