import { listLifecyclePeople, queryLifecycle } from "@terrace/contract/api/insight-lifecycle";
import { useMemo } from "react";
import { ActiveBy } from "../ActiveBy.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import type { QueryOf } from "../frame/use-analysis.ts";
import { useAnalysis } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import { weeksOf, type StartFacts } from "../frame/use-start-facts.ts";
import { useGround } from "../use-ground.ts";
import { lifecycleShown } from "./lifecycle-shown.ts";

/** Lifecycle: who is new, who stays, who comes back, who goes quiet. */
export function LifecyclePage() {
  return <StartGate kind="lifecycle">{(facts) => <Lifecycle facts={facts} />}</StartGate>;
}

function Lifecycle({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const start = useMemo<QueryOf<typeof queryLifecycle>>(
    () => ({ period: weeksOf(facts), interval: "week", event: { event: null } }),
    [facts],
  );
  const analysis = useAnalysis({ kind: "lifecycle", route: queryLifecycle, people: listLifecyclePeople, start });
  const { query, apply } = analysis;
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
        </>
      }
      shown={(answer) => lifecycleShown(answer, ground)}
    />
  );
}
