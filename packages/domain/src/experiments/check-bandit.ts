import { fail, ok, type Result } from "../result.ts";
import type { MetricRole } from "./experiment.ts";
import type { ExperimentMethod } from "./tell-results.ts";
import type { UnitStatistic } from "./unit-metric.ts";

type AskedBandit = {
  readonly allocation: { readonly kind: "fixed" | "bandit" };
  readonly metrics: readonly { readonly role: MetricRole; readonly quantile?: number | undefined }[];
  readonly method: ExperimentMethod;
  readonly conflicts: "first" | "leave_out";
  readonly exposure: { readonly kind: "assignment" | "event" };
};

/** The place of the metric that shares follow. */
export function followedMetric(metrics: readonly { readonly role: MetricRole }[]): number {
  return metrics.findIndex(({ role }) => role === "primary");
}

const no = (field: string, mend: string) => fail("experiment.allocation_unfit", { field: `definition.${field}`, mend });

/**
 * Whether shares may follow the figures of an experiment: by one primary metric, read at any time, with nobody left out by what became of the shares. Faults:
 * `experiment.allocation_unfit`.
 */
export function checkBandit({ allocation, metrics, method, conflicts, exposure }: AskedBandit): Result<true> {
  if (allocation.kind === "fixed") return ok(true);
  if (metrics.filter(({ role }) => role === "primary").length !== 1)
    return no("metrics", "Choose exactly one primary metric, which shares follow");
  const quantile = metrics.findIndex((metric) => metric.quantile !== undefined);
  if (quantile >= 0) return no(`metrics.${quantile}`, "Quantiles cannot be told where shares change; choose a mean");
  if (method !== "sequential") return no("method", "Read it sequentially: it is looked at as long as shares change");
  if (conflicts !== "first")
    return no("conflicts", "Let people with several variants count for the first: those left out would be of variants that shrank");
  if (exposure.kind === "event")
    return no("exposure", "Let assignments be the exposure: an event of one's own does not say by which shares its variant was drawn");
  return ok(true);
}

/** Whether shares can follow what the metric of an experiment is of a person: a share or a mean. Faults: `experiment.allocation_unfit`. */
export function checkFollowed(
  { allocation, metrics }: Pick<AskedBandit, "allocation" | "metrics">,
  statistics: readonly UnitStatistic[],
): Result<true> {
  const followed = followedMetric(metrics);
  if (allocation.kind === "fixed" || statistics[followed] !== "ratio") return ok(true);
  return no(`metrics.${followed}`, "Shares follow a share or a mean of a person; make the quotient a secondary metric");
}
