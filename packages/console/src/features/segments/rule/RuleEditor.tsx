import type { Condition } from "@terrace/domain/conditions/condition";
import { Segmented } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { PERSON_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionGroup } from "../../conditions/ConditionGroup.tsx";
import { ConditionText } from "../../conditions/ConditionText.tsx";
import { useStartFacts } from "../../insight/frame/use-start-facts.ts";
import { readDraft } from "./rule-draft.ts";
import { RuleFault } from "./RuleFault.tsx";
import { RuleJson } from "./RuleJson.tsx";
import { RuleTemplates } from "./RuleTemplates.tsx";
import type { Begin } from "./TemplateRow.tsx";
import "../../conditions/conditions.css";
import "./rule.css";

type Props = {
  readonly rule: Condition | undefined;
  readonly onChange: (rule: Condition | undefined) => void;
  /** Told when the rule was begun with a template. */
  readonly onBegun?: (template: Begin) => void;
};
const VIEWS = ["builder", "json"] as const;

/** Puts a rule together part by part, as JSON, or from a template; below it stands in words. */
export function RuleEditor({ rule, onChange, onBegun }: Props) {
  const text = useText();
  const [view, setView] = useState<(typeof VIEWS)[number]>("builder");
  // A rule that was begun with a template is put into the builder anew.
  const [begun, setBegun] = useState(0);
  const period = useStartFacts()?.period ?? { last: 30, unit: "day" as const };
  const draft = readDraft(rule);
  return (
    <div className="rule-editor">
      <div className="row-wrap">
        <Segmented
          aria-label={text("segments.ruleView")}
          value={view}
          onChange={setView}
          options={VIEWS.map((one) => ({ value: one, label: text(`segments.ruleView.${one}`) }))}
        />
        <RuleTemplates
          rule={rule}
          onPick={(template) => {
            onChange(template.rule);
            onBegun?.(template);
            setBegun(begun + 1);
          }}
        />
      </div>
      {view === "json" ? (
        <RuleJson key={begun} rule={rule} onChange={onChange} />
      ) : (
        <>
          <ConditionGroup key={begun} condition={rule} ground={{ events: [null], kinds: PERSON_FIELDS, period }} onChange={onChange} />
          {draft.state === "invalid" ? <RuleFault fault={draft.fault} /> : null}
        </>
      )}
      {draft.state === "gaps" ? <p className="small muted">{text("insight.gaps", { count: draft.count })}</p> : null}
      {draft.state === "ready" ? (
        <section className="rule-words" aria-label={text("segments.inWords")}>
          <h3>{text("segments.inWords")}</h3>
          <ConditionText condition={draft.rule} />
        </section>
      ) : null}
    </div>
  );
}
