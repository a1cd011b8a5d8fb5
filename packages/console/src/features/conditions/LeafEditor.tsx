import { DAY_TEST_OPS, type Condition, type DayTestOp } from "@terrace/domain/conditions/condition";
import { Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFieldOptions } from "./use-field-options.ts";
import { newLeaf, opOf, opsOf, subjectOf, withField, withOp, type ShownOp, type TestLeaf } from "./condition-draft.ts";
import type { ConditionGround } from "./condition-ground.ts";
import { dayOpOf, isDayLeaf, isDayOp, newDayLeaf, type DayLeaf } from "./day-draft.ts";
import { DayInput } from "./DayInput.tsx";
import { FieldPicker } from "./FieldPicker.tsx";
import { ValueInput } from "./ValueInput.tsx";

type Props = { readonly leaf: TestLeaf | DayLeaf; readonly ground: ConditionGround; readonly onChange: (leaf: Condition) => void };

/** One comparison: a field, how it is compared, and with what. Traits may be dates, too. */
export function LeafEditor({ leaf, ground, onChange }: Props) {
  const text = useText();
  const options = useFieldOptions(ground.events, ground.kinds);
  const day = isDayLeaf(leaf) ? leaf : undefined;
  // While a date is asked for, this is what another comparison begins with.
  const test = isDayLeaf(leaf) ? withField(newLeaf("trait"), { kind: "trait", name: leaf.trait }) : leaf;
  const subject = subjectOf(test);
  const field = options.find(({ kind, name }) => kind === subject.kind && name === subject.name);
  const op = day === undefined ? opOf(test) : dayOpOf(day);
  const ops = [...opsOf(field, opOf(test)), ...(subject.kind === "trait" ? DAY_TEST_OPS : [])];
  return (
    <div className="leaf">
      <FieldPicker
        options={options}
        value={subject}
        onChange={(next) =>
          next === undefined || onChange(day !== undefined && next.kind === "trait" ? { ...day, trait: next.name } : withField(test, next))
        }
      />
      <Select<ShownOp | DayTestOp>
        className="op-picker"
        aria-label={text("insight.comparison")}
        popupMatchSelectWidth={false}
        value={op}
        onChange={(next) => onChange(isDayOp(next) ? newDayLeaf(subject.name, next) : withOp(test, next))}
        options={ops.map((one) => ({ value: one, label: text(`insight.op.${one}`) }))}
      />
      {day === undefined ? (
        <ValueInput
          leaf={test}
          field={field}
          event={ground.events.length === 1 ? (ground.events[0] ?? null) : null}
          period={ground.period}
          onChange={onChange}
        />
      ) : (
        <DayInput leaf={day} onChange={onChange} />
      )}
    </div>
  );
}
