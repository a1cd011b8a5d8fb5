import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { FLAG_RULES_MAX } from "@terrace/contract/api/flag-parts";
import { Button, Dropdown, Switch, Tag } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import type { Definition, Environment, Rule, Value } from "./flag-parts.ts";
import { newRule, RULE_KINDS, type RuleKind } from "./new-rule.ts";
import { RuleDrawer } from "./rule/RuleDrawer.tsx";
import { RuleText } from "./RuleText.tsx";
import { WindowInput } from "./WindowInput.tsx";

type Props = {
  /** Key of the flag. */
  readonly flag: string;
  readonly of: { readonly key: string; readonly name: string; readonly review: boolean };
  readonly type: Definition["type"];
  /** The value a new rule begins beside. */
  readonly first: Value;
  readonly environment: Environment;
  readonly onChange: (environment: Environment) => void;
};

/** A flag in one environment: on or off, when, and its rules in order. */
export function EnvironmentEditor({ flag, of, type, first, environment, onChange }: Props) {
  const text = useText();
  const [open, setOpen] = useState<{ readonly rule: Rule; readonly at: number }>();
  const { on, window, rules } = environment;
  const put = (rule: Rule, at: number) => {
    onChange({ ...environment, rules: at === rules.length ? [...rules, rule] : rules.map((one, index) => (index === at ? rule : one)) });
    setOpen(undefined);
  };
  const add = (kind: RuleKind) => setOpen({ rule: newRule(kind, { flag, type, beside: first, rules }), at: rules.length });
  return (
    <Panel
      title={of.name}
      count={of.review ? <Tag>{text("flags.reviewYes")}</Tag> : undefined}
      extra={
        <Switch
          aria-label={text("flags.inEnvironment", { name: of.name })}
          checked={on}
          checkedChildren={text("flags.on")}
          unCheckedChildren={text("flags.off")}
          onChange={(next) => onChange({ ...environment, on: next })}
        />
      }
      label={of.name}
      flush
    >
      <div className="flag-body">
        <WindowInput window={window} onChange={(next) => onChange({ ...environment, window: next })} />
      </div>
      <Rules rules={rules} onChange={(next) => onChange({ ...environment, rules: next })} onOpen={(rule, at) => setOpen({ rule, at })} />
      <div className="flag-body row-wrap">
        <Dropdown
          trigger={["click"]}
          disabled={rules.length >= FLAG_RULES_MAX}
          menu={{ items: RULE_KINDS.map((kind) => ({ key: kind, label: text(`flags.rule.${kind}`), onClick: () => add(kind) })) }}
        >
          <Button icon={<PlusOutlined />}>{text("flags.addRule")}</Button>
        </Dropdown>
        <span className="small muted">{text("flags.rulesNote")}</span>
      </div>
      {open === undefined ? null : (
        <RuleDrawer flag={flag} type={type} begun={open.rule} onDone={(rule) => put(rule, open.at)} onClose={() => setOpen(undefined)} />
      )}
    </Panel>
  );
}

type RulesProps = {
  readonly rules: readonly Rule[];
  readonly onChange: (rules: Rule[]) => void;
  readonly onOpen: (rule: Rule, at: number) => void;
};

function Rules({ rules, onChange, onOpen }: RulesProps) {
  const text = useText();
  if (rules.length === 0) return <EmptyState text={text("flags.noRules")} />;
  const move = (at: number, by: -1 | 1) => {
    const rule = rules[at];
    if (rule !== undefined) onChange(rules.toSpliced(at, 1).toSpliced(at + by, 0, rule));
  };
  return (
    <ol className="flag-rules">
      {rules.map((rule, at) => (
        <li key={rule.id} className="flag-rule">
          <RuleText rule={rule} />
          <span className="flag-rule-acts">
            <Button
              type="text"
              icon={<EditOutlined />}
              aria-label={text("flags.editRule", { id: rule.id })}
              onClick={() => onOpen(rule, at)}
            />
            <Button
              type="text"
              icon={<ArrowUpOutlined />}
              disabled={at === 0}
              aria-label={text("flags.moveUp", { id: rule.id })}
              onClick={() => move(at, -1)}
            />
            <Button
              type="text"
              icon={<ArrowDownOutlined />}
              disabled={at === rules.length - 1}
              aria-label={text("flags.moveDown", { id: rule.id })}
              onClick={() => move(at, 1)}
            />
            <Button
              type="text"
              icon={<CloseOutlined />}
              aria-label={text("flags.dropRule", { id: rule.id })}
              onClick={() => onChange(rules.filter((_, index) => index !== at))}
            />
          </span>
        </li>
      ))}
    </ol>
  );
}
