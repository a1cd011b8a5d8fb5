import { EXPOSURE_MOMENTS } from "@terrace/contract/api/experiments";
import { Form, Input, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { EventPicker } from "../conditions/EventPicker.tsx";
import type { ExperimentDraft, PartProps } from "./experiment-draft.ts";

type OwnExposure = Extract<ExperimentDraft["exposure"], { readonly kind: "event" }>;

const OWN = "own";
const CHOICES = [...EXPOSURE_MOMENTS, OWN] as const;
const PROPERTY_MAX = 255;

/** When somebody counts as exposed. */
export function ExposureField({ draft: { exposure }, edit }: PartProps) {
  const text = useText();
  const label = text("experiments.exposure");
  const chosen = exposure.kind === "assignment" ? exposure.moment : OWN;
  return (
    <>
      <Form.Item label={label} extra={text(`experiments.exposureNote.${chosen}`)}>
        <Select<(typeof CHOICES)[number]>
          aria-label={label}
          value={chosen}
          onChange={(next) =>
            edit({
              exposure: next === OWN ? { kind: "event", event: { event: null }, property: "" } : { kind: "assignment", moment: next },
            })
          }
          options={CHOICES.map((value) => ({ value, label: text(`experiments.exposure.${value}`) }))}
        />
      </Form.Item>
      {exposure.kind === "assignment" ? null : <OwnFields exposure={exposure} onChange={(next) => edit({ exposure: next })} />}
    </>
  );
}

/** An event of one's own, and the property of it that names the variant. Conditions on the event are given over the API, and stay. */
function OwnFields({ exposure, onChange }: { readonly exposure: OwnExposure; readonly onChange: (next: OwnExposure) => void }) {
  const text = useText();
  return (
    <>
      <Form.Item label={text("experiments.exposureEvent")}>
        <EventPicker
          any={exposure.event.event === null}
          label={text("experiments.exposureEvent")}
          value={exposure.event.event}
          onChange={(event) => onChange({ ...exposure, event: { ...exposure.event, event } })}
        />
      </Form.Item>
      <Form.Item label={text("experiments.exposureProperty")} extra={text("experiments.exposurePropertyNote")}>
        <Input
          aria-label={text("experiments.exposureProperty")}
          className="mono"
          maxLength={PROPERTY_MAX}
          value={exposure.property}
          onChange={({ target }) => onChange({ ...exposure, property: target.value })}
        />
      </Form.Item>
    </>
  );
}
