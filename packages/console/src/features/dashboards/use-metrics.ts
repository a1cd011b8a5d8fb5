import { listMetrics } from "@terrace/contract/api/metrics";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

/** Metrics by their ids, once they are known. */
export function useMetrics(): ReadonlyMap<string, MetricView> | undefined {
  const metrics = useCall(listMetrics, { params: useWorkspaceParams(), query: {} }, { staleMs: 300_000 });
  return metrics.data === undefined ? undefined : new Map(metrics.data.items.map((metric) => [metric.id, metric]));
}

/** Metrics to choose from. */
export function useMetricOptions(): { value: string; label: string }[] {
  const metrics = useMetrics();
  const language = useLanguage();
  return [...(metrics?.values() ?? [])].map(({ id, name }) => ({ value: id, label: language === "en" ? name.en : name.zh }));
}
