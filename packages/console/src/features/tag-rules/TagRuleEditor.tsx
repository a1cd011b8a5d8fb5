import { TAG_DAYS_MAX } from "@terrace/contract/api/tag-rules";
import { Form, Input, InputNumber, Segmented } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { EstimatePanel } from "../segments/estimate/EstimatePanel.tsx";
import { readDraft } from "../segments/rule/rule-draft.ts";
import { RuleEditor } from "../segments/rule/RuleEditor.tsx";
import { KEEPS, type KeepKind, type TagRuleDraft } from "./tag-rule-draft.ts";
import "../segments/segments.css";

type Props = {
  readonly draft: TagRuleDraft;
  readonly onChange: (draft: TagRuleDraft) => void;
  /** What stands below: faults and buttons. */
  readonly foot?: ReactNode;
};

/** Puts a tag rule together: the tag, whom it is put on, and how long it stays; beside it whom the rule would hold now. */
export function TagRuleEditor({ draft, onChange, foot }: Props) {
  const text = useText();
  const read = readDraft(draft.rule);
  const edit = (change: Partial<TagRuleDraft>) => onChange({ ...draft, ...change });
  return (
    <div className="segment-form">
      <Panel>
        <Form layout="vertical" component="div">
          <Form.Item label={text("insight.tag")} required>
            <Input
              aria-label={text("insight.tag")}
              maxLength={60}
              value={draft.tag}
              onChange={({ target }) => edit({ tag: target.value })}
            />
          </Form.Item>
          <Form.Item label={text("tagRules.name")}>
            <Input
              aria-label={text("tagRules.name")}
              placeholder={draft.tag}
              maxLength={80}
              value={draft.name}
              onChange={({ target }) => edit({ name: target.value })}
            />
          </Form.Item>
          <Form.Item label={text("tagRules.keep")} extra={text(`tagRules.keepNote.${draft.keep}`)}>
            <div className="row-wrap">
              <Segmented<KeepKind>
                aria-label={text("tagRules.keep")}
                value={draft.keep}
                onChange={(keep) => edit({ keep })}
                options={KEEPS.map((one) => ({ value: one, label: text(`tagRules.keep.${one}`) }))}
              />
              {draft.keep === "days" ? (
                <InputNumber<number>
                  aria-label={text("tagRules.days")}
                  min={1}
                  max={TAG_DAYS_MAX}
                  precision={0}
                  value={draft.days}
                  onChange={(days) => edit({ days })}
                />
              ) : null}
            </div>
          </Form.Item>
        </Form>
        <RuleEditor rule={draft.rule} onChange={(rule) => edit({ rule })} />
        <div className="stack segment-list-acts">{foot}</div>
      </Panel>
      <EstimatePanel question={read.state === "ready" ? { rule: read.rule } : undefined} waiting={text("segments.estimateWaits")} />
    </div>
  );
}
