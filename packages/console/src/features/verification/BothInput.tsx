import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import { Form, Input } from "antd";
import { useText } from "../../app/i18n.ts";
import "./verification.css";

type BothProps = {
  readonly label: string;
  readonly max: number;
  readonly value: InBothLanguages;
  readonly onChange: (value: InBothLanguages) => void;
};

/** A text in both languages. */
export function BothInput({ label, max, value, onChange }: BothProps) {
  const text = useText();
  return (
    <Form.Item label={label} required>
      <div className="verification-both">
        <Input
          aria-label={`${label} ${text("verification.inChinese")}`}
          prefix={<small className="muted">{text("verification.inChinese")}</small>}
          maxLength={max}
          value={value.zh}
          onChange={({ target }) => onChange({ ...value, zh: target.value })}
        />
        <Input
          aria-label={`${label} ${text("verification.inEnglish")}`}
          prefix={<small className="muted">{text("verification.inEnglish")}</small>}
          maxLength={max}
          value={value.en}
          onChange={({ target }) => onChange({ ...value, en: target.value })}
        />
      </div>
    </Form.Item>
  );
}
