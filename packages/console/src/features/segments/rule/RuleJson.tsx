import type { Condition } from "@terrace/domain/conditions/condition";
import { Input } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { CopyButton } from "../../../ui/CopyButton.tsx";
import { readTyped } from "./rule-draft.ts";
import { RuleFault } from "./RuleFault.tsx";

type Props = { readonly rule: Condition | undefined; readonly onChange: (rule: Condition) => void };

/** A rule as JSON: every form of the language can be typed, and what is wrong is told below. Only a whole rule is taken over. */
export function RuleJson({ rule, onChange }: Props) {
  const text = useText();
  const [typed, setTyped] = useState(() => (rule === undefined ? "" : JSON.stringify(rule, null, 2)));
  const read = readTyped(typed);
  return (
    <div className="rule-json">
      <Input.TextArea
        aria-label={text("segments.ruleView.json")}
        className="mono"
        spellCheck={false}
        autoSize={{ minRows: 8, maxRows: 28 }}
        value={typed}
        status={"rule" in read || typed === "" ? "" : "error"}
        onChange={({ target }) => {
          setTyped(target.value);
          const next = readTyped(target.value);
          if ("rule" in next) onChange(next.rule);
        }}
      />
      <CopyButton value={typed} />
      {"fault" in read ? <RuleFault fault={read.fault} /> : null}
      {"notJson" in read && typed !== "" ? (
        <p className="rule-fault" role="alert">
          {text("segments.notJson")}
          <small lang="en">{read.notJson}</small>
        </p>
      ) : null}
      {"rule" in read || typed === "" ? null : <p className="small muted">{text("segments.jsonWaits")}</p>}
    </div>
  );
}
