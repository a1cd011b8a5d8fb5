import type { queryTrends } from "@terrace/contract/api/insight-trends";
import { SERIES_MAX } from "@terrace/domain/insight/trends/trends-plan";
import { Input } from "antd";
import { useText } from "../../../app/i18n.ts";
import { BREAKDOWN_AND_PERSON_FIELDS, BreakdownPicker } from "../frame/BreakdownPicker.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { CompareSection } from "../frame/CompareSection.tsx";
import { Filters } from "../Filters.tsx";
import { MeasurePicker } from "../frame/MeasurePicker.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import type { Analysis } from "../frame/use-analysis.ts";
import type { TrendsSeries } from "./trends-words.ts";
import { letterOf } from "./trends-words.ts";
import { NumberSetting, SwitchSetting } from "../frame/settings.tsx";

/** The question of trends: series, a formula over them, filters, a breakdown, and how the lines are drawn out. */
export function TrendsBuilder({
  analysis,
  events,
}: {
  readonly analysis: Analysis<typeof queryTrends>;
  readonly events: readonly string[];
}) {
  const text = useText();
  const { draft, edit } = analysis;
  const set = (series: readonly TrendsSeries[]) => edit({ series: [...series] });
  const change = (at: number, next: TrendsSeries) => set(draft.series.map((each, i) => (i === at ? next : each)));
  const many = draft.series.length > 1 || draft.formula !== undefined;
  return (
    <>
      <BuilderSection
        title={text("insight.series")}
        {...(draft.series.length < SERIES_MAX
          ? {
              add: text("insight.addSeries"),
              onAdd: () => set([...draft.series, { event: { event: nextEvent(events, draft.series) }, measure: { kind: "events" } }]),
            }
          : {})}
      >
        {draft.series.map((series, at) => (
          <SelectorRow
            key={at}
            {...(many ? { mark: letterOf(at) } : {})}
            selector={series.event}
            period={draft.period}
            onChange={(event) => change(at, { ...series, event })}
            {...(draft.series.length > 1 ? { onRemove: () => set(draft.series.filter((_, i) => i !== at)) } : {})}
          >
            <MeasurePicker measure={series.measure} event={series.event.event} onChange={(measure) => change(at, { ...series, measure })} />
          </SelectorRow>
        ))}
      </BuilderSection>
      <BuilderSection
        title={text("insight.formula")}
        {...(draft.formula === undefined
          ? { add: text("common.add"), onAdd: () => edit({ formula: draft.series.length > 1 ? "A / B" : "A" }) }
          : {})}
      >
        {draft.formula === undefined ? null : (
          <Input
            allowClear
            aria-label={text("insight.formula")}
            value={draft.formula}
            onChange={({ target }) => edit({ formula: target.value === "" ? undefined : target.value })}
          />
        )}
      </BuilderSection>
      <Filters analysis={analysis} events={draft.series.map(({ event }) => event.event)} />
      <BreakdownPicker
        kinds={BREAKDOWN_AND_PERSON_FIELDS}
        by={draft.breakdown?.by}
        events={draft.series.map(({ event }) => event.event)}
        onChange={(by) => edit({ breakdown: by === undefined ? undefined : { ...draft.breakdown, by: by as { property: string } } })}
      />
      <CompareSection
        value={draft.compareWith ?? (draft.compare === true ? "previous" : undefined)}
        period={draft.period}
        events={draft.series.map(({ event }) => event.event)}
        // Trends tell the period before line by line by a part of their own.
        onChange={(value) =>
          edit({ compare: value === "previous" ? true : undefined, compareWith: value === "previous" ? undefined : value })
        }
      />
      <BuilderSection title={text("insight.lineOptions")}>
        <SwitchSetting
          name={text("insight.cumulative")}
          on={draft.cumulative === true}
          onChange={(cumulative) => edit({ cumulative: cumulative ? true : undefined })}
        />
        <NumberSetting
          name={text("insight.movingAverage")}
          value={draft.movingAverage ?? null}
          min={2}
          max={100}
          placeholder={text("common.none")}
          onChange={(movingAverage) => edit({ movingAverage: movingAverage ?? undefined })}
        />
      </BuilderSection>
    </>
  );
}

/** The most frequent event that is not looked at yet. */
function nextEvent(events: readonly string[], series: readonly TrendsSeries[]): string | null {
  return events.find((name) => !series.some(({ event }) => event.event === name)) ?? null;
}
