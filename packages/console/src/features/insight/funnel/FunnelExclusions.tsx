import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useText } from "../../../app/i18n.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import type { FunnelExclusion } from "./funnel-words.ts";
import { StepSelect } from "./StepSelect.tsx";

const EXCLUSIONS_MAX = 8;

type Props = {
  readonly exclusions: readonly FunnelExclusion[];
  readonly steps: number;
  readonly period: AskedPeriod;
  readonly next: string | null;
  readonly onChange: (exclusions: FunnelExclusion[]) => void;
};

/** Events that must not lie between two steps. */
export function FunnelExclusions({ exclusions, steps, period, next, onChange }: Props) {
  const text = useText();
  if (steps < 2) return null;
  const change = (at: number, exclusion: FunnelExclusion) => onChange(exclusions.map((each, i) => (i === at ? exclusion : each)));
  return (
    <BuilderSection
      title={text("insight.funnel.exclusions")}
      {...(exclusions.length < EXCLUSIONS_MAX ? { add: text("common.add"), onAdd: () => onChange([...exclusions, { event: next }]) } : {})}
    >
      {exclusions.map((exclusion, at) => {
        const { fromStep = 1, toStep = steps } = exclusion;
        return (
          <SelectorRow
            key={at}
            selector={exclusion}
            period={period}
            onChange={(selector) => change(at, { ...selector, fromStep, toStep })}
            onRemove={() => onChange(exclusions.filter((_, i) => i !== at))}
          >
            <div className="builder-pair">
              <StepSelect
                label={text("insight.funnel.after")}
                value={fromStep}
                from={1}
                to={steps - 1}
                onChange={(step) => change(at, { ...exclusion, fromStep: step, toStep: Math.max(toStep, step + 1) })}
              />
              <StepSelect
                label={text("insight.funnel.before")}
                value={toStep}
                from={fromStep + 1}
                to={steps}
                onChange={(step) => change(at, { ...exclusion, fromStep, toStep: step })}
              />
            </div>
          </SelectorRow>
        );
      })}
    </BuilderSection>
  );
}
