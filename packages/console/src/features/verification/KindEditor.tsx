import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { VALID_DAYS_MAX } from "@terrace/contract/api/verifications";
import { BADGE_TONES } from "@terrace/domain/pyramids/pyramid";
import { EVIDENCE_CLASSES, EVIDENCE_TYPES } from "@terrace/domain/verification/evidence";
import { Button, Checkbox, Form, Input, InputNumber, Segmented, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ToneBadge } from "../../ui/ToneBadge.tsx";
import { RuleEditor } from "../segments/rule/RuleEditor.tsx";
import { BothInput } from "./BothInput.tsx";
import { hasRoom, withChanged, withField, withoutField, type FieldDraft, type KindDraft } from "./kind-draft.ts";
import "./verification.css";

type Props = {
  readonly draft: KindDraft;
  readonly onChange: (draft: KindDraft) => void;
  /** What stands above the rest, such as the key of a kind that is made. */
  readonly head?: ReactNode;
};

/** Puts a kind of verification together. */
export function KindEditor({ draft, onChange, head }: Props) {
  const text = useText();
  const edit = (change: Partial<KindDraft>) => onChange({ ...draft, ...change });
  return (
    <div className="stack">
      <Panel title={text("verification.looks")}>
        <Form layout="vertical" component="div">
          {head}
          <BothInput label={text("verification.kindName")} max={40} value={draft.name} onChange={(name) => edit({ name })} />
          <BothInput label={text("verification.badge")} max={12} value={draft.label} onChange={(label) => edit({ label })} />
          <Form.Item label={text("verification.tone")}>
            <span className="row-wrap">
              <Select
                className="verification-choice"
                aria-label={text("verification.tone")}
                value={draft.tone}
                onChange={(tone) => edit({ tone })}
                options={BADGE_TONES.map((tone) => ({ value: tone, label: text(`tone.${tone}`) }))}
              />
              <ToneBadge badge={draft} />
            </span>
          </Form.Item>
          <Form.Item label={text("insight.tag")} required extra={text("verification.tagNote")}>
            <Input
              aria-label={text("insight.tag")}
              maxLength={60}
              value={draft.tag}
              onChange={({ target }) => edit({ tag: target.value })}
            />
          </Form.Item>
        </Form>
      </Panel>
      <Panel title={text("verification.fields")}>
        <p className="muted">{text("verification.personalNote")}</p>
        <ol className="verification-fields">
          {draft.fields.map((field, at) => (
            <FieldRow key={field.id} draft={draft} field={field} at={at} onChange={onChange} />
          ))}
        </ol>
        <Button icon={<PlusOutlined />} disabled={!hasRoom(draft)} onClick={() => onChange(withField(draft))}>
          {text("verification.addField")}
        </Button>
      </Panel>
      <Panel title={text("verification.terms")}>
        <Terms draft={draft} edit={edit} />
      </Panel>
    </div>
  );
}

const PERSONAL = ["none", ...EVIDENCE_CLASSES] as const;

type FieldProps = {
  readonly draft: KindDraft;
  readonly field: FieldDraft;
  readonly at: number;
  readonly onChange: (draft: KindDraft) => void;
};

/** What a field is called, its type, and whether it must be filled in. */
function FieldRow({ draft, field, at, onChange }: FieldProps) {
  const text = useText();
  const edit = (change: Partial<FieldDraft>) => onChange(withChanged(draft, field.id, change));
  const labelled = (what: string) => `${what} ${at + 1}`;
  return (
    <li>
      <div className="verification-field">
        <Input
          aria-label={labelled(`${text("verification.fieldName")} ${text("verification.inChinese")}`)}
          placeholder={`${text("verification.fieldName")} ${text("verification.inChinese")}`}
          maxLength={40}
          value={field.name.zh}
          onChange={({ target }) => edit({ name: { ...field.name, zh: target.value } })}
        />
        <Input
          aria-label={labelled(`${text("verification.fieldName")} ${text("verification.inEnglish")}`)}
          placeholder={`${text("verification.fieldName")} ${text("verification.inEnglish")}`}
          maxLength={40}
          value={field.name.en}
          onChange={({ target }) => edit({ name: { ...field.name, en: target.value } })}
        />
        <Input
          className="mono"
          aria-label={labelled(text("verification.fieldKey"))}
          maxLength={40}
          value={field.key}
          onChange={({ target }) => edit({ key: target.value })}
        />
        <Select
          aria-label={labelled(text("verification.fieldType"))}
          value={field.type}
          onChange={(type) => edit({ type })}
          options={EVIDENCE_TYPES.map((type) => ({ value: type, label: text(`verification.type.${type}`) }))}
        />
        <Select<(typeof PERSONAL)[number]>
          aria-label={labelled(text("verification.personal"))}
          value={field.personal ?? "none"}
          onChange={(personal) => edit({ personal: personal === "none" ? null : personal })}
          options={PERSONAL.map((value) => ({ value, label: text(`verification.personal.${value}`) }))}
        />
        <Checkbox checked={field.required} onChange={({ target }) => edit({ required: target.checked })}>
          {text("verification.required")}
        </Checkbox>
        <Button
          type="text"
          icon={<CloseOutlined />}
          aria-label={text("verification.takeOut", { at: at + 1 })}
          onClick={() => onChange(withoutField(draft, field.id))}
        />
      </div>
      {field.type === "choice" ? (
        <Input.TextArea
          aria-label={labelled(text("verification.choices"))}
          placeholder={text("verification.choices")}
          rows={3}
          value={field.choices}
          onChange={({ target }) => edit({ choices: target.value })}
        />
      ) : null}
    </li>
  );
}

const OPEN = ["anyone", "condition"] as const;
const LASTS = ["days", "forever"] as const;

/** Who may apply, how long it holds, and whether applications are taken now. */
function Terms({ draft, edit }: { readonly draft: KindDraft; readonly edit: (change: Partial<KindDraft>) => void }) {
  const text = useText();
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={text("verification.eligibility")}>
        <div className="stack">
          <Segmented
            className="verification-segmented"
            aria-label={text("verification.eligibility")}
            value={draft.limited ? "condition" : "anyone"}
            onChange={(next) => edit({ limited: next === "condition" })}
            options={OPEN.map((one) => ({ value: one, label: text(`verification.who.${one}`) }))}
          />
          {draft.limited ? <RuleEditor rule={draft.rule} onChange={(rule) => edit({ rule })} /> : null}
        </div>
      </Form.Item>
      <Form.Item label={text("verification.valid")}>
        <div className="row-wrap">
          <Segmented
            aria-label={text("verification.valid")}
            value={draft.ends ? "days" : "forever"}
            onChange={(next) => edit({ ends: next === "days" })}
            options={LASTS.map((one) => ({ value: one, label: text(`verification.lasts.${one}`) }))}
          />
          {draft.ends ? (
            <InputNumber<number>
              aria-label={text("verification.days")}
              min={1}
              max={VALID_DAYS_MAX}
              precision={0}
              value={draft.days}
              onChange={(days) => edit({ days })}
            />
          ) : null}
        </div>
      </Form.Item>
      <Form.Item label={text("verification.taking")}>
        <Switch aria-label={text("verification.taking")} checked={draft.open} onChange={(open) => edit({ open })} />
      </Form.Item>
    </Form>
  );
}
