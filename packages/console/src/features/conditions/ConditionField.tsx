import { CloseOutlined } from "@ant-design/icons";
import type { Condition } from "@terrace/domain/conditions/condition";
import { Button } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { BuilderSection } from "./BuilderSection.tsx";
import type { ConditionGround } from "./condition-ground.ts";
import { ConditionDrawer } from "./ConditionDrawer.tsx";
import { ConditionText } from "./ConditionText.tsx";
import "./conditions.css";

type Props = {
  readonly title: string;
  readonly condition: Condition | undefined;
  readonly ground: ConditionGround;
  readonly onChange: (condition: Condition | undefined) => void;
};

/** A part of the builder that holds a condition: in words, opened for change by a click. */
export function ConditionField({ title, condition, ground, onChange }: Props) {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <BuilderSection title={title} {...(condition === undefined ? { add: text("insight.addCondition"), onAdd: () => setOpen(true) } : {})}>
      {condition === undefined ? null : (
        <ConditionChip condition={condition} onOpen={() => setOpen(true)} onRemove={() => onChange(undefined)} />
      )}
      {open ? (
        <ConditionDrawer title={title} condition={condition} ground={ground} onSave={onChange} onClose={() => setOpen(false)} />
      ) : null}
    </BuilderSection>
  );
}

/** A condition in words that opens on a click and can be taken off. */
export function ConditionChip({
  condition,
  onOpen,
  onRemove,
}: {
  readonly condition: Condition;
  readonly onOpen: () => void;
  readonly onRemove: () => void;
}) {
  const text = useText();
  return (
    <div className="condition-chip">
      <button type="button" className="plain-button grow" onClick={onOpen}>
        <ConditionText condition={condition} />
      </button>
      <Button type="text" size="small" aria-label={text("common.remove")} icon={<CloseOutlined />} onClick={onRemove} />
    </div>
  );
}
