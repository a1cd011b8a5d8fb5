import { FUNNEL_STEPS_MAX } from "@terrace/contract/api/insight-funnel";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import type { MenuProps } from "antd";
import { useText } from "../../../app/i18n.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import type { FunnelStep } from "./funnel-words.ts";

const OTHERS_MAX = 10;

type Props = {
  readonly steps: readonly FunnelStep[];
  readonly period: AskedPeriod;
  /** The event a new step begins with. */
  readonly next: string | null;
  readonly onChange: (steps: FunnelStep[]) => void;
};

/** The steps in their order; each can be moved, narrowed, served by other events too, and taken out. */
export function FunnelSteps({ steps, period, next, onChange }: Props) {
  const text = useText();
  const change = (at: number, step: FunnelStep) => onChange(steps.map((each, i) => (i === at ? step : each)));
  const move = (at: number, by: number) => {
    const moved = [...steps];
    const [step] = moved.splice(at, 1);
    if (step !== undefined) moved.splice(at + by, 0, step);
    onChange(moved);
  };
  const menu = (step: FunnelStep, at: number): NonNullable<MenuProps["items"]> => [
    { key: "up", label: text("insight.moveUp"), disabled: at === 0, onClick: () => move(at, -1) },
    { key: "down", label: text("insight.moveDown"), disabled: at === steps.length - 1, onClick: () => move(at, 1) },
    {
      key: "or",
      label: text("insight.funnel.addOther"),
      disabled: (step.or?.length ?? 0) >= OTHERS_MAX,
      onClick: () => change(at, { ...step, or: [...(step.or ?? []), { event: next }] }),
    },
    {
      key: "remove",
      label: text("common.remove"),
      disabled: steps.length === 1,
      onClick: () => onChange(steps.filter((_, i) => i !== at)),
    },
  ];
  return (
    <BuilderSection
      title={text("insight.funnel.steps")}
      {...(steps.length < FUNNEL_STEPS_MAX
        ? { add: text("insight.funnel.addStep"), onAdd: () => onChange([...steps, { event: next }]) }
        : {})}
    >
      {steps.map((step, at) => (
        <SelectorRow
          key={at}
          mark={String(at + 1)}
          label={text("insight.funnel.stepNumber", { number: at + 1 })}
          selector={step}
          period={period}
          menu={menu(step, at)}
          onChange={(selector) => change(at, { ...selector, ...(step.or === undefined ? {} : { or: step.or }) })}
        >
          {(step.or ?? []).map((other, i) => (
            <div key={i} className="selector-under">
              <span className="small muted">{text("insight.funnel.or")}</span>
              <SelectorRow
                selector={other}
                period={period}
                onChange={(selector) =>
                  change(
                    at,
                    withOthers(
                      step,
                      (step.or ?? []).map((each, j) => (j === i ? selector : each)),
                    ),
                  )
                }
                onRemove={() =>
                  change(
                    at,
                    withOthers(
                      step,
                      (step.or ?? []).filter((_, j) => j !== i),
                    ),
                  )
                }
              />
            </div>
          ))}
        </SelectorRow>
      ))}
    </BuilderSection>
  );
}

function withOthers(step: FunnelStep, or: NonNullable<FunnelStep["or"]>): FunnelStep {
  const { or: _, ...rest } = step;
  return or.length === 0 ? rest : { ...rest, or };
}
