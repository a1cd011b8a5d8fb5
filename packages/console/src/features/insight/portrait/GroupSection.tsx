import type { PersonCondition } from "@terrace/domain/conditions/condition";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Segmented } from "antd";
import { Link } from "react-router";
import { useText } from "../../../app/i18n.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { PERSON_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionField } from "../../conditions/ConditionField.tsx";
import { SegmentSelect } from "../../segments/SegmentSelect.tsx";
import { KINDS, kindPath } from "../frame/kinds.ts";
import { writeQuery } from "../frame/query-text.ts";
import type { Group } from "./portrait-words.ts";

type Mode = "condition" | "segment" | "figure";
/** Whoever did anything: a group to begin with. */
const ANYONE: PersonCondition = { did: { event: null } };

type Props = {
  readonly title: string;
  readonly group: Group;
  readonly events: readonly string[];
  readonly period: AskedPeriod;
  readonly onChange: (group: Group) => void;
};

/** Who is meant: people who meet a condition, those of a segment, or those behind a figure of another analysis. */
export function GroupSection({ title, group, events, period, onChange }: Props) {
  const text = useText();
  const mode = modeOf(group);
  const modes: readonly Mode[] = mode === "figure" ? ["condition", "segment", "figure"] : ["condition", "segment"];
  return (
    <>
      <BuilderSection title={title}>
        <Segmented<Mode>
          block
          size="small"
          aria-label={title}
          value={mode}
          onChange={(next) => {
            if (next !== "figure") onChange({ people: next === "segment" ? { segment: "", in: true } : ANYONE });
          }}
          options={modes.map((one) => ({ value: one, label: text(`insight.portrait.by.${one}`) }))}
        />
        {mode === "segment" ? <SegmentPicker group={group} onChange={onChange} /> : null}
        {"figure" in group ? <FigureChip figure={group.figure} /> : null}
      </BuilderSection>
      {mode === "condition" && "people" in group ? (
        <ConditionField
          title={text("insight.portrait.condition")}
          condition={group.people}
          ground={{ events, kinds: PERSON_FIELDS, period }}
          // With the fields of people a condition is one on people.
          onChange={(condition) => onChange({ people: condition === undefined ? ANYONE : (condition as PersonCondition) })}
        />
      ) : null}
    </>
  );
}

function modeOf(group: Group): Mode {
  if ("figure" in group) return "figure";
  return "segment" in group.people && group.people.in ? "segment" : "condition";
}

function SegmentPicker({ group, onChange }: { readonly group: Group; readonly onChange: (group: Group) => void }) {
  const text = useText();
  const chosen = "people" in group && "segment" in group.people ? group.people.segment : "";
  return (
    <SegmentSelect
      className="field-picker"
      label={text("insight.segment")}
      max={1}
      isNeeded
      value={chosen === "" ? [] : [chosen]}
      onChange={([segment = ""]) => onChange({ people: { segment, in: true } })}
    />
  );
}

/** The figure whose people are meant; it leads back to the analysis. */
function FigureChip({ figure }: { readonly figure: Extract<Group, { readonly figure: unknown }>["figure"] }) {
  const text = useText();
  const link = useLink();
  const kind = KINDS.find((one) => one.kind === figure.kind);
  if (kind === undefined) return <p className="small muted">{text("insight.portrait.ofFigure", { kind: figure.kind })}</p>;
  const cell = figure.cell === undefined ? "" : `&cell=${writeQuery(figure.cell)}`;
  return (
    <Link to={link(`${kindPath(kind.kind)}?q=${writeQuery(figure.query)}${cell}`)}>
      {text("insight.portrait.ofFigure", { kind: text(kind.label) })}
    </Link>
  );
}
