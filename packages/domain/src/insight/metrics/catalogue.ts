import { ACTIVITY } from "./catalogue/activity.ts";
import { GROWTH } from "./catalogue/growth.ts";
import { MEMBERSHIP } from "./catalogue/membership.ts";
import { RETENTION } from "./catalogue/retention.ts";
import { REVENUE } from "./catalogue/revenue.ts";
import { SERVICE } from "./catalogue/service.ts";
import { TOUCH } from "./catalogue/touch.ts";
import type { MetricDefinition } from "./metric.ts";

/** Every metric that Terrace knows, in the order of the groups. */
export const METRIC_CATALOGUE: readonly MetricDefinition[] = [
  ...GROWTH,
  ...ACTIVITY,
  ...RETENTION,
  ...REVENUE,
  ...MEMBERSHIP,
  ...SERVICE,
  ...TOUCH,
];

const BY_ID: ReadonlyMap<string, MetricDefinition> = new Map(METRIC_CATALOGUE.map((metric) => [metric.id, metric]));

/** A metric of the catalogue by its id. */
export function catalogueMetric(id: string): MetricDefinition | undefined {
  return BY_ID.get(id);
}
