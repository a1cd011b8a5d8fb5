import { DeleteOutlined, EditOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { scopeWords } from "./governor-words.ts";
import type { Scope } from "./rule-parts.ts";

type Shown = { readonly id: string; readonly scope: Scope; readonly action: "defer" | "drop" };
type Props<Rule extends Shown> = {
  readonly rows: readonly { readonly rule: Rule; readonly words: string }[];
  readonly empty?: string;
  readonly onEdit?: (rule: Rule) => void;
  readonly onRemove?: (rule: Rule) => void;
};

/** Rules one a line: about what, what they say, and what happens to what they hold back. */
export function RuleRows<Rule extends Shown>({ rows, empty, onEdit, onRemove }: Props<Rule>) {
  const text = useText();
  if (rows.length === 0) return <p className="muted">{empty}</p>;
  return (
    <ul className="governor-rules">
      {rows.map(({ rule, words }) => {
        const name = `${scopeWords(rule.scope, text)}: ${words}`;
        return (
          <li key={rule.id} aria-label={name}>
            <Tag>{scopeWords(rule.scope, text)}</Tag>
            <span className="grow">{words}</span>
            <span className="small muted">{text(`governor.action.${rule.action}`)}</span>
            {onEdit === undefined || onRemove === undefined ? null : (
              <span className="row">
                <Button
                  size="small"
                  type="text"
                  icon={<EditOutlined />}
                  aria-label={text("governor.editRule", { rule: name })}
                  onClick={() => onEdit(rule)}
                />
                <Button
                  size="small"
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={text("governor.removeRule", { rule: name })}
                  onClick={() => onRemove(rule)}
                />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
