import { getPaths, listPathPeople } from "@terrace/contract/api/insight-paths";
import { Segmented, Select } from "antd";
import { useMemo } from "react";
import { useText } from "../../../app/i18n.ts";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { EventPicker } from "../../conditions/EventPicker.tsx";
import { CountedEvents, SessionGap } from "../frame/CountedEvents.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { useGround } from "../use-ground.ts";
import { pathsShown } from "./paths-shown.ts";
import { NumberSetting, SwitchSetting } from "../frame/settings.tsx";

type PathsQuery = QueryOf<typeof getPaths>;
type Part = { readonly analysis: Analysis<typeof getPaths> };

/** Paths: how sessions go from one event or page to the next. */
export function PathsPage() {
  return <StartGate kind="paths">{(facts) => <Paths facts={facts} />}</StartGate>;
}

function Paths({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<PathsQuery>(() => ({ period: facts.period, maxSteps: 5, collapseRepeats: true, limit: 30 }), [facts]);
  const analysis = useAnalysis({ kind: "paths", route: getPaths, people: listPathPeople, start });
  const { query, apply } = analysis;
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<PathsBuilder analysis={analysis} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <Segmented
            aria-label={text("insight.paths.node")}
            value={query.node ?? "event"}
            onChange={(node) => apply({ node, startAt: undefined, endAt: undefined })}
            options={(["event", "page"] as const).map((value) => ({ value, label: text(`insight.paths.node.${value}`) }))}
          />
        </>
      }
      shown={(answer) => pathsShown(answer, ground)}
    />
  );
}

function PathsBuilder({ analysis }: Part) {
  const text = useText();
  const { draft, edit } = analysis;
  return (
    <>
      <BuilderSection title={text("insight.paths.start")}>
        <PlacePicker analysis={analysis} which="startAt" />
      </BuilderSection>
      <BuilderSection title={text("insight.paths.end")}>
        <PlacePicker analysis={analysis} which="endAt" />
      </BuilderSection>
      <CountedEvents events={draft.events} onChange={(events) => edit({ events })} />
      <BuilderSection title={text("insight.paths.shape")}>
        <NumberSetting
          name={text("insight.paths.steps")}
          value={draft.maxSteps ?? 5}
          min={2}
          max={10}
          onChange={(maxSteps) => edit({ maxSteps: maxSteps ?? 5 })}
        />
        <NumberSetting
          name={text("insight.paths.edges")}
          value={draft.limit ?? 30}
          min={5}
          max={100}
          onChange={(limit) => edit({ limit: limit ?? 30 })}
        />
        <SessionGap seconds={draft.sessionGapSeconds} onChange={(sessionGapSeconds) => edit({ sessionGapSeconds })} />
        <SwitchSetting
          name={text("insight.paths.collapse")}
          on={draft.collapseRepeats === true}
          onChange={(collapseRepeats) => edit({ collapseRepeats })}
        />
      </BuilderSection>
      <Filters analysis={analysis} events={(draft.events ?? [{ event: null }]).map(({ event }) => event)} />
      <Groups analysis={analysis} events={(draft.events ?? [{ event: null }]).map(({ event }) => event)} />
    </>
  );
}

/** Where paths begin or end: an event, or a page's path. */
function PlacePicker({ analysis, which }: Part & { readonly which: "startAt" | "endAt" }) {
  const text = useText();
  const { draft, edit, answer } = analysis;
  const set = (place: string | undefined) => edit(which === "startAt" ? { startAt: place } : { endAt: place });
  if (draft.node !== "page")
    return (
      <EventPicker
        className="field-picker"
        value={draft[which] ?? null}
        onChange={(event) => set(event ?? undefined)}
        label={text(`insight.paths.${which}`)}
      />
    );
  const pages = [...new Set((answer.data?.body.edges ?? []).flatMap(({ source, target }) => [source, target]))];
  return (
    <Select<string>
      showSearch
      allowClear
      className="field-picker"
      aria-label={text(`insight.paths.${which}`)}
      placeholder={text("insight.paths.anyPage")}
      {...(draft[which] === undefined ? {} : { value: draft[which] })}
      onChange={(page: string | undefined) => set(page)}
      options={pages.map((page) => ({ value: page, label: page }))}
    />
  );
}
