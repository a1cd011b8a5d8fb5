import type { Condition, DidLeaf } from "@terrace/domain/conditions/condition";
import { InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { EventPicker } from "./EventPicker.tsx";
import { useFieldOptions } from "./use-field-options.ts";
import { COUNT_WORDS } from "./condition-draft.ts";
import {
  askOf,
  ASKS,
  comparedOf,
  isCounted,
  propertyOf,
  timeOf,
  withAsk,
  withCompared,
  withProperty,
  withTime,
  type Ask,
} from "./did-draft.ts";
import { FieldPicker } from "./FieldPicker.tsx";
import { WithinEditor } from "./WithinEditor.tsx";

type Props = {
  readonly leaf: DidLeaf;
  readonly onChange: (leaf: Condition) => void;
  /** Which of those events count. */
  readonly children: ReactNode;
};

/** What someone did: which event, how often or what it comes to, and when. */
export function DidEditor({ leaf, onChange, children }: Props) {
  const text = useText();
  const ask = askOf(leaf);
  const isEdge = ask === "first" || ask === "last";
  return (
    <div className="did">
      <div className="leaf">
        <span className="leaf-word">{text("insight.did")}</span>
        <EventPicker className="field-picker" value={leaf.did.event} onChange={(event) => onChange({ ...leaf, did: { event } })} />
        <Select<Ask>
          className="op-picker"
          aria-label={text("insight.ask")}
          popupMatchSelectWidth={false}
          value={ask}
          onChange={(next) => onChange(withAsk(leaf, next))}
          options={ASKS.map((one) => ({ value: one, label: text(`insight.ask.${one}`) }))}
        />
        {isEdge ? null : <Amount leaf={leaf} onChange={onChange} />}
      </div>
      <WithinEditor within={timeOf(leaf)} ever={!isEdge} onChange={(within) => onChange(withTime(leaf, within))} />
      <div className="did-where">{children}</div>
    </div>
  );
}

/** Which property is measured, if one is, and what the number is compared with. */
function Amount({ leaf, onChange }: Omit<Props, "children">) {
  const text = useText();
  const options = useFieldOptions([leaf.did.event], ["property"]);
  const is = comparedOf(leaf);
  const counted = isCounted(leaf);
  const hasProperty = "measure" in leaf && "property" in leaf.measure;
  return (
    <>
      {hasProperty ? (
        <FieldPicker
          options={options}
          value={{ kind: "property", name: propertyOf(leaf) }}
          onChange={(field) => field === undefined || onChange(withProperty(leaf, field.name))}
        />
      ) : null}
      <Select
        className="op-picker"
        aria-label={text("insight.comparison")}
        value={is.op}
        onChange={(op) => onChange(withCompared(leaf, { ...is, op }))}
        options={COUNT_WORDS.map((op) => ({ value: op, label: text(`insight.is.${op}`) }))}
      />
      <InputNumber<number>
        aria-label={text("insight.times")}
        {...(counted ? { min: 0, max: 1_000_000, precision: 0 } : { min: -1e12, max: 1e12 })}
        value={is.value}
        onChange={(value) => value === null || onChange(withCompared(leaf, { ...is, value }))}
      />
    </>
  );
}
