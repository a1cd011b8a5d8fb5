import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { RAMP_STEPS_MAX } from "@terrace/contract/api/flag-parts";
import { Button, Form } from "antd";
import { useText } from "../../../app/i18n.ts";
import type { Growing } from "../flag-parts.ts";
import { TimeInput } from "../WindowInput.tsx";
import { ShareInput } from "./ShareInput.tsx";

type Props = {
  readonly growing: Growing;
  readonly note?: string;
  readonly warning?: string | undefined;
  readonly onChange: (growing: Growing) => void;
};
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How many take part, and how that grows by time. */
export function CoverageFields({ growing: { coverage, ramp }, note, warning, onChange }: Props) {
  const text = useText();
  const change = (at: number, next: Partial<(typeof ramp)[number]>) =>
    onChange({ coverage, ramp: ramp.map((step, index) => (index === at ? { ...step, ...next } : step)) });
  const remove = (at: number) => {
    const gone = ramp[at];
    // What a step that has come has brought stays: the plan gets shorter, not the people fewer.
    const isPast = gone !== undefined && Date.parse(gone.at) <= Date.now();
    onChange({ coverage: isPast ? gone.coverage : coverage, ramp: ramp.filter((_, index) => index !== at) });
  };
  const add = () => {
    const last = ramp.at(-1);
    // A day after the last step, or at the next full hour.
    const next = last === undefined ? Math.ceil(Date.now() / HOUR_MS) * HOUR_MS : Date.parse(last.at) + DAY_MS;
    const grown = Math.min(10_000, (last?.coverage ?? coverage) * 2);
    onChange({ coverage, ramp: [...ramp, { at: new Date(next).toISOString(), coverage: grown }] });
  };
  return (
    <>
      <Form.Item label={text("flags.coverage")} help={warning} {...(warning === undefined ? {} : { validateStatus: "warning" })}>
        <ShareInput label={text("flags.coverage")} parts={coverage} onChange={(next) => onChange({ coverage: next, ramp })} />
      </Form.Item>
      <Form.Item label={text("flags.ramp")} extra={note}>
        {ramp.map((step, at) => (
          <div key={at} className="flag-line">
            <TimeInput
              label={`${text("flags.rampAt")} ${at + 1}`}
              at={step.at}
              onChange={(time) => time === null || change(at, { at: time })}
            />
            <ShareInput
              label={`${text("flags.coverage")} ${at + 1}`}
              parts={step.coverage}
              onChange={(next) => change(at, { coverage: next })}
            />
            <Button type="text" icon={<CloseOutlined />} aria-label={`${text("common.remove")} ${at + 1}`} onClick={() => remove(at)} />
          </div>
        ))}
        <Button size="small" icon={<PlusOutlined />} disabled={ramp.length >= RAMP_STEPS_MAX} onClick={add}>
          {text("flags.addStep")}
        </Button>
      </Form.Item>
    </>
  );
}
