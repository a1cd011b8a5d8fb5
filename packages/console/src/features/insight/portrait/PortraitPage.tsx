import { listPortraitPeople, queryPortrait } from "@terrace/contract/api/insight-portrait";
import type { Within } from "@terrace/domain/conditions/condition";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Select } from "antd";
import { useMemo } from "react";
import { Filters } from "../Filters.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis } from "../frame/use-analysis.ts";
import { firstEvents, type StartFacts } from "../frame/use-start-facts.ts";
import { useGround, type Ground } from "../use-ground.ts";
import { DimensionsSection } from "./DimensionsSection.tsx";
import { GroupSection } from "./GroupSection.tsx";
import { portraitShown } from "./portrait-shown.tsx";
import { dimensionKey, dimensionName, type PortraitQuery } from "./portrait-words.ts";
import { SwitchSetting } from "../frame/settings.tsx";

const DAYS = 30;
const SIDES = ["everyone", "others", "group"] as const;

/** Portrait: how a group of people differs from everyone's or another group's traits, tags and context. */
export function PortraitPage() {
  return <StartGate kind="portrait">{(facts) => <Portrait facts={facts} />}</StartGate>;
}

function Portrait({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<PortraitQuery>(() => {
    const [event = null] = firstEvents(facts, ["Order Completed"], 1);
    return {
      // Those who come back are a part of everyone that differs, whatever the business.
      group: { people: { did: { event }, count: { op: "gte", value: 2 }, within: withinOf(facts.period) } },
      against: "everyone",
      period: facts.period,
    };
  }, [facts]);
  const analysis = useAnalysis({ kind: "portrait", route: queryPortrait, people: listPortraitPeople, start });
  const { query, apply, answer, view } = analysis;
  const dimensions = answer.data?.body.dimensions ?? [];
  return (
    <AnalysisPage
      analysis={analysis}
      noData={facts.events.length === 0}
      builder={<PortraitBuilder analysis={analysis} facts={facts} ground={ground} />}
      toolbar={
        <>
          {query.period === undefined ? null : <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />}
          <Select<string>
            aria-label={text("insight.portrait.dimension")}
            popupMatchSelectWidth={false}
            value={dimensions.some((dimension) => dimensionKey(dimension) === view) ? view : ""}
            onChange={analysis.show}
            options={[
              { value: "", label: text("insight.portrait.top") },
              ...dimensions.map((dimension) => ({ value: dimensionKey(dimension), label: dimensionName(dimension, ground) })),
            ]}
          />
        </>
      }
      shown={(answered) => portraitShown(answered, view, ground)}
    />
  );
}

/** The same days for a condition on what people did. */
function withinOf(period: AskedPeriod): Within {
  return "from" in period ? { from: period.from, to: period.to } : { days: DAYS };
}

type BuilderProps = { readonly analysis: Analysis<typeof queryPortrait>; readonly facts: StartFacts; readonly ground: Ground };

function PortraitBuilder({ analysis, facts, ground }: BuilderProps) {
  const { text } = ground;
  const { draft, edit } = analysis;
  const period = draft.period ?? facts.period;
  const against = draft.against ?? "everyone";
  return (
    <>
      <GroupSection
        title={text("insight.portrait.group")}
        group={draft.group}
        events={facts.events}
        period={period}
        onChange={(group) => edit({ group })}
      />
      <BuilderSection title={text("insight.portrait.comparedWith")}>
        <Select<(typeof SIDES)[number]>
          className="field-picker"
          aria-label={text("insight.portrait.comparedWith")}
          value={typeof against === "string" ? against : "group"}
          onChange={(side) => edit({ against: side === "group" ? { people: { did: { event: null } } } : side })}
          options={SIDES.map((side) => ({ value: side, label: text(`insight.portrait.with.${side}`) }))}
        />
      </BuilderSection>
      {typeof against === "string" ? null : (
        <GroupSection
          title={text("insight.portrait.otherGroup")}
          group={against}
          events={facts.events}
          period={period}
          onChange={(group) => edit({ against: group })}
        />
      )}
      <BuilderSection title={text("insight.portrait.who")}>
        <SwitchSetting
          name={text("insight.portrait.everKnown")}
          on={draft.period === undefined}
          onChange={(ever) => edit({ period: ever ? undefined : facts.period })}
        />
      </BuilderSection>
      <DimensionsSection by={draft.by} ground={ground} onChange={(by) => edit({ by })} />
      <Filters analysis={analysis} events={[null]} period={period} />
    </>
  );
}
