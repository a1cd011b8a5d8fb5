import { useMemo } from "react";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import type { ChartSpec } from "../../ui/chart/chart-spec.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import type { EventDetail } from "./EventPage.tsx";

/** Volume and reach of an event with its days. */
export function EventOverview({ detail }: { readonly detail: EventDetail }) {
  const text = useText();
  const format = useFormat();
  const people = Math.max(0, ...detail.daily.map((day) => day.people));
  const facts = [
    { key: "30", label: text("events.volume30"), value: detail.volume30Days },
    { key: "all", label: text("events.volume"), value: detail.volume },
    { key: "people", label: text("events.busiestPeople"), value: people },
    { key: "flagged", label: text("events.flagged"), value: detail.flagged },
  ];
  const spec = useMemo<ChartSpec | undefined>(() => (detail.daily.length === 0 ? undefined : {
    kind: "bar",
    categories: detail.daily.map(({ day }) => format.calendarDay(day)),
    ticks: detail.daily.map(({ day }) => day.slice(5)),
    series: [{ name: text("home.times"), values: detail.daily.map(({ events }) => events), style: "solid" }],
    formatValue: format.count, formatAxis: format.figure,
    summary: text("events.chartSummary", { count: format.count(detail.daily.reduce((sum, { events }) => sum + events, 0)), days: detail.daily.length }),
  }), [detail.daily, text, format]);
  return (
    <div className="stack">
      <dl className="panel facts event-facts">
        {facts.map(({ key, label, value }) => <div key={key}><dt>{label}</dt><dd title={format.count(value)}>{format.figure(value)}</dd>{key === "flagged" ? <dd className="fact-detail">{detail.volume === 0 ? "" : text("events.flaggedShare", { share: formatShare(detail.flagged / detail.volume) })}</dd> : null}</div>)}
      </dl>
      <ChartPanel title={text("events.daily")} spec={spec} loading={<EmptyState text={text("events.noDaily")} />} />
    </div>
  );
}
