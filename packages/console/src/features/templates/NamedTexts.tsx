import { DeleteOutlined } from "@ant-design/icons";
import type { NamedText } from "@terrace/domain/templates/content";
import { Button, Input } from "antd";
import { useText, type TextKey } from "../../app/i18n.ts";

type Props = {
  readonly named: TextKey;
  readonly value: readonly NamedText[];
  readonly disabled: boolean;
  readonly most?: number;
  readonly onChange: (next: NamedText[]) => void;
};

/** Names with their values, in an order. */
export function NamedTexts({ named, value, disabled, most = 50, onChange }: Props) {
  const text = useText();
  const put = (at: number, part: Partial<NamedText>) => onChange(value.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <div className="template-field">
      <span className="small muted">{text(named)}</span>
      {value.map((one, at) => (
        // They have no other name than their place.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={at} className="row">
          <Input
            aria-label={text("templates.nameOf", { number: at + 1 })}
            placeholder={text("templates.name")}
            value={one.name}
            disabled={disabled}
            onChange={(event) => put(at, { name: event.target.value })}
          />
          <Input
            aria-label={text("templates.valueOf", { number: at + 1 })}
            placeholder={text("templates.value")}
            value={one.value}
            disabled={disabled}
            onChange={(event) => put(at, { value: event.target.value })}
          />
          <Button
            aria-label={text("templates.removeOf", { number: at + 1 })}
            icon={<DeleteOutlined />}
            disabled={disabled}
            onClick={() => onChange(value.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      {disabled || value.length >= most ? null : (
        <Button size="small" className="template-add" onClick={() => onChange([...value, { name: "", value: "" }])}>
          {text("templates.add")}
        </Button>
      )}
    </div>
  );
}
