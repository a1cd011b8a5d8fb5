import { getFunnel, listFunnelPeople } from "@terrace/contract/api/insight-funnel";
import { Segmented } from "antd";
import { useMemo } from "react";
import type { Shown } from "../frame/shown.ts";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis } from "../frame/use-analysis.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { firstEvents } from "../frame/use-start-facts.ts";
import { useGround } from "../use-ground.ts";
import { FunnelBuilder } from "./FunnelBuilder.tsx";
import { funnelCell, funnelFigures, funnelPeople, funnelSpec, funnelTable, funnelTimes, funnelTrend, pairOf } from "./funnel-shown.tsx";
import type { FunnelAnswer, FunnelQuery } from "./funnel-words.ts";

const VIEWS = ["steps", "trend", "time"] as const;
const SHOP = ["Product List Viewed", "Product Viewed", "Product Added", "Checkout Started", "Order Completed"];
const FIRST_STEPS = 3;

/** A funnel: how many people get from step to step, and whom it loses where. */
export function FunnelPage() {
  return <StartGate kind="funnel">{(facts) => <Funnel facts={facts} />}</StartGate>;
}

function startOf(facts: StartFacts): FunnelQuery {
  const known = SHOP.filter((name) => facts.events.includes(name));
  const events = known.length > 1 ? known : firstEvents(facts, known, FIRST_STEPS);
  return {
    period: facts.period,
    steps: events.length === 0 ? [{ event: null }] : events.map((event) => ({ event })),
    window: { value: 7, unit: "day" },
    compareWith: "previous",
  };
}

/** What a view needs besides the steps. */
function askOf(query: FunnelQuery, view: string): FunnelQuery {
  const { interval, histogram, ...rest } = query;
  if (view === "time") return { ...rest, histogram: histogram ?? {} };
  return view === "trend" ? { ...rest, interval: interval ?? "day" } : rest;
}

function Funnel({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo(() => startOf(facts), [facts]);
  const analysis = useAnalysis({ kind: "funnel", route: getFunnel, people: listFunnelPeople, start, ask: askOf });
  const { query, apply } = analysis;
  const view = VIEWS.find((one) => one === analysis.view) ?? "steps";
  const shown = (answer: FunnelAnswer): Shown => {
    const pair = pairOf(answer);
    return {
      empty: (answer.body.steps[0]?.people ?? 0) === 0,
      figures: funnelFigures(pair, ground),
      spec:
        view === "trend"
          ? funnelTrend(answer, ground)
          : view === "time"
            ? funnelTimes(answer, ground)
            : funnelSpec(pair, analysis.cell, ground),
      chartHeight: 380,
      cellOf: (pick) => funnelCell(answer, pick),
      table: funnelTable(pair, ground),
      behind: (cell) => funnelPeople(pair, cell, ground),
    };
  };
  return (
    <AnalysisPage
      analysis={analysis}
      noData={facts.events.length === 0}
      builder={<FunnelBuilder analysis={analysis} events={facts.events} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <Segmented
            aria-label={text("insight.shape")}
            value={view}
            onChange={(next) => analysis.show(next === "steps" ? "" : next)}
            options={VIEWS.map((one) => ({ value: one, label: text(`insight.funnel.view.${one}`) }))}
          />
          {view === "trend" ? <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} /> : null}
        </>
      }
      shown={shown}
    />
  );
}
