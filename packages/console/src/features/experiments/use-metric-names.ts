import type { ExperimentView } from "@terrace/contract/api/experiments";
import { measureWords } from "@terrace/domain/insight/metrics/own-words";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useMetrics } from "../dashboards/use-metrics.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { inLanguage } from "../metrics/metric-words.ts";

/** The names of an experiment's metrics by their places; a measure of its own is called by what it measures. */
export function useMetricNames({ metrics }: ExperimentView["definition"]): (at: number) => string {
  const text = useText();
  const language = useLanguage();
  const known = useMetrics();
  const { nameOf } = useEventNames();
  const nameOfMetric = ({ of }: (typeof metrics)[number]): string => {
    if ("metric" in of) {
      const name = known?.get(of.metric)?.name;
      return name === undefined ? of.metric : inLanguage(name, language);
    }
    if (of.definition.kind !== "measure") return text("experiments.ownMeasure");
    const events = of.definition.events.map((each) => ({ ...each, event: each.event === null ? null : nameOf(each.event) }));
    // Names stand in heads of tables and charts: of many events the first, and how many more there are.
    const name = inLanguage(measureWords({ ...of.definition, events: events.slice(0, 1) }), language);
    return events.length > 1 ? `${name} +${events.length - 1}` : name;
  };
  return (at) => {
    const asked = metrics[at];
    if (asked === undefined) return "";
    const name = nameOfMetric(asked);
    return asked.quantile === undefined ? name : `${name} P${Math.round(asked.quantile * 100)}`;
  };
}
