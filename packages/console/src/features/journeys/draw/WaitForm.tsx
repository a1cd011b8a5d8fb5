import { Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { weekdayNames } from "../../governor/governor-words.ts";
import type { NodeOf } from "./draft-edits.ts";
import { Field, LengthField, TimeField, ZoneField } from "./fields.tsx";
import type { FormProps } from "./node-form.ts";

type Until = NodeOf<"wait">["until"];
const NEW: { readonly [Kind in Until["kind"]]: Extract<Until, { readonly kind: Kind }> } = {
  duration: { kind: "duration", length: { amount: 1, unit: "day" } },
  time: { kind: "time", at: "10:00", weekdays: [], zone: "person" },
  optimalHour: { kind: "optimalHour", usual: "10:00" },
};
const KINDS = ["duration", "time", "optimalHour"] as const;

/** How long people wait, or until when. */
export function WaitForm({ node, onChange }: FormProps<"wait">) {
  const text = useText();
  const { until } = node;
  const put = (next: Until, of?: string) => onChange({ ...node, until: next }, of);
  return (
    <>
      <Field name={text("journeys.draw.until")}>
        <Select<Until["kind"]>
          aria-label={text("journeys.draw.until")}
          value={until.kind}
          onChange={(kind) => put(NEW[kind])}
          options={KINDS.map((value) => ({ value, label: text(`journeys.draw.until.${value}`) }))}
        />
      </Field>
      {until.kind === "duration" ? (
        <LengthField name={text("journeys.draw.length")} value={until.length} onChange={(length) => put({ ...until, length }, "length")} />
      ) : null}
      {until.kind === "time" ? <TimeOfDay until={until} put={put} /> : null}
      {until.kind === "optimalHour" ? (
        <TimeField name={text("journeys.draw.usual")} value={until.usual} onChange={(usual) => put({ ...until, usual }, "usual")} />
      ) : null}
    </>
  );
}

type TimeProps = { readonly until: Extract<Until, { readonly kind: "time" }>; readonly put: (until: Until, of?: string) => void };

function TimeOfDay({ until, put }: TimeProps) {
  const text = useText();
  const days = weekdayNames(useFormat()).map((label, at) => ({ value: at + 1, label }));
  return (
    <>
      <TimeField name={text("journeys.draw.time")} value={until.at} onChange={(at) => put({ ...until, at }, "at")} />
      <Field name={text("journeys.draw.weekdays")}>
        <Select<number[]>
          mode="multiple"
          aria-label={text("journeys.draw.weekdays")}
          placeholder={text("journeys.draw.anyDay")}
          value={[...until.weekdays]}
          onChange={(weekdays) => put({ ...until, weekdays: weekdays.toSorted((a, b) => a - b) })}
          options={days}
        />
      </Field>
      <ZoneField value={until.zone} onChange={(zone) => put({ ...until, zone })} />
    </>
  );
}
