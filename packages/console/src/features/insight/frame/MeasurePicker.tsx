import { COUNT_MEASURES, PROPERTY_MEASURES } from "@terrace/domain/insight/trends/trends-plan";
import type { Measure } from "@terrace/domain/insight/trends/trends-plan";
import { InputNumber, Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { FieldPicker } from "../../conditions/FieldPicker.tsx";
import type { FieldKind } from "../../conditions/use-field-options.ts";
import { useFieldOptions } from "../../conditions/use-field-options.ts";

type Kind = Measure["kind"];
const KINDS: readonly Kind[] = [...COUNT_MEASURES, ...PROPERTY_MEASURES, "percentile"];
const PROPERTIES: readonly FieldKind[] = ["property"];

type Props = { readonly measure: Measure; readonly event: string | null; readonly onChange: (measure: Measure) => void };

/** What is measured of an event: how many, how many people, or a figure of one of its properties. */
export function MeasurePicker({ measure, event, onChange }: Props) {
  const text = useText();
  const options = useFieldOptions([event], PROPERTIES).filter(
    ({ type, personal }) => !personal && (type === "number" || type === "unknown"),
  );
  return (
    <div className="measure">
      <Select<Kind>
        aria-label={text("insight.measure")}
        popupMatchSelectWidth={false}
        value={measure.kind}
        onChange={(kind) => onChange(withKind(measure, kind))}
        options={KINDS.map((kind) => ({ value: kind, label: text(`insight.measure.${kind}`) }))}
      />
      {measure.kind === "percentile" ? (
        <InputNumber<number>
          aria-label={text("insight.percentile")}
          min={0.1}
          max={99.9}
          prefix="P"
          value={measure.percentile}
          onChange={(percentile) => percentile === null || onChange({ ...measure, percentile })}
        />
      ) : null}
      {"property" in measure ? (
        <FieldPicker
          options={options}
          value={{ kind: "property", name: measure.property }}
          placeholder={text("insight.chooseProperty")}
          onChange={(field) => onChange({ ...measure, property: field?.name ?? "" })}
        />
      ) : null}
    </div>
  );
}

function withKind(measure: Measure, kind: Kind): Measure {
  const property = "property" in measure ? measure.property : "";
  if (kind === "percentile") return { kind, property, percentile: 90 };
  return kind === "events" || kind === "people" || kind === "events_per_person" ? { kind } : { kind, property };
}
