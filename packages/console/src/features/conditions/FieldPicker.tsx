import { Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { optionFits } from "./option-fits.ts";
import type { FieldKind, FieldOption } from "./use-field-options.ts";

type Props = {
  readonly options: readonly FieldOption[];
  readonly value: { readonly kind: FieldKind; readonly name: string } | undefined;
  readonly onChange: (field: { readonly kind: FieldKind; readonly name: string } | undefined) => void;
  readonly placeholder?: string;
  readonly allowClear?: boolean;
  readonly label?: string;
};

const KINDS: readonly FieldKind[] = ["property", "column", "trait"];

/** Chooses a property, a column of the context or a trait; a name that is in no definition can be typed. */
export function FieldPicker({ options, value, onChange, placeholder, allowClear = false, label }: Props) {
  const text = useText();
  const chosen = value === undefined || value.name === "" ? undefined : `${value.kind}:${value.name}`;
  const kinds = KINDS.filter((kind) => options.some((option) => option.kind === kind));
  const known = options.some((option) => `${option.kind}:${option.name}` === chosen);
  return (
    <Select<string>
      className="field-picker"
      aria-label={label ?? text("insight.field")}
      placeholder={placeholder ?? text("insight.chooseField")}
      allowClear={allowClear}
      status={chosen === undefined && !allowClear ? "warning" : ""}
      popupMatchSelectWidth={260}
      showSearch={{
        filterOption: optionFits,
      }}
      {...(chosen === undefined ? {} : { value: chosen })}
      onChange={(next: string | undefined) => onChange(next === undefined ? undefined : splitField(next))}
      options={[
        ...kinds.map((kind) => ({
          label: text(`insight.fields.${kind}`),
          options: options
            .filter((option) => option.kind === kind)
            .map((option) => ({ value: `${kind}:${option.name}`, label: option.label })),
        })),
        ...(known || value === undefined || chosen === undefined ? [] : [{ value: chosen, label: value.name }]),
      ]}
    />
  );
}

function splitField(chosen: string): { readonly kind: FieldKind; readonly name: string } {
  const at = chosen.indexOf(":");
  return { kind: KINDS.find((kind) => kind === chosen.slice(0, at)) ?? "property", name: chosen.slice(at + 1) };
}
