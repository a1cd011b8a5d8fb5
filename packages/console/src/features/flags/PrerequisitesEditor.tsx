import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { listFlags, type FlagView } from "@terrace/contract/api/flags";
import { Button, Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { Prerequisite } from "./flag-parts.ts";

const FLAGS_MAX = 200;

type Props = {
  readonly all: readonly Prerequisite[];
  /** Key of the flag that presupposes. */
  readonly of: string;
  readonly onChange: (all: Prerequisite[]) => void;
};

/** Flags that are presupposed, and the values they must give. */
export function PrerequisitesEditor({ all, of, onChange }: Props) {
  const text = useText();
  const { data } = useCall(listFlags, { params: useWorkspaceParams(), query: { limit: FLAGS_MAX } }, { staleMs: 30_000 });
  const flags = (data?.items ?? []).filter(({ key, definition }) => key !== of && definition.type !== "json");
  const free = flags.find(({ key }) => all.every(({ flag }) => flag !== key));
  const change = (at: number, next: Prerequisite) => onChange(all.map((one, index) => (index === at ? next : one)));
  return (
    <>
      {all.map((one, at) => (
        <div key={one.flag} className="flag-line">
          <Select
            className="flag-wide"
            showSearch
            aria-label={text("flags.prerequisiteFlag")}
            value={one.flag}
            onChange={(flag) =>
              change(
                at,
                firstOf(
                  flags.find(({ key }) => key === flag),
                  flag,
                ),
              )
            }
            options={flags
              .filter(({ key }) => key === one.flag || all.every(({ flag }) => flag !== key))
              .map(({ key, name }) => ({ value: key, label: name }))}
          />
          <ValuesSelect
            type={flags.find(({ key }) => key === one.flag)?.definition.type ?? typeOfFirst(one)}
            values={one.values}
            onChange={(values) => change(at, { ...one, values })}
          />
          <Button
            type="text"
            icon={<CloseOutlined />}
            aria-label={`${text("common.remove")} ${one.flag}`}
            onClick={() => onChange(all.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={free === undefined}
        onClick={() => free === undefined || onChange([...all, firstOf(free, free.key)])}
      >
        {text("flags.addPrerequisite")}
      </Button>
    </>
  );
}

type Scalar = Prerequisite["values"][number];

function firstOf(flag: FlagView | undefined, key: string): Prerequisite {
  const value = flag?.definition.defaultValue;
  if (flag?.definition.type === "boolean") return { flag: key, values: [true] };
  return { flag: key, values: [typeof value === "string" || typeof value === "number" ? value : ""] };
}

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
