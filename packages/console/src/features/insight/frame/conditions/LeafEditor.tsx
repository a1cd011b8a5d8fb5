import type { Condition, DidLeaf } from "@terrace/domain/conditions/condition";
import { InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../../../app/i18n.ts";
import { EventPicker } from "../EventPicker.tsx";
import { useFieldOptions } from "../use-field-options.ts";
import { COUNT_WORDS, opOf, opsOf, subjectOf, withField, withOp, type ShownOp, type TestLeaf } from "./condition-draft.ts";
import type { ConditionGround } from "./condition-ground.ts";
import { FieldPicker } from "./FieldPicker.tsx";
import { ValueInput } from "./ValueInput.tsx";

type Props<L> = { readonly leaf: L; readonly ground: ConditionGround; readonly onChange: (leaf: Condition) => void };

/** One comparison: a field, how it is compared, and with what. */
export function LeafEditor({ leaf, ground, onChange }: Props<TestLeaf>) {
  const text = useText();
  const options = useFieldOptions(ground.events, ground.kinds);
  const subject = subjectOf(leaf);
  const field = options.find(({ kind, name }) => kind === subject.kind && name === subject.name);
  const op = opOf(leaf);
  return (
    <div className="leaf">
      <FieldPicker options={options} value={subject} onChange={(next) => next === undefined || onChange(withField(leaf, next))} />
      <Select<ShownOp>
        className="op-picker"
        aria-label={text("insight.comparison")}
        popupMatchSelectWidth={false}
        value={op}
        onChange={(next) => onChange(withOp(leaf, next))}
        options={opsOf(field, op).map((one) => ({ value: one, label: text(`insight.op.${one}`) }))}
      />
      <ValueInput
        leaf={leaf}
        field={field}
        event={ground.events.length === 1 ? (ground.events[0] ?? null) : null}
        period={ground.period}
        onChange={onChange}
      />
    </div>
  );
}

type Within = "ever" | "days" | "dates";

/** What someone did: which event, how often, and when. */
export function DidEditor({
  leaf,
  onChange,
  children,
}: Omit<Props<DidLeaf>, "ground"> & { /** Which of those events count. */ readonly children: ReactNode }) {
  const text = useText();
  const count = leaf.count ?? { op: "gte" as const, value: 1 };
  const within: Within = leaf.within === undefined ? "ever" : "days" in leaf.within ? "days" : "dates";
  return (
    <div className="did">
      <div className="leaf">
        <span className="leaf-word">{text("insight.did")}</span>
        <EventPicker className="field-picker" value={leaf.did.event} onChange={(event) => onChange({ ...leaf, did: { event } })} />
        <Select
          className="op-picker"
          aria-label={text("insight.comparison")}
          value={count.op}
          onChange={(op) => onChange({ ...leaf, count: { ...count, op } })}
          options={COUNT_WORDS.map((op) => ({ value: op, label: text(`insight.times.${op}`) }))}
        />
        <InputNumber<number>
          aria-label={text("insight.times")}
          min={0}
          max={1_000_000}
          precision={0}
          value={count.value}
          onChange={(value) => value === null || onChange({ ...leaf, count: { ...count, value } })}
        />
      </div>
      <div className="leaf">
        <Select<Within>
          className="op-picker"
          aria-label={text("insight.when")}
          value={within}
          onChange={(next) => onChange(withWithin(leaf, next))}
          options={(within === "dates" ? (["ever", "days", "dates"] as const) : (["ever", "days"] as const)).map((one) => ({
            value: one,
            label: text(`insight.within.${one}`),
          }))}
        />
        {leaf.within !== undefined && "days" in leaf.within ? (
          <InputNumber<number>
            aria-label={text("insight.within.days")}
            min={1}
            max={3_660}
            precision={0}
            value={leaf.within.days}
            suffix={text("insight.daysUnit")}
            onChange={(days) => days === null || onChange({ ...leaf, within: { days } })}
          />
        ) : null}
      </div>
      <div className="did-where">{children}</div>
    </div>
  );
}

function withWithin(leaf: DidLeaf, within: Within): DidLeaf {
  const { within: _, ...rest } = leaf;
  return within === "days" ? { ...rest, within: { days: 30 } } : within === "ever" ? rest : leaf;
}
