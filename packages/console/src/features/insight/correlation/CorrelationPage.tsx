import { CORRELATED_MAX, listCorrelationPeople, queryCorrelation } from "@terrace/contract/api/insight-correlation";
import { Segmented } from "antd";
import { useMemo } from "react";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { FilterSections, type Filters } from "../frame/FilterSections.tsx";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { SeriesChoice, useSeriesNames } from "../frame/SeriesChoice.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import { Groups } from "../Groups.tsx";
import { firstEvents, type StartFacts } from "../frame/use-start-facts.ts";
import type { NumberKind } from "../number-words.ts";
import { NumberPicker } from "../NumberPicker.tsx";
import { letterOf } from "../trends/trends-words.ts";
import { useGround, type Ground } from "../use-ground.ts";
import { correlationShown, METHODS, readView, writeView, type CorrelationQuery } from "./correlation-shown.tsx";
import { SwitchSetting } from "../frame/settings.tsx";

type OverIntervals = Extract<CorrelationQuery, { readonly over: "intervals" }>;
type OverPeople = Extract<CorrelationQuery, { readonly over: "people" }>;
type Series = OverIntervals["measures"][number];
type OfPeople = OverPeople["measures"][number];

const OVER = ["intervals", "people"] as const;
const MEASURES_MIN = 2;
const FIRST_MEASURES = 3;
/** A number of each event is none of a person. */
const PERSON_NUMBERS: readonly NumberKind[] = ["count", "days", "sum", "trait"];
const WISHED = ["Product Viewed", "Product Added", "Order Completed"];

/** Correlation: how measures go together, over time or over people. */
export function CorrelationPage() {
  return <StartGate kind="correlation">{(facts) => <Correlation facts={facts} />}</StartGate>;
}

function Correlation({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<CorrelationQuery>(() => ({ over: "intervals", period: facts.period, measures: [...firstSeries(facts)] }), [facts]);
  const analysis = useAnalysis({ kind: "correlation", route: queryCorrelation, people: listCorrelationPeople, start });
  const { query, apply, view, show } = analysis;
  const looked = readView(view);
  const nameOfSeries = useSeriesNames(ground);
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<CorrelationBuilder analysis={analysis} facts={facts} ground={ground} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          {query.over === "intervals" ? (
            <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} />
          ) : null}
          <Segmented
            aria-label={text("insight.correlation.method")}
            value={looked.method}
            onChange={(method) => show(writeView({ ...looked, method }))}
            options={METHODS.map((one) => ({ value: one, label: text(`insight.correlation.${one}`) }))}
          />
        </>
      }
      shown={(answer) => correlationShown(answer, analysis, { ...ground, nameOfSeries })}
    />
  );
}

/** What people do on the way to an order, as far as such events exist. */
function firstSeries(facts: StartFacts): readonly Series[] {
  const events = firstEvents(facts, WISHED, FIRST_MEASURES);
  const series = events.map((event): Series => ({ event: { event }, measure: { kind: "events" } }));
  const [only = null] = events;
  // A workspace with one event still has two figures that can be held against each other.
  return series.length >= MEASURES_MIN
    ? series
    : [
        { event: { event: only }, measure: { kind: "events" } },
        { event: { event: only }, measure: { kind: "people" } },
      ];
}

/** The same events looked at in the other way. */
function otherWay(draft: CorrelationQuery, over: CorrelationQuery["over"], facts: StartFacts): Partial<CorrelationQuery> {
  if (over === draft.over) return {};
  const next =
    draft.over === "intervals"
      ? {
          measures: draft.measures.map((of): OfPeople => ({
            event: "event" in of ? of.event : { event: null },
            measure: { kind: "count" },
          })),
          interval: undefined,
          changes: undefined,
        }
      : { measures: seriesOf(draft.measures, facts), sample: undefined };
  // A part that is undefined is taken out, so what remains is a question of the other kind.
  return { over, ...next } as Partial<CorrelationQuery>;
}

