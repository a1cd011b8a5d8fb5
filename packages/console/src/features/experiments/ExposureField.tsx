import { EXPOSURE_MOMENTS } from "@terrace/contract/api/experiments";
import { Form, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import type { PartProps } from "./experiment-draft.ts";

/** When somebody counts as exposed. An event of one's own is only told: it is chosen over the API. */
export function ExposureField({ draft: { exposure }, edit }: PartProps) {
  const text = useText();
  const label = text("experiments.exposure");
  if (exposure.kind !== "assignment")
    return (
      <Form.Item label={label} extra={text("experiments.exposureNote.own")}>
        <span className="mono">{exposure.event.event ?? ""}</span>
      </Form.Item>
    );
  return (
    <Form.Item label={label} extra={text(`experiments.exposureNote.${exposure.moment}`)}>
      <Select
        aria-label={label}
        value={exposure.moment}
        onChange={(moment) => edit({ exposure: { kind: "assignment", moment } })}
        options={EXPOSURE_MOMENTS.map((value) => ({ value, label: text(`experiments.exposure.${value}`) }))}
      />
    </Form.Item>
  );
}
