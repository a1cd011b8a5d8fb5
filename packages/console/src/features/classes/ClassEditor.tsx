import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Form, Input } from "antd";
import type { ReactNode } from "react";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ConditionText } from "../conditions/ConditionText.tsx";
import { EstimatePanel } from "../segments/estimate/EstimatePanel.tsx";
import { readDraft } from "../segments/rule/rule-draft.ts";
import { RuleEditor } from "../segments/rule/RuleEditor.tsx";
import {
  canMove,
  canTakeRest,
  gapOf,
  hasRoom,
  moved,
  withChanged,
  withoutValue,
  withValue,
  type ClassDraft,
  type ValueDraft,
} from "./class-draft.ts";
import "../segments/segments.css";
import "./classes.css";

type Props = {
  readonly draft: ClassDraft;
  readonly onChange: (draft: ClassDraft) => void;
  /** What stands above the values, such as the key of a class that is made. */
  readonly head?: ReactNode;
  /** What stands below the values: faults and buttons. */
  readonly foot: ReactNode;
};

/** Puts the values of a class together, in their order; of the one that is open the estimate says whom its rule holds. */
export function ClassEditor({ draft, onChange, head, foot }: Props) {
  const text = useText();
  const [open, setOpen] = useState<number | undefined>(draft.values.length === 1 ? draft.values[0]?.id : undefined);
  const shown = draft.values.find(({ id }) => id === open);
  const read = readDraft(shown?.rule);
  const question = shown !== undefined && !shown.rest && read.state === "ready" ? { rule: read.rule } : undefined;
  const add = () => {
    const next = withValue(draft);
    onChange(next);
    setOpen(Math.max(...next.values.map(({ id }) => id)));
  };
  return (
    <div className="segment-form">
      <Panel>
        <Form layout="vertical" component="div">
          {head}
          <Form.Item label={text("classes.name")} required>
            <Input
              aria-label={text("classes.name")}
              maxLength={80}
              value={draft.name}
              onChange={({ target }) => onChange({ ...draft, name: target.value })}
            />
          </Form.Item>
        </Form>
        <p className="small muted">{text("classes.orderNote")}</p>
        <ol className="class-values">
          {draft.values.map((value, at) => (
            <li key={value.id}>
              <ValueHead
                draft={draft}
                value={value}
                at={at}
                open={value.id === open}
                onOpen={() => setOpen(value.id === open ? undefined : value.id)}
                onChange={onChange}
              />
              <ValueRule draft={draft} value={value} at={at} open={value.id === open} onChange={onChange} />
            </li>
          ))}
        </ol>
        <Button icon={<PlusOutlined />} disabled={!hasRoom(draft)} onClick={add}>
          {text("classes.addValue")}
        </Button>
        <div className="stack segment-list-acts">{foot}</div>
      </Panel>
      <EstimatePanel question={question} waiting={text(shown?.rest === true ? "classes.restEstimate" : "classes.estimateWaits")} />
    </div>
  );
}

type ValueProps = {
  readonly draft: ClassDraft;
  readonly value: ValueDraft;
  readonly at: number;
  readonly open: boolean;
  readonly onChange: (draft: ClassDraft) => void;
};

/** What a value is called, its place among the others, and the way to its rule. */
function ValueHead({ draft, value, at, open, onOpen, onChange }: ValueProps & { readonly onOpen: () => void }) {
  const text = useText();
  const edit = (change: Partial<ValueDraft>) => onChange(withChanged(draft, value.id, change));
  const gap = gapOf(draft, value);
  return (
    <>
      <div className="class-value-head">
        <span className="class-value-number">{at + 1}</span>
        <Input
          aria-label={text("classes.valueName", { at: at + 1 })}
          placeholder={text("classes.valueNameHint")}
          maxLength={80}
          value={value.name}
          status={gap === "name" ? "warning" : ""}
          onChange={({ target }) => edit({ name: target.value })}
        />
        <Input
          className="mono"
          aria-label={text("classes.valueKey", { at: at + 1 })}
          maxLength={40}
          value={value.value}
          status={gap === "key" || gap === "twice" ? "error" : ""}
          onChange={({ target }) => edit({ value: target.value })}
        />
        <div className="class-value-acts">
          <Button
            type="text"
            icon={<ArrowUpOutlined />}
            aria-label={text("classes.up", { at: at + 1 })}
            disabled={!canMove(draft, at, -1)}
            onClick={() => onChange(moved(draft, at, -1))}
          />
          <Button
            type="text"
            icon={<ArrowDownOutlined />}
            aria-label={text("classes.down", { at: at + 1 })}
            disabled={!canMove(draft, at, 1)}
            onClick={() => onChange(moved(draft, at, 1))}
          />
          <Button
            type="text"
            icon={<CloseOutlined />}
            aria-label={text("classes.takeOut", { at: at + 1 })}
            disabled={draft.values.length === 1}
            onClick={() => onChange(withoutValue(draft, value.id))}
          />
          <Button size="small" aria-expanded={open} aria-label={text("classes.ruleOf", { at: at + 1 })} onClick={onOpen}>
            {text(open ? "classes.closeRule" : "classes.openRule")}
          </Button>
        </div>
      </div>
      {gap === undefined ? null : <p className="small class-gap">{text(`classes.gap.${gap}`)}</p>}
    </>
  );
}

/** The rule of a value: in words, or in the builder while it is open. */
function ValueRule({ draft, value, at, open, onChange }: ValueProps) {
  const text = useText();
  const edit = (change: Partial<ValueDraft>) => onChange(withChanged(draft, value.id, change));
  const read = readDraft(value.rule);
  if (!open)
    return (
      <div className="small muted class-words">
        {value.rest ? text("classes.rest") : read.state === "ready" ? <ConditionText condition={read.rule} /> : null}
      </div>
    );
  return (
    <div className="class-value-rule">
      {canTakeRest(draft, at) || value.rest ? (
        <Checkbox checked={value.rest} onChange={({ target }) => edit({ rest: target.checked })}>
          {text("classes.takesRest")}
        </Checkbox>
      ) : null}
      {value.rest ? null : <RuleEditor rule={value.rule} onChange={(rule) => edit({ rule })} />}
    </div>
  );
}
