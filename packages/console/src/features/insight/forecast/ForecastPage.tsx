import { listForecastPeople, queryForecast } from "@terrace/contract/api/insight-forecast";
import { FEW_GROUPS_MAX } from "@terrace/domain/insight/breakdown";

import { useMemo } from "react";
import { addDays } from "../../../ui/format/dates.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { SeriesChoice, useSeriesNames } from "../frame/SeriesChoice.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import { firstEvents, type StartFacts } from "../frame/use-start-facts.ts";
import { useGround, type Ground } from "../use-ground.ts";
import { forecastShown } from "./forecast-shown.ts";
import { NumberSetting } from "../frame/settings.tsx";

type ForecastQuery = QueryOf<typeof queryForecast>;
/** Days of history that a season of weeks can be learned from. */
const HISTORY_DAYS = 120;

/** Forecast: where a series is going, with an interval and the error of a back-test. */
export function ForecastPage() {
  return <StartGate kind="forecast">{(facts) => <Forecast facts={facts} />}</StartGate>;
}

function Forecast({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const start = useMemo<ForecastQuery>(() => {
    const [event = null] = firstEvents(facts, ["Order Completed"], 1);
    const period =
      "to" in facts.period
        ? { from: addDays(facts.period.to, -HISTORY_DAYS), to: facts.period.to }
        : { last: HISTORY_DAYS, unit: "day" as const };
    return { period, interval: "day", series: { event: { event }, measure: { kind: "events" } }, horizon: 14 };
  }, [facts]);
  const analysis = useAnalysis({ kind: "forecast", route: queryForecast, people: listForecastPeople, start });
  const { query, apply } = analysis;
  const nameOfSeries = useSeriesNames(ground);
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<ForecastBuilder analysis={analysis} ground={ground} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} />
        </>
      }
      shown={(answer) => forecastShown(answer, { ...ground, nameOfSeries })}
    />
  );
}

function ForecastBuilder({ analysis, ground }: { readonly analysis: Analysis<typeof queryForecast>; readonly ground: Ground }) {
  const { draft, edit } = analysis;
  const { text } = ground;
  const { series } = draft;
  const events = "event" in series ? [series.event.event] : [];
  return (
    <>
      <BuilderSection title={text("insight.series")}>
        <SeriesChoice series={series} period={draft.period} ground={ground} onChange={(next) => edit({ series: next })} />
      </BuilderSection>
      <BuilderSection title={text("insight.forecast.ahead")}>
        <NumberSetting
          name={text("insight.forecast.horizon")}
          value={draft.horizon ?? 14}
          min={1}
          max={90}
          onChange={(horizon) => edit({ horizon: horizon ?? 14 })}
        />
      </BuilderSection>
      <Filters analysis={analysis} events={events} />
      <Groups analysis={analysis} events={events} ofPeople={!("event" in series)} most={FEW_GROUPS_MAX} />
    </>
  );
}
