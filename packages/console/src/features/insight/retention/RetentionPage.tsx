import { listRetentionPeople, queryRetention } from "@terrace/contract/api/insight-retention";
import { Segmented } from "antd";
import { useMemo } from "react";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { firstEvents, weeksOf } from "../frame/use-start-facts.ts";
import { useGround } from "../use-ground.ts";
import { RetentionBuilder } from "./RetentionBuilder.tsx";
import { retentionShown } from "./retention-shown.ts";
import type { RetentionQuery } from "./retention-shown.ts";

/** Retention: who came back, how long after they started. */
export function RetentionPage() {
  return <StartGate kind="retention">{(facts) => <Retention facts={facts} />}</StartGate>;
}

function startOf(facts: StartFacts): RetentionQuery {
  const [event = null] = firstEvents(facts, ["Signed Up", "Order Completed"], 1);
  return { period: weeksOf(facts), interval: "week", start: { event }, return: { event: null }, kind: "first_time" };
}

function Retention({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo(() => startOf(facts), [facts]);
  const analysis = useAnalysis({ kind: "retention", route: queryRetention, people: listRetentionPeople, start });
  const { query, apply } = analysis;
  const byValue = analysis.view === "value" && query.value !== undefined;
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<RetentionBuilder analysis={analysis} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} />
          {query.value === undefined ? null : (
            <Segmented
              aria-label={text("insight.shape")}
              value={byValue ? "value" : "people"}
              onChange={(next) => analysis.show(next === "value" ? "value" : "")}
              options={(["people", "value"] as const).map((one) => ({ value: one, label: text(`insight.retention.by.${one}`) }))}
            />
          )}
        </>
      }
      shown={(answer) => retentionShown(answer, byValue, ground)}
    />
  );
}
