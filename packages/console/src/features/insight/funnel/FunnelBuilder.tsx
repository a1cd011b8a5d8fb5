import type { getFunnel } from "@terrace/contract/api/insight-funnel";
import { FUNNEL_ORDERS, type FunnelOrder } from "@terrace/domain/insight/funnel/funnel-plan";
import { SPAN_UNITS, type SpanUnit } from "@terrace/domain/insight/span-unit";
import { InputNumber, Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { Filters } from "../Filters.tsx";
import { BREAKDOWN_AND_PERSON_FIELDS, BREAKDOWN_FIELDS, BreakdownPicker } from "../frame/BreakdownPicker.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { CompareSection } from "../frame/CompareSection.tsx";
import type { Analysis } from "../frame/use-analysis.ts";
import { FunnelExclusions } from "./FunnelExclusions.tsx";
import { FunnelSteps } from "./FunnelSteps.tsx";
import { FunnelTimes } from "./FunnelTimes.tsx";
import { histogramWithin } from "./funnel-times.ts";
import { SwitchSetting } from "../frame/settings.tsx";

type Props = { readonly analysis: Analysis<typeof getFunnel>; readonly events: readonly string[] };

/** The question of a funnel. */
export function FunnelBuilder({ analysis, events }: Props) {
  const text = useText();
  const { draft, edit } = analysis;
  const looked = draft.steps.map(({ event }) => event);
  const next = events.find((name) => !looked.includes(name)) ?? null;
  const window = draft.window ?? { value: 14, unit: "day" };
  return (
    <>
      <FunnelSteps
        steps={draft.steps}
        period={draft.period}
        next={next}
        onChange={(steps) => edit({ steps, histogram: histogramWithin(draft.histogram, steps.length) })}
      />
      <BuilderSection title={text("insight.funnel.window")}>
        <div className="builder-pair">
          <InputNumber<number>
            aria-label={text("insight.funnel.window")}
            min={1}
            max={100_000_000}
            precision={0}
            value={window.value}
            onChange={(value) => value === null || edit({ window: { ...window, value } })}
          />
          <Select<SpanUnit>
            aria-label={text("insight.interval")}
            value={window.unit}
            onChange={(unit) => edit({ window: { ...window, unit } })}
            options={SPAN_UNITS.map((unit) => ({ value: unit, label: text(`insight.spanUnit.${unit}`) }))}
          />
        </div>
        <Select<FunnelOrder>
          aria-label={text("insight.funnel.order")}
          value={draft.order ?? "ordered"}
          onChange={(order) => edit({ order })}
          options={FUNNEL_ORDERS.map((order) => ({ value: order, label: text(`insight.funnel.order.${order}`) }))}
        />
        <SwitchSetting
          name={text("insight.funnel.hideIncomplete")}
          on={draft.hideIncomplete === true}
          onChange={(on) => edit({ hideIncomplete: on ? true : undefined })}
        />
      </BuilderSection>
      {analysis.view === "time" ? (
        <FunnelTimes histogram={draft.histogram} steps={draft.steps.length} onChange={(histogram) => edit({ histogram })} />
      ) : null}
      <FunnelExclusions
        exclusions={draft.exclusions ?? []}
        steps={draft.steps.length}
        period={draft.period}
        next={next}
        onChange={(exclusions) => edit({ exclusions: exclusions.length === 0 ? undefined : exclusions })}
      />
      <Filters analysis={analysis} events={looked} />
      <BreakdownPicker
        kinds={BREAKDOWN_AND_PERSON_FIELDS}
        by={draft.breakdown?.by}
        events={looked}
        onChange={(by) => edit({ breakdown: by === undefined ? undefined : { ...draft.breakdown, by: by as { property: string } } })}
      />
      {draft.breakdown === undefined ? null : <Attribution analysis={analysis} />}
      <BreakdownPicker
        title={text("insight.funnel.holdConstant")}
        none={text("common.none")}
        by={draft.holdConstant}
        events={looked}
        kinds={BREAKDOWN_FIELDS}
        onChange={(by) => edit({ holdConstant: by as { property: string } | undefined })}
      />
      <CompareSection value={draft.compareWith} period={draft.period} events={looked} onChange={(compareWith) => edit({ compareWith })} />
    </>
  );
}

/** Which event of an attempt says the value of the breakdown. */
function Attribution({ analysis }: { readonly analysis: Analysis<typeof getFunnel> }) {
  const text = useText();
  const { draft, edit } = analysis;
  const { breakdown } = draft;
  if (breakdown === undefined) return null;
  const now = breakdown.attribution ?? "first";
  const value = typeof now === "string" ? now : String(now.step);
  return (
    <div className="builder-section builder-under">
      <Select<string>
        aria-label={text("insight.funnel.attribution")}
        value={value}
        onChange={(next) =>
          edit({ breakdown: { ...breakdown, attribution: next === "first" || next === "last" ? next : { step: Number(next) } } })
        }
        options={[
          { value: "first", label: text("insight.funnel.attribution.first") },
          { value: "last", label: text("insight.funnel.attribution.last") },
          ...draft.steps.map((_, at) => ({ value: String(at + 1), label: text("insight.funnel.attribution.step", { number: at + 1 }) })),
        ]}
      />
    </div>
  );
}
