import { getSessions, listSessionPeople } from "@terrace/contract/api/insight-sessions";
import { Select } from "antd";
import { useMemo } from "react";
import { useText } from "../../../app/i18n.ts";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { CountedEvents, SessionGap } from "../frame/CountedEvents.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { useGround } from "../use-ground.ts";
import { SESSION_FIGURES, sessionsShown, type SessionFigure } from "./sessions-shown.ts";

type SessionsQuery = QueryOf<typeof getSessions>;

/** Sessions: how many, how long, and how many leave after one event. */
export function SessionsPage() {
  return <StartGate kind="sessions">{(facts) => <Sessions facts={facts} />}</StartGate>;
}

function Sessions({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<SessionsQuery>(() => ({ period: facts.period, interval: "day" }), [facts]);
  const analysis = useAnalysis({ kind: "sessions", route: getSessions, people: listSessionPeople, start });
  const figure = SESSION_FIGURES.find((one) => one === analysis.view) ?? "sessions";
  const { query, apply } = analysis;
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<SessionsBuilder analysis={analysis} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} />
          <Select<SessionFigure>
            aria-label={text("insight.measure")}
            popupMatchSelectWidth={false}
            value={figure}
            onChange={(next) => analysis.show(next === "sessions" ? "" : next)}
            options={SESSION_FIGURES.map((one) => ({ value: one, label: text(`insight.sessions.${one}`) }))}
          />
        </>
      }
      shown={(answer) => sessionsShown(answer, figure, ground)}
    />
  );
}

function SessionsBuilder({ analysis }: { readonly analysis: Analysis<typeof getSessions> }) {
  const text = useText();
  const { draft, edit } = analysis;
  return (
    <>
      <CountedEvents events={draft.events} onChange={(events) => edit({ events })} />
      <BuilderSection title={text("insight.session")}>
        <SessionGap seconds={draft.sessionGapSeconds} onChange={(sessionGapSeconds) => edit({ sessionGapSeconds })} />
      </BuilderSection>
      <Filters analysis={analysis} events={(draft.events ?? [{ event: null }]).map(({ event }) => event)} />
      <Groups analysis={analysis} events={(draft.events ?? [{ event: null }]).map(({ event }) => event)} />
    </>
  );
}
