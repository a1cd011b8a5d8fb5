import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import type { FieldOption } from "./use-field-options.ts";
import { opOf, scalarOf, valuesOf, withRange, withValues, type TestLeaf } from "./condition-draft.ts";
import { useValueSuggestions } from "./use-value-suggestions.ts";

type Props = {
  readonly leaf: TestLeaf;
  readonly field: FieldOption | undefined;
  readonly event: string | null;
  readonly period: AskedPeriod;
  readonly onChange: (leaf: TestLeaf) => void;
};

/** The values a field is compared with, as the comparison wants them: a list, a text, one number, two numbers or nothing. */
export function ValueInput({ leaf, field, event, period, onChange }: Props) {
  const text = useText();
  const op = opOf(leaf);
  const values = valuesOf(leaf);
  const label = text("insight.value");
  if (op === "isSet" || op === "isNotSet") return null;
  if (op === "is" || op === "isNot") return <ListInput leaf={leaf} field={field} event={event} period={period} onChange={onChange} />;
  if (op === "between")
    return (
      <span className="between-input">
        {[0, 1].map((at) => (
          <InputNumber<number>
            key={at}
            aria-label={label}
            value={typeof values[at] === "number" ? values[at] : null}
            status={typeof values[at] === "number" ? "" : "warning"}
            onChange={(next) => onChange(withEnd(leaf, at, next))}
          />
        ))}
      </span>
    );
  if (op === "gt" || op === "gte" || op === "lt" || op === "lte")
    return (
      <InputNumber<number>
        aria-label={label}
        value={typeof values[0] === "number" ? values[0] : null}
        status={typeof values[0] === "number" ? "" : "warning"}
        onChange={(next) => onChange(withValues(leaf, next === null ? [] : [next]))}
      />
    );
  return (
    <Input
      aria-label={label}
      value={values[0] === undefined ? "" : String(values[0])}
      status={values[0] === undefined ? "warning" : ""}
      onChange={({ target }) => onChange(withValues(leaf, [target.value]))}
    />
  );
}

/** One end of a range; the other stays as it is, also while it is empty. */
function withEnd(leaf: TestLeaf, at: number, next: number | null): TestLeaf {
  const now: readonly (number | null)[] = "between" in leaf ? leaf.between : [];
  const [low, high] = [0, 1].map((each) => (each === at ? next : now[each]));
  return withRange(leaf, low, high);
}

function ListInput({ leaf, field, event, period, onChange }: Props) {
  const text = useText();
  const [opened, setOpened] = useState(false);
  const type = field?.type ?? "unknown";
  const { values: suggested, loading } = useValueSuggestions(field, { event, period, wanted: opened });
  const values = valuesOf(leaf).map(String);
  const nameOf = (value: string) => field?.valueNames?.get(value) ?? value;
  const offered = type === "boolean" ? ["true", "false"] : suggested;
  return (
    <Select<string[]>
      mode="tags"
      className="value-list"
      aria-label={text("insight.value")}
      placeholder={text("insight.chooseValue")}
      status={values.length === 0 ? "warning" : ""}
      loading={loading}
      maxTagCount="responsive"
      value={values}
      onOpenChange={(open) => setOpened(opened || open)}
      onChange={(next) =>
        onChange(
          withValues(
            leaf,
            next.map((one) => scalarOf(one, type)),
          ),
        )
      }
      options={offered.map((value) => ({ value, label: nameOf(value) }))}
      showSearch={{
        optionFilterProp: "label",
        filterOption: (typed, option) =>
          typeof option?.value === "string" && `${option.value} ${nameOf(option.value)}`.toLowerCase().includes(typed.toLowerCase()),
      }}
      notFoundContent={text(loading ? "common.loading" : "insight.typeValue")}
    />
  );
}
