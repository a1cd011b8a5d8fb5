import { RULE_SEGMENTS_MAX } from "@terrace/contract/api/flag-parts";
import { App, Button, Drawer, Form, Input, Switch } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { SegmentSelect } from "../../segments/SegmentSelect.tsx";
import type { Definition, Rule } from "../flag-parts.ts";
import { ruleProblem } from "../new-rule.ts";
import { PrerequisitesEditor } from "../PrerequisitesEditor.tsx";
import { useGaps } from "../use-gaps.ts";
import { ValueInput } from "../ValueInput.tsx";
import { WindowInput } from "../WindowInput.tsx";
import { ConditionEditor } from "./ConditionEditor.tsx";
import { ExperimentFields } from "./ExperimentFields.tsx";
import { RolloutFields } from "./RolloutFields.tsx";

type Props = {
  /** Key of the flag. */
  readonly flag: string;
  readonly type: Definition["type"];
  readonly begun: Rule;
  readonly onDone: (rule: Rule) => void;
  readonly onClose: () => void;
};

/** One rule: whom it is for, and what it gives. It is part of the flag once that is saved. */
export function RuleDrawer({ flag, type, begun, onDone, onClose }: Props) {
  const text = useText();
  const phone = usePhone();
  const [rule, setRule] = useState(begun);
  const gaps = useGaps();
  const { modal } = App.useApp();
  const problem = gaps.hasGaps ? "gap" : ruleProblem(rule);
  const isEdited = gaps.hasGaps || JSON.stringify(rule) !== JSON.stringify(begun);
  const close = () => {
    if (!isEdited) return onClose();
    void modal.confirm({
      title: text("common.unsavedTitle"),
      okText: text("common.unsavedLeave"),
      cancelText: text("common.unsavedStay"),
      onOk: onClose,
    });
  };
  return (
    <Drawer
      open
      size={phone ? "100%" : 720}
      title={`${text(`flags.rule.${rule.kind}`)} · ${rule.id}`}
      onClose={close}
      footer={
        <div className="row-wrap">
          <Button type="primary" disabled={problem !== undefined} onClick={() => onDone(rule)}>
            {text("flags.done")}
          </Button>
          <span role="status" className="small muted">
            {problem === undefined ? text("flags.doneNote") : text(`flags.problem.${problem}`)}
          </span>
        </div>
      }
    >
      <Form className="flag-rule-form" layout="vertical" component="div">
        <Form.Item label={text("flags.description")}>
          <Input
            aria-label={text("flags.description")}
            maxLength={200}
            value={rule.note}
            onChange={({ target }) => setRule({ ...rule, note: target.value })}
          />
        </Form.Item>
        <Form.Item label={text("flags.ruleOn")}>
          <Switch aria-label={text("flags.ruleOn")} checked={rule.on} onChange={(on) => setRule({ ...rule, on })} />
        </Form.Item>
        {rule.kind === "experiment" ? (
          <ExperimentFields rule={rule} type={type} onChange={setRule} gaps={gaps} />
        ) : (
          <Form.Item label={text("flags.value")}>
            <ValueInput
              label={text("flags.value")}
              type={type}
              value={rule.value}
              onChange={(value) => setRule({ ...rule, value })}
              onGap={gaps.tell("value")}
            />
          </Form.Item>
        )}
        {rule.kind === "rollout" ? <RolloutFields rule={rule} onChange={setRule} /> : null}
        <Who flag={flag} rule={rule} onChange={setRule} onGap={gaps.tell("condition")} />
      </Form>
    </Drawer>
  );
}

type WhoProps = {
  readonly flag: string;
  readonly rule: Rule;
  readonly onChange: (rule: Rule) => void;
  readonly onGap: (isGap: boolean) => void;
};

function Who({ flag, rule, onChange, onGap }: WhoProps) {
  const text = useText();
  return (
    <>
      <Form.Item label={text("flags.condition")}>
        <ConditionEditor condition={rule.condition} onChange={(condition) => onChange({ ...rule, condition })} onGap={onGap} />
      </Form.Item>
      {(["any", "none"] as const).map((key) => (
        <Form.Item key={key} label={text(key === "any" ? "flags.inAny" : "flags.inNone")}>
          <SegmentSelect
            label={text(key === "any" ? "flags.inAny" : "flags.inNone")}
            value={rule.segments[key]}
            max={RULE_SEGMENTS_MAX}
            onChange={(ids) => onChange({ ...rule, segments: { ...rule.segments, [key]: [...ids] } })}
          />
        </Form.Item>
      ))}
      <Form.Item label={text("flags.prerequisites")}>
        <PrerequisitesEditor all={rule.prerequisites} of={flag} onChange={(prerequisites) => onChange({ ...rule, prerequisites })} />
      </Form.Item>
      <WindowInput window={rule.window} onChange={(window) => onChange({ ...rule, window })} />
    </>
  );
}
