import type { TraitValue } from "@terrace/domain/computed/definition";
import { readEventCondition } from "@terrace/domain/conditions/read-condition";
import { Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { ConditionField } from "../conditions/ConditionField.tsx";
import { EVENT_FIELDS } from "../conditions/condition-ground.ts";
import { EventPicker } from "../conditions/EventPicker.tsx";
import { FieldPicker } from "../conditions/FieldPicker.tsx";
import { COLUMNS, useFieldOptions, type FieldKind } from "../conditions/use-field-options.ts";
import { useStartFacts } from "../insight/frame/use-start-facts.ts";
import type { MeasureDraft, MeasureKind, SourceDraft } from "./trait-draft.ts";
import { takes } from "./trait-draft.ts";
import "./computed.css";

type Props = {
  readonly source: SourceDraft;
  readonly onChange: (source: SourceDraft) => void;
  readonly takes: ReturnType<typeof takes>;
};

const PROPERTIES: readonly FieldKind[] = ["property"];

/** Which events, under which condition, and what is taken of them. */
export function SourceEditor({ source, onChange, takes: taken }: Props) {
  const text = useText();
  const { event, where } = source.of;
  const options = useFieldOptions([event], taken === "number" ? PROPERTIES : EVENT_FIELDS);
  const period = useStartFacts()?.period ?? { last: 30, unit: "day" as const };
  return (
    <div className="computed-source">
      <div className="computed-line">
        <EventPicker value={event} onChange={(next) => onChange({ ...source, of: { event: next } })} />
        {taken === "nothing" ? null : (
          <FieldPicker
            options={options}
            value={fieldOf(source.value)}
            label={text("computed.field")}
            onChange={(field) => onChange({ ...source, value: field === undefined ? undefined : valueOf(field) })}
          />
        )}
      </div>
      <ConditionField
        title={text("computed.where")}
        condition={where}
        ground={{ events: [event], kinds: EVENT_FIELDS, period }}
        onChange={(condition) => {
          const read = condition === undefined ? undefined : readEventCondition(condition, "");
          onChange({ ...source, of: read?.ok === true ? { event, where: read.value } : { event } });
        }}
      />
    </div>
  );
}

function fieldOf(value: TraitValue | undefined): { readonly kind: FieldKind; readonly name: string } | undefined {
  if (value === undefined) return undefined;
  return "property" in value ? { kind: "property", name: value.property } : { kind: "column", name: value.column };
}

function valueOf({ kind, name }: { readonly kind: FieldKind; readonly name: string }): TraitValue {
  const column = kind === "column" ? COLUMNS.find((one) => one === name) : undefined;
  return column === undefined ? { property: name } : { column };
}

const MEASURES = ["count", "sum", "avg", "min", "max", "distinct"] as const satisfies readonly MeasureKind[];

/** One side of a ratio: a measure and what it is taken of. */
export function MeasureEditor({
  measure,
  label,
  onChange,
}: {
  readonly measure: MeasureDraft;
  readonly label: string;
  readonly onChange: (measure: MeasureDraft) => void;
}) {
  const text = useText();
  return (
    <div className="computed-source">
      <Select<MeasureKind>
        aria-label={label}
        popupMatchSelectWidth={false}
        value={measure.kind}
        onChange={(kind) => onChange({ ...measure, kind })}
        options={MEASURES.map((one) => ({ value: one, label: text(`computed.kind.${one}`) }))}
      />
      <SourceEditor source={measure} takes={takes(measure.kind, "text")} onChange={(source) => onChange({ ...measure, ...source })} />
    </div>
  );
}
