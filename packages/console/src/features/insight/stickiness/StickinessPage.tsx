import { listStickinessPeople, queryStickiness } from "@terrace/contract/api/insight-stickiness";
import { Segmented } from "antd";
import { useMemo } from "react";
import { ActiveBy } from "../ActiveBy.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import type { QueryOf } from "../frame/use-analysis.ts";
import { useAnalysis } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { useGround } from "../use-ground.ts";
import { stickinessShown } from "./stickiness-shown.ts";

/** Stickiness: on how many days of a period people are active. */
export function StickinessPage() {
  return <StartGate kind="stickiness">{(facts) => <Stickiness facts={facts} />}</StartGate>;
}

function Stickiness({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<QueryOf<typeof queryStickiness>>(
    () => ({ period: facts.period, interval: "day", event: { event: null } }),
    [facts],
  );
  const analysis = useAnalysis({ kind: "stickiness", route: queryStickiness, people: listStickinessPeople, start });
  const { query, apply } = analysis;
  const atLeast = analysis.view === "atLeast";
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<ActiveBy analysis={analysis} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} />
          <Segmented
            aria-label={text("insight.shape")}
            value={atLeast ? "atLeast" : "exactly"}
            onChange={(next) => analysis.show(next === "atLeast" ? next : "")}
            options={(["exactly", "atLeast"] as const).map((one) => ({ value: one, label: text(`insight.stickiness.${one}`) }))}
          />
        </>
      }
      shown={(answer) => stickinessShown(answer, atLeast, ground)}
    />
  );
}
