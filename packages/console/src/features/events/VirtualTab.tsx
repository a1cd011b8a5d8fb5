import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { useRuleText } from "../visual-events/use-rule-text.ts";
import type { EventDetail } from "./answers.ts";

/** What a virtual event is made of; it is made and taken away on its own page. */
export function VirtualTab({ virtual }: { readonly virtual: NonNullable<EventDetail["virtual"]> }) {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  const ruleText = useRuleText();
  return (
    <Panel title={text("events.tab.definition")} extra={<Link to={link("data/visual-events")}>{text("nav.visual")}</Link>}>
      <FactRows
        rows={[
          [text("visual.rule"), ruleText(virtual.matcher)],
          [text("visual.created"), virtual.createdBy],
          [text("visual.createdAt"), format.tableTime(virtual.createdAt)],
        ]}
      />
    </Panel>
  );
}