function seriesOf(measures: readonly OfPeople[], facts: StartFacts): readonly Series[] {
  const series = measures.flatMap((of): readonly Series[] =>
    "event" in of ? [{ event: of.event, measure: of.measure.kind === "sum" ? of.measure : { kind: "events" } }] : [],
  );
  return series.length >= MEASURES_MIN ? series : firstSeries(facts);
}

type BuilderProps = { readonly analysis: Analysis<typeof queryCorrelation>; readonly facts: StartFacts; readonly ground: Ground };

function CorrelationBuilder({ analysis, facts, ground }: BuilderProps) {
  const { text } = ground;
  const { draft, edit } = analysis;
  const events = draft.measures.map((measure) => ("event" in measure ? measure.event.event : null));
  const next = facts.events.find((name) => !events.includes(name)) ?? null;
  const add = () =>
    draft.over === "intervals"
      ? edit({ measures: [...draft.measures, { event: { event: next }, measure: { kind: "events" } }] })
      : edit({ measures: [...draft.measures, { event: { event: next }, measure: { kind: "count" } }] });
  return (
    <>
      <BuilderSection title={text("insight.correlation.over")}>
        <Segmented<CorrelationQuery["over"]>
          block
          aria-label={text("insight.correlation.over")}
          value={draft.over}
          onChange={(over) => edit(otherWay(draft, over, facts))}
          options={OVER.map((one) => ({ value: one, label: text(`insight.correlation.over.${one}`) }))}
        />
        {draft.over === "intervals" ? (
          <SwitchSetting
            name={text("insight.correlation.changes")}
            on={draft.changes === true}
            onChange={(changes) => edit({ changes: changes ? true : undefined })}
          />
        ) : null}
      </BuilderSection>
      <BuilderSection
        title={text("insight.measure")}
        {...(draft.measures.length < CORRELATED_MAX ? { add: text("common.add"), onAdd: add } : {})}
      >
        {draft.over === "intervals" ? (
          <SeriesRows draft={draft} ground={ground} onChange={(measures) => edit({ measures: [...measures] })} />
        ) : (
          <PeopleRows draft={draft} onChange={(measures) => edit({ measures: [...measures] })} />
        )}
      </BuilderSection>
      <FilterSections
        filters={draft.filters}
        period={draft.period}
        events={events}
        // Both kinds of question have the same filters.
        onChange={(filters) => edit({ filters } as { readonly filters?: Filters } as Partial<CorrelationQuery>)}
      />
      <Groups analysis={analysis} events={events} ofPeople />
    </>
  );
}

type SeriesProps = {
  readonly draft: OverIntervals;
  readonly ground: Ground;
  readonly onChange: (measures: readonly Series[]) => void;
};

function SeriesRows({ draft, ground, onChange }: SeriesProps) {
  const { measures } = draft;
  return measures.map((series, at) => (
    <SeriesChoice
      key={at}
      mark={letterOf(at)}
      series={series}
      period={draft.period}
      ground={ground}
      onChange={(next) => onChange(measures.map((each, i) => (i === at ? next : each)))}
      onRemove={measures.length > MEASURES_MIN ? () => onChange(measures.filter((_, i) => i !== at)) : undefined}
    />
  ));
}

function PeopleRows({ draft, onChange }: { readonly draft: OverPeople; readonly onChange: (measures: readonly OfPeople[]) => void }) {
  const { measures } = draft;
  return measures.map((of, at) => (
    <NumberPicker
      key={at}
      mark={letterOf(at)}
      of={of}
      kinds={PERSON_NUMBERS}
      period={draft.period}
      // Of these kinds a number is one of each person.
      onChange={(next) => onChange(measures.map((each, i) => (i === at ? (next as OfPeople) : each)))}
      onRemove={measures.length > MEASURES_MIN ? () => onChange(measures.filter((_, i) => i !== at)) : undefined}
    />
  ));
}
