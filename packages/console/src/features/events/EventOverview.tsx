import { useMemo } from "react";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import type { ChartSpec } from "../../ui/chart/chart-spec.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import type { EventDetail } from "./answers.ts";

/** Volume and reach of an event with its days. */
export function EventOverview({ detail }: { readonly detail: EventDetail }) {
  const text = useText();
  const format = useFormat();
  const busiest = detail.daily.toSorted((one, other) => other.people - one.people)[0];
  const facts = [
    {
      key: "30",
      label: text("events.volume30"),
      value: detail.volume30Days,
      detail: text("events.perDay", { count: format.figure(detail.volume30Days / 30) }),
    },
    {
      key: "all",
      label: text("events.volume"),
      value: detail.volume,
      detail: text("person.since", { day: format.day(detail.firstSeenAt) }),
    },
    {
      key: "people",
      label: text("events.busiestPeople"),
      value: busiest?.people ?? 0,
      detail: busiest === undefined ? "—" : format.calendarDay(busiest.day),
    },
    {
      key: "flagged",
      label: text("events.flagged"),
      value: detail.flagged,
      detail: text("events.flaggedShare", { share: formatShare(detail.volume === 0 ? undefined : detail.flagged / detail.volume) }),
    },
  ];
  const spec = useMemo<ChartSpec | undefined>(
    () =>
      detail.daily.length === 0
        ? undefined
        : {
            kind: "time",
            shape: "bar",
            categories: detail.daily.map(({ day }) => format.calendarDay(day)),
            ticks: detail.daily.map(({ day }) => day.slice(5)),
            series: [{ key: "times", name: text("home.times"), values: detail.daily.map(({ events }) => events), style: "solid" }],
            measure: format.measure("times"),
            unfinished: detail.daily.map(({ day }) => day === format.day(Date.now())),
            summary: text("events.chartSummary", {
              count: format.count(detail.daily.reduce((sum, { events }) => sum + events, 0)),
              days: detail.daily.length,
            }),
          },
    [detail.daily, text, format],
  );
  return (
    <div className="stack">
      <dl className="panel facts event-facts">
        {facts.map((fact) => (
          <div key={fact.key}>
            <dt>{fact.label}</dt>
            <dd title={format.count(fact.value)}>{format.figure(fact.value)}</dd>
            <dd className="fact-detail">{fact.detail}</dd>
          </div>
        ))}
      </dl>
      <ChartPanel title={text("events.daily")} spec={spec} loading={<EmptyState text={text("events.noDaily")} />} />
    </div>
  );
}
