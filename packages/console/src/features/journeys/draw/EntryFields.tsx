import { Checkbox, Input, InputNumber, Radio, Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { FieldPicker } from "../../conditions/FieldPicker.tsx";
import { useFieldOptions } from "../../conditions/use-field-options.ts";
import { SegmentSelect } from "../../segments/SegmentSelect.tsx";
import type { Definition } from "./draft-edits.ts";
import { Field, SelectorField, TimeField, ZoneField } from "./fields.tsx";

type Entry = Definition["entry"];
type Of<Kind extends Entry["kind"]> = {
  readonly entry: Extract<Entry, { readonly kind: Kind }>;
  readonly onChange: (entry: Entry, of?: string) => void;
};

/** What is asked of each kind of entry. */
export function EntryFields({ entry, onChange }: { readonly entry: Entry; readonly onChange: (entry: Entry, of?: string) => void }) {
  const text = useText();
  switch (entry.kind) {
    case "event":
      return <EventEntry entry={entry} onChange={onChange} />;
    case "segment":
      return <SegmentEntry entry={entry} onChange={onChange} />;
    case "schedule":
      return <ScheduleEntry entry={entry} onChange={onChange} />;
    case "date":
      return <DateEntry entry={entry} onChange={onChange} />;
    case "api":
      return <p className="muted small">{text("journeys.draw.apiHint")}</p>;
  }
}

function EventEntry({ entry, onChange }: Of<"event">) {
  const text = useText();
  return (
    <>
      <SelectorField name={text("journeys.draw.event")} value={entry.on} onChange={(on) => onChange({ ...entry, on })} />
      <Field name={text("journeys.draw.times")}>
        <Select
          aria-label={text("journeys.draw.times")}
          value={entry.times}
          onChange={(times) => onChange({ ...entry, times })}
          options={(["every", "once"] as const).map((value) => ({ value, label: text(`journeys.draw.times.${value}`) }))}
        />
      </Field>
      <Field name={text("journeys.draw.keyedBy")} hint={text("journeys.draw.keyedByHint")}>
        <Input
          aria-label={text("journeys.draw.keyedBy")}
          maxLength={255}
          value={entry.keyedBy ?? ""}
          onChange={({ target }) => onChange({ ...entry, keyedBy: target.value === "" ? null : target.value }, "keyedBy")}
        />
      </Field>
    </>
  );
}

function SegmentField({ value, onChange }: { readonly value: string; readonly onChange: (segment: string) => void }) {
  const text = useText();
  return (
    <Field name={text("journeys.draw.segment")}>
      <SegmentSelect
        label={text("journeys.draw.segment")}
        value={value === "" ? [] : [value]}
        max={1}
        isNeeded
        onChange={([segment = ""]) => onChange(segment)}
      />
    </Field>
  );
}

function SegmentEntry({ entry, onChange }: Of<"segment">) {
  const text = useText();
  return (
    <>
      <SegmentField value={entry.segment} onChange={(segment) => onChange({ ...entry, segment })} />
      <Field name={text("journeys.draw.change")}>
        <Radio.Group
          value={entry.change}
          onChange={({ target }) => onChange({ ...entry, change: target.value === "leaves" ? "leaves" : "enters" })}
          options={(["enters", "leaves"] as const).map((value) => ({ value, label: text(`journeys.draw.change.${value}`) }))}
        />
      </Field>
    </>
  );
}

type When = Extract<Entry, { readonly kind: "schedule" }>["when"];

function ScheduleEntry({ entry, onChange }: Of<"schedule">) {
  const text = useText();
  const { when } = entry;
  const put = (next: When, of?: string) => onChange({ ...entry, when: next }, of);
  return (
    <>
      <SegmentField value={entry.segment} onChange={(segment) => onChange({ ...entry, segment })} />
      <Field name={text("journeys.draw.when")}>
        <Radio.Group
          value={when.kind}
          onChange={({ target }) =>
            put(target.value === "once" ? { kind: "once", at: "", zone: when.zone } : { kind: "cron", cron: "0 9 * * 1", zone: when.zone })
          }
          options={(["once", "cron"] as const).map((value) => ({ value, label: text(`journeys.draw.when.${value}`) }))}
        />
      </Field>
      {when.kind === "once" ? (
        <Field name={text("journeys.draw.whenAt")}>
          <Input
            type="datetime-local"
            aria-label={text("journeys.draw.whenAt")}
            value={when.at}
            onChange={({ target }) => put({ ...when, at: target.value }, "at")}
          />
        </Field>
      ) : (
        <Field name={text("journeys.draw.cron")} hint={text("journeys.draw.cronHint")}>
          <Input
            className="mono"
            aria-label={text("journeys.draw.cron")}
            maxLength={100}
            value={when.cron}
            onChange={({ target }) => put({ ...when, cron: target.value }, "cron")}
          />
        </Field>
      )}
    </>
  );
}

function DateEntry({ entry, onChange }: Of<"date">) {
  const text = useText();
  const traits = useFieldOptions([null], ["trait"]);
  return (
    <>
      <Field name={text("journeys.draw.trait")} hint={text("journeys.draw.traitHint")}>
        <FieldPicker
          label={text("journeys.draw.trait")}
          options={traits}
          value={entry.trait === "" ? undefined : { kind: "trait", name: entry.trait }}
          onChange={(field) => onChange({ ...entry, trait: field?.name ?? "" })}
        />
      </Field>
      <Field name={text("journeys.draw.offset")} hint={text("journeys.draw.offsetHint")}>
        <InputNumber
          aria-label={text("journeys.draw.offset")}
          min={-366}
          max={366}
          precision={0}
          value={entry.offsetDays}
          onChange={(days) => onChange({ ...entry, offsetDays: days ?? 0 }, "offset")}
        />
      </Field>
      <TimeField name={text("journeys.draw.time")} value={entry.at} onChange={(at) => onChange({ ...entry, at }, "at")} />
      <Checkbox className="draw-field" checked={entry.yearly} onChange={({ target }) => onChange({ ...entry, yearly: target.checked })}>
        {text("journeys.draw.yearly")}
      </Checkbox>
      <ZoneField value={entry.zone} onChange={(zone) => onChange({ ...entry, zone })} />
    </>
  );
}
