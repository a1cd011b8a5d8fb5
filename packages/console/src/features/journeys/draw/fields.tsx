import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { eventConditionSchema } from "@terrace/contract/api/insight-conditions";
import { WAIT_UNITS, type JourneyZone } from "@terrace/domain/journeys/journey-definition";
import { Button, Input, InputNumber, Select } from "antd";
import { useState, type ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import { EVENT_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionField } from "../../conditions/ConditionField.tsx";
import { EventPicker } from "../../conditions/EventPicker.tsx";
import type { Definition, NodeOf } from "./draft-edits.ts";
import { pairsOf, valuesOf, type Pair, type Values } from "./pairs.ts";

export type Selector = NonNullable<Definition["goal"]>["on"];
export type Length = NodeOf<"task">["due"];
/** Values that are suggested are those of so long. */
export const SUGGESTED = { last: 90, unit: "day" } as const;

/** A field of the panel: its name, what it holds, and a line that explains it. */
export function Field({ name, hint, children }: { readonly name: string; readonly hint?: string; readonly children: ReactNode }) {
  return (
    <div className="draw-field">
      <span className="draw-field-name">{name}</span>
      {children}
      {hint === undefined ? null : <small className="muted">{hint}</small>}
    </div>
  );
}

type Of<T> = { readonly name: string; readonly value: T; readonly onChange: (value: T) => void };

export function LengthField({ name, value, onChange }: Of<Length>) {
  const text = useText();
  return (
    <Field name={name}>
      <div className="draw-pair">
        <InputNumber
          aria-label={name}
          min={1}
          max={100_000}
          precision={0}
          value={value.amount}
          onChange={(amount) => onChange({ ...value, amount: amount ?? 1 })}
        />
        <Select
          aria-label={text("journeys.draw.unit")}
          value={value.unit}
          onChange={(unit) => onChange({ ...value, unit })}
          options={WAIT_UNITS.map((unit) => ({ value: unit, label: text(`journeys.draw.unit.${unit}`) }))}
        />
      </div>
    </Field>
  );
}

export function TimeField({ name, value, onChange }: Of<string>) {
  return (
    <Field name={name}>
      <Input type="time" aria-label={name} value={value} onChange={({ target }) => onChange(target.value)} />
    </Field>
  );
}

export function ZoneField({ value, onChange }: Omit<Of<JourneyZone>, "name">) {
  const text = useText();
  const options = (["person", "workspace"] as const).map((zone) => ({ value: zone, label: text(`journeys.draw.zone.${zone}`) }));
  return (
    <Field name={text("journeys.draw.zone")}>
      <Select aria-label={text("journeys.draw.zone")} value={value} onChange={onChange} options={options} />
    </Field>
  );
}

/** An event, narrowed by what is asked of its properties. */
export function SelectorField({ name, value, onChange }: Of<Selector>) {
  const text = useText();
  const narrowed = (where: Selector["where"]): Selector => ({ event: value.event, ...(where === undefined ? {} : { where }) });
  return (
    <Field name={name}>
      <EventPicker label={name} value={value.event} onChange={(event) => onChange({ event })} />
      <ConditionField
        title={text("journeys.draw.where")}
        condition={value.where}
        ground={{ events: [value.event], kinds: EVENT_FIELDS, period: SUGGESTED }}
        onChange={(next) => onChange(narrowed(next === undefined ? undefined : eventConditionSchema.parse(next)))}
      />
    </Field>
  );
}

/** Names with values; what reads as JSON is taken as such, everything else as text. */
export function PairsField({ name, value, onChange, hint }: Of<Values> & { readonly hint?: string }) {
  const text = useText();
  const [rows, setRows] = useState<readonly Pair[]>(() => pairsOf(value));
  // What was taken back is shown, and rows that still wait for a name stay.
  const shown = JSON.stringify(valuesOf(rows)) === JSON.stringify(value) ? rows : pairsOf(value);
  const put = (next: readonly Pair[]) => {
    setRows(next);
    onChange(valuesOf(next));
  };
  const change = (at: number, pair: Pair) => put(shown.map((one, index) => (index === at ? pair : one)));
  return (
    <Field name={name} {...(hint === undefined ? {} : { hint })}>
      {shown.map((pair, at) => (
        // Rows have nothing but their place.
        // eslint-disable-next-line react/no-array-index-key
        <div className="draw-pair draw-field" key={at}>
          <Input
            aria-label={text("journeys.draw.pairName", { at: at + 1 })}
            placeholder={text("journeys.draw.name")}
            value={pair.name}
            onChange={({ target }) => change(at, { ...pair, name: target.value })}
          />
          <Input
            aria-label={text("journeys.draw.pairValue", { at: at + 1 })}
            placeholder={text("journeys.draw.value")}
            value={pair.value}
            onChange={({ target }) => change(at, { ...pair, value: target.value })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={text("common.remove")}
            onClick={() => put(shown.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => setRows([...shown, { name: "", value: "" }])}>
        {text("journeys.draw.addPair")}
      </Button>
    </Field>
  );
}
