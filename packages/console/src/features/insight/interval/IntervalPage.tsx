import { getInterval, listIntervalPeople } from "@terrace/contract/api/insight-interval";
import { useMemo } from "react";
import { useText } from "../../../app/i18n.ts";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BreakdownPicker } from "../frame/BreakdownPicker.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import { firstEvents, type StartFacts } from "../frame/use-start-facts.ts";
import { BracketsField } from "../BracketsField.tsx";
import { durationLimits } from "../read-brackets.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { useGround } from "../use-ground.ts";
import { intervalShown } from "./interval-shown.ts";

type IntervalQuery = QueryOf<typeof getInterval>;
const HOUR = 3600;

/** Interval: how long it takes from an event to the next of another, or of the same. */
export function IntervalPage() {
  return <StartGate kind="interval">{(facts) => <Interval facts={facts} />}</StartGate>;
}

function Interval({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const start = useMemo<IntervalQuery>(() => {
    // From each order to the next: the rhythm of buying again.
    const [event = null] = firstEvents(facts, ["Order Completed"], 1);
    return { period: facts.period, start: { event }, end: { event } };
  }, [facts]);
  const analysis = useAnalysis({ kind: "interval", route: getInterval, people: listIntervalPeople, start });
  const { query, apply } = analysis;
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<IntervalBuilder analysis={analysis} />}
      toolbar={<PeriodPicker period={query.period} onChange={(period) => apply({ period })} />}
      shown={(answer) => intervalShown(answer, ground)}
    />
  );
}

function IntervalBuilder({ analysis }: { readonly analysis: Analysis<typeof getInterval> }) {
  const text = useText();
  const { draft, edit } = analysis;
  const events = [draft.start.event, draft.end.event];
  return (
    <>
      <BuilderSection title={text("insight.interval.from")}>
        <SelectorRow
          selector={draft.start}
          period={draft.period}
          label={text("insight.interval.from")}
          onChange={(selector) => edit({ start: selector })}
        />
      </BuilderSection>
      <BuilderSection title={text("insight.interval.to")}>
        <SelectorRow
          selector={draft.end}
          period={draft.period}
          label={text("insight.interval.to")}
          onChange={(selector) => edit({ end: selector })}
        />
      </BuilderSection>
      <BreakdownPicker
        title={text("insight.holdConstant")}
        none={text("common.none")}
        by={draft.holdConstant}
        events={events}
        onChange={(by) => edit({ holdConstant: by as IntervalQuery["holdConstant"] })}
      />
      <BracketsField
        title={text("insight.interval.brackets")}
        values={draft.bracketsSeconds}
        factor={HOUR}
        limits={durationLimits(HOUR)}
        onChange={(bracketsSeconds) => edit({ bracketsSeconds })}
      />
      <Filters analysis={analysis} events={events} />
      <Groups analysis={analysis} events={events} />
    </>
  );
}
