import { listTrendPeople, queryTrends } from "@terrace/contract/api/insight-trends";
import { Segmented } from "antd";
import { useMemo } from "react";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import type { TimeShape } from "../../../ui/chart/chart-spec.ts";
import { useEventNames } from "../../events/use-event-names.ts";
import type { Shown } from "../frame/shown.ts";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { useSegmentNameOf } from "../../conditions/use-segments.ts";
import { IntervalPicker } from "../frame/IntervalPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis } from "../frame/use-analysis.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { firstEvents } from "../frame/use-start-facts.ts";
import { TrendsBuilder } from "./TrendsBuilder.tsx";
import type { TrendsAnswer } from "./trends-shown.ts";
import { trendsFigures } from "./trends-figures.tsx";
import { trendsCell, trendsPeople, trendsSpec, trendsTable } from "./trends-shown.ts";
import type { TrendsQuery } from "./trends-words.ts";

const SHAPES = ["line", "area", "bar", "stacked"] as const satisfies readonly TimeShape[];

/** Trends: figures of events over time. */
export function TrendsPage() {
  return <StartGate kind="trends">{(facts) => <Trends facts={facts} />}</StartGate>;
}

function startOf(facts: StartFacts): TrendsQuery {
  const [event = null] = firstEvents(facts, ["Order Completed"], 1);
  return { period: facts.period, interval: "day", series: [{ event: { event }, measure: { kind: "people" } }], compare: true };
}

function Trends({ facts }: { readonly facts: StartFacts }) {
  const text = useText();
  const format = useFormat();
  const { nameOf } = useEventNames();
  const segmentOf = useSegmentNameOf();
  const start = useMemo(() => startOf(facts), [facts]);
  const analysis = useAnalysis({ kind: "trends", route: queryTrends, people: listTrendPeople, start });
  const shape = SHAPES.find((one) => one === analysis.view) ?? "line";
  const ground = { text, format, nameOf, segmentOf };
  const shown = (answer: TrendsAnswer): Shown => ({
    empty: answer.body.lines.every(({ total }) => total === null || total === 0),
    figures: trendsFigures(answer, ground),
    spec: trendsSpec(answer, shape, ground),
    cellOf: (pick) => trendsCell(answer, pick),
    table: trendsTable(answer, ground),
    behind: (cell) => trendsPeople(answer, cell, ground),
  });
  const { query, apply } = analysis;
  return (
    <AnalysisPage
      analysis={analysis}
      noData={facts.events.length === 0}
      builder={<TrendsBuilder analysis={analysis} events={facts.events} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <IntervalPicker value={query.interval ?? "day"} onChange={(interval) => apply({ interval })} />
          <Segmented
            aria-label={text("insight.shape")}
            value={shape}
            onChange={(next) => analysis.show(next === "line" ? "" : next)}
            options={SHAPES.map((one) => ({ value: one, label: text(`insight.shape.${one}`) }))}
          />
        </>
      }
      shown={shown}
    />
  );
}
