import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import type { Condition, EventCondition, EventSelector, SequenceLeaf } from "@terrace/domain/conditions/condition";
import { Button, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { EventPicker } from "./EventPicker.tsx";
import { canGrow, limitIn, withBreak, withLimit, withoutStep, withStep, type Limit } from "./sequence-draft.ts";
import { WithinEditor } from "./WithinEditor.tsx";

type Selector = EventSelector<EventCondition>;
/** Which of a step's events count. */
type WhereOf = (selector: Selector, set: (selector: Selector) => void) => ReactNode;
type Props = { readonly leaf: SequenceLeaf; readonly onChange: (leaf: Condition) => void; readonly whereOf: WhereOf };

/** What someone did one after another: the steps, how long it may take, and what must not come between. */
export function SequenceEditor({ leaf, onChange, whereOf }: Props) {
  const text = useText();
  const { steps, without, within, ...rest } = leaf.sequence;
  return (
    <div className="did">
      {steps.map((step, at) => (
        <Step
          key={at}
          word={text("insight.step", { number: at + 1 })}
          selector={step}
          onChange={(next) => onChange(withStep(leaf, at, next))}
          whereOf={whereOf}
          onRemove={steps.length > 2 ? () => onChange(withoutStep(leaf, at)) : undefined}
        />
      ))}
      <div className="row-wrap">
        {canGrow(leaf) ? (
          <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => onChange(withStep(leaf, steps.length, { event: null }))}>
            {text("insight.addStep")}
          </Button>
        ) : null}
        {without === undefined ? (
          <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => onChange(withBreak(leaf, { event: null }))}>
            {text("insight.addBreak")}
          </Button>
        ) : null}
      </div>
      {without === undefined ? null : (
        <Step
          word={text("insight.notBetween")}
          selector={without}
          onChange={(next) => onChange(withBreak(leaf, next))}
          whereOf={whereOf}
          onRemove={() => onChange(withBreak(leaf, undefined))}
        />
      )}
      <LimitEditor leaf={leaf} onChange={onChange} />
      <WithinEditor
        within={within}
        ever
        onChange={(next) =>
          onChange({
            sequence: { ...rest, steps, ...(without === undefined ? {} : { without }), ...(next === undefined ? {} : { within: next }) },
          })
        }
      />
    </div>
  );
}

/** An event of the sequence, and which of these count. */
function Step({
  word,
  selector,
  onChange,
  whereOf,
  onRemove,
}: {
  readonly word: string;
  readonly selector: Selector;
  readonly onChange: (selector: Selector) => void;
  readonly whereOf: WhereOf;
  readonly onRemove: (() => void) | undefined;
}) {
  const text = useText();
  return (
    <>
      <div className="leaf">
        <span className="leaf-word">{word}</span>
        <EventPicker className="field-picker" value={selector.event} onChange={(event) => onChange({ event })} />
        {onRemove === undefined ? null : (
          <Button type="text" size="small" aria-label={text("common.remove")} icon={<CloseOutlined />} onClick={onRemove} />
        )}
      </div>
      <div className="did-where">{whereOf(selector, onChange)}</div>
    </>
  );
}

function LimitEditor({ leaf, onChange }: Omit<Props, "whereOf">) {
  const text = useText();
  const limit = limitIn(leaf);
  return (
    <div className="leaf">
      <Select<Limit["unit"]>
        className="op-picker"
        aria-label={text("insight.limit")}
        value={limit.unit}
        onChange={(unit) => onChange(withLimit(leaf, { ...limit, unit }))}
        options={(["none", "days", "hours"] as const).map((unit) => ({ value: unit, label: text(`insight.limit.${unit}`) }))}
      />
      {limit.unit === "none" ? null : (
        <InputNumber<number>
          aria-label={text("insight.limit")}
          min={1}
          max={3_660}
          precision={0}
          value={limit.value}
          suffix={text(limit.unit === "days" ? "insight.daysUnit" : "insight.hoursUnit")}
          onChange={(value) => value === null || onChange(withLimit(leaf, { ...limit, value }))}
        />
      )}
    </div>
  );
}
