import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { FieldPicker } from "../conditions/FieldPicker.tsx";
import { SelectorRow } from "./frame/SelectorRow.tsx";
import { useFieldOptions, type FieldKind } from "../conditions/use-field-options.ts";
import { kindOfNumber, type NumberKind, type NumberOf } from "./number-words.ts";

const PROPERTIES: readonly FieldKind[] = ["property"];
const TRAITS: readonly FieldKind[] = ["trait"];

type Props = {
  readonly of: NumberOf;
  readonly kinds: readonly NumberKind[];
  readonly period: AskedPeriod;
  readonly mark?: string;
  readonly onChange: (of: NumberOf) => void;
  readonly onRemove?: (() => void) | undefined;
};

/** Chooses a number: of each event, of what each person did, or a trait. */
export function NumberPicker({ of, kinds, period, mark, onChange, onRemove }: Props) {
  const text = useText();
  const kind = kindOfNumber(of);
  const event = "event" in of ? of.event.event : null;
  const numbers = useFieldOptions([event], PROPERTIES).filter(({ type, personal }) => !personal && type !== "boolean" && type !== "text");
  const traits = useFieldOptions([], TRAITS).filter(({ personal }) => !personal);
  const property = propertyOf(of);
  return (
    <>
      <Select<NumberKind>
        className="field-picker"
        aria-label={text("insight.number")}
        value={kind}
        onChange={(next) => onChange(withKind(of, next))}
        options={kinds.map((one) => ({ value: one, label: text(`insight.number.${one}`) }))}
      />
      {"event" in of ? (
        <SelectorRow
          {...(mark === undefined ? {} : { mark })}
          selector={of.event}
          period={period}
          onChange={(selector) => onChange({ ...of, event: selector })}
          onRemove={onRemove}
        />
      ) : (
        <FieldPicker
          options={traits}
          value={{ kind: "trait", name: of.trait }}
          onChange={(field) => onChange({ trait: field?.name ?? "" })}
        />
      )}
      {property === undefined ? null : (
        <FieldPicker
          options={numbers}
          value={{ kind: "property", name: property }}
          placeholder={text("insight.chooseProperty")}
          onChange={(field) => onChange(withProperty(of, field?.name ?? ""))}
        />
      )}
    </>
  );
}

function propertyOf(of: NumberOf): string | undefined {
  if ("trait" in of) return undefined;
  if ("property" in of) return of.property;
  return of.measure.kind === "sum" ? of.measure.property : undefined;
}

function withProperty(of: NumberOf, property: string): NumberOf {
  if ("trait" in of) return of;
  return "property" in of ? { ...of, property } : { ...of, measure: { kind: "sum", property } };
}

/** The same events looked at in another way. */
function withKind(of: NumberOf, kind: NumberKind): NumberOf {
  if (kind === "trait") return { trait: "" };
  const event = "event" in of ? of.event : { event: null };
  const property = propertyOf(of) ?? "";
  if (kind === "property") return { event, property };
  return { event, measure: kind === "sum" ? { kind, property } : { kind } };
}
