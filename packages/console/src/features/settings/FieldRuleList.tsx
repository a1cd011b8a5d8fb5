import { CloseOutlined } from "@ant-design/icons";
import type { FieldVisibility } from "@terrace/domain/access/field-view";
import { FIELD_VISIBILITIES } from "@terrace/domain/access/field-view";
import { Button, Input, Select, Space } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";

export type FieldRule = { readonly name: string; readonly visibility: FieldVisibility };
type FieldRuleListProps = {
  readonly title: string;
  readonly rules: readonly FieldRule[];
  readonly onChange: (rules: readonly FieldRule[]) => void;
};

/** Fields by name, each with how much of it a role sees. */
export function FieldRuleList({ title, rules, onChange }: FieldRuleListProps) {
  const text = useText();
  const [name, setName] = useState("");
  const choices = FIELD_VISIBILITIES.map((value) => ({ value, label: text(`roles.see.${value}`) }));
  const add = () => {
    const trimmed = name.trim();
    if (trimmed === "" || rules.some((rule) => rule.name === trimmed)) return;
    onChange([...rules, { name: trimmed, visibility: "hidden" }]);
    setName("");
  };
  return (
    <section className="rule-section">
      <h3>{title}</h3>
      {rules.map((rule) => (
        <div key={rule.name} className="rule-line">
          <code className="mono">{rule.name}</code>
          <Select<FieldVisibility>
            size="small"
            aria-label={rule.name}
            value={rule.visibility}
            options={choices}
            onChange={(visibility) => onChange(rules.map((one) => (one.name === rule.name ? { ...one, visibility } : one)))}
          />
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={`${text("common.remove")} ${rule.name}`}
            onClick={() => onChange(rules.filter((one) => one.name !== rule.name))}
          />
        </div>
      ))}
      <Space.Compact>
        <Input
          size="small"
          value={name}
          maxLength={255}
          aria-label={title}
          placeholder={text("roles.fieldName")}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={add}
        />
        <Button size="small" onClick={add}>
          {text("common.add")}
        </Button>
      </Space.Compact>
    </section>
  );
}
