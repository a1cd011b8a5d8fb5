import { useText } from "../../../app/i18n.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { BracketsField } from "../BracketsField.tsx";
import { durationLimits } from "../read-brackets.ts";
import { histogramWithin, timedSteps, type FunnelHistogram } from "./funnel-times.ts";
import { StepSelect } from "./StepSelect.tsx";

const MINUTE = 60;

type Props = {
  readonly histogram: FunnelHistogram | undefined;
  readonly steps: number;
  readonly onChange: (histogram: FunnelHistogram | undefined) => void;
};

/** Between which steps time is taken, and the brackets it is drawn in. */
export function FunnelTimes({ histogram, steps, onChange }: Props) {
  const text = useText();
  if (steps < 2) return null;
  const { fromStep, toStep } = timedSteps(histogram, steps);
  const choose = (part: FunnelHistogram) => onChange(histogramWithin({ ...histogram, fromStep, toStep, ...part }, steps));
  return (
    <>
      <BuilderSection title={text("insight.funnel.timed")}>
        <div className="builder-pair">
          <StepSelect
            label={text("insight.funnel.timeFrom")}
            value={fromStep}
            from={1}
            to={steps - 1}
            onChange={(step) => choose({ fromStep: step, toStep: Math.max(toStep, step + 1) })}
          />
          <StepSelect
            label={text("insight.funnel.timeTo")}
            value={toStep}
            from={fromStep + 1}
            to={steps}
            onChange={(step) => choose({ toStep: step })}
          />
        </div>
      </BuilderSection>
      <BracketsField
        title={text("insight.funnel.brackets")}
        values={histogram?.bracketsSeconds}
        factor={MINUTE}
        limits={durationLimits(MINUTE)}
        onChange={(bracketsSeconds) => choose({ bracketsSeconds })}
      />
    </>
  );
}
