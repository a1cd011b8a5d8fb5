import { listStatisticsPeople, queryStatistics } from "@terrace/contract/api/insight-statistics";
import { useMemo } from "react";
import { Filters } from "../Filters.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import { firstEvents, type StartFacts } from "../frame/use-start-facts.ts";
import { Groups } from "../Groups.tsx";
import { NUMBER_KINDS } from "../number-words.ts";
import { NumberPicker } from "../NumberPicker.tsx";
import { useGround } from "../use-ground.ts";
import { statisticsShown } from "./statistics-shown.tsx";

/** Statistics: mean, median, deviation, percentiles and histogram of a number. */
export function StatisticsPage() {
  return <StartGate kind="statistics">{(facts) => <Statistics facts={facts} />}</StartGate>;
}

function Statistics({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<QueryOf<typeof queryStatistics>>(() => {
    const [event = null] = firstEvents(facts, ["Product Viewed"], 1);
    return { period: facts.period, of: { event: { event }, measure: { kind: "count" } } };
  }, [facts]);
  const analysis = useAnalysis({ kind: "statistics", route: queryStatistics, people: listStatisticsPeople, start });
  const { draft, edit, query, apply } = analysis;
  const events = ["event" in draft.of ? draft.of.event.event : null];
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={
        <>
          <BuilderSection title={text("insight.number")}>
            <NumberPicker of={draft.of} kinds={NUMBER_KINDS} period={draft.period} onChange={(of) => edit({ of })} />
          </BuilderSection>
          <Filters analysis={analysis} events={events} />
          <Groups analysis={analysis} events={events} />
        </>
      }
      toolbar={<PeriodPicker period={query.period} onChange={(period) => apply({ period })} />}
      shown={(answer) => statisticsShown(answer, ground)}
    />
  );
}
