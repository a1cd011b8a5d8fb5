import type { ExperimentView } from "@terrace/contract/api/experiments";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useMetrics } from "../dashboards/use-metrics.ts";

/** The names of an experiment's metrics by their places. */
export function useMetricNames({ metrics }: ExperimentView["definition"]): (at: number) => string {
  const text = useText();
  const language = useLanguage();
  const known = useMetrics();
  return (at) => {
    const asked = metrics[at];
    if (asked === undefined) return "";
    const name = "metric" in asked.of ? known?.get(asked.of.metric)?.name : undefined;
    const shown =
      name === undefined
        ? "metric" in asked.of
          ? asked.of.metric
          : text("experiments.ownMeasure")
        : language === "en"
          ? name.en
          : name.zh;
    return asked.quantile === undefined ? shown : `${shown} P${Math.round(asked.quantile * 100)}`;
  };
}
