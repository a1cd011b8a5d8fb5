import { Checkbox, Form, InputNumber } from "antd";
import { useText } from "../../app/i18n.ts";
import type { PartProps } from "./experiment-draft.ts";

/** What is first proposed: no effect, and 95 of 100 within 20 % either way. */
const USUAL = { mean: 0, deviation: 0.1 } as const;
/** As the contract bounds them, in percent. */
const MEAN_MAX = 1_000;
const DEVIATION = { least: 0.1, most: 1_000 } as const;

/** What is believed of the relative effect before there are figures. */
export function PriorField({ draft: { prior }, edit }: Pick<PartProps, "draft" | "edit">) {
  const text = useText();
  const percent = (share: number): number => Number((share * 100).toFixed(4));
  return (
    <>
      <Form.Item extra={text("experiments.priorNote")}>
        <Checkbox checked={prior !== null} onChange={({ target }) => edit({ prior: target.checked ? USUAL : null })}>
          {text("experiments.prior")}
        </Checkbox>
      </Form.Item>
      {prior === null ? null : (
        <>
          <Form.Item label={text("experiments.priorMean")}>
            <InputNumber<number>
              aria-label={text("experiments.priorMean")}
              min={-MEAN_MAX}
              max={MEAN_MAX}
              suffix="%"
              value={percent(prior.mean)}
              onChange={(next) => edit({ prior: { ...prior, mean: (next ?? 0) / 100 } })}
            />
          </Form.Item>
          <Form.Item
            label={text("experiments.priorDeviation")}
            extra={text("experiments.priorSaid", {
              low: `${percent(prior.mean - 2 * prior.deviation)}%`,
              high: `${percent(prior.mean + 2 * prior.deviation)}%`,
            })}
          >
            <InputNumber<number>
              aria-label={text("experiments.priorDeviation")}
              min={DEVIATION.least}
              max={DEVIATION.most}
              suffix="%"
              value={percent(prior.deviation)}
              onChange={(next) => edit({ prior: { ...prior, deviation: (next ?? percent(USUAL.deviation)) / 100 } })}
            />
          </Form.Item>
        </>
      )}
    </>
  );
}
