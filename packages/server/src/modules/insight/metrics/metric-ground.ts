import { OWN_METRICS_MAX } from "@terrace/contract/api/metrics";
import { namesThatCount, suggestBusinessEvents, type BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import type { MetricGround } from "@terrace/domain/insight/metrics/own-metric";
import type { Db } from "../../../platform/storage/postgres.ts";
import { eventNamesAmong } from "../../collect/module.ts";
import { loadBusinessEvents, loadMetrics } from "./metric.store.ts";
import { openBusiness, openDefinition, type MetricCipher } from "./stored-definition.ts";

export type MetricGroundDeps = { readonly db: Db; readonly privacy: MetricCipher };

/** What metrics a workspace has of its own, and what counts as what in it. */
export async function loadMetricGround({ db, privacy }: MetricGroundDeps, workspaceId: number): Promise<MetricGround> {
  const rows = await loadMetrics(db, workspaceId, OWN_METRICS_MAX);
  return {
    own: new Map(rows.map(({ id, unit, definition }) => [ownId(id), { unit, definition: openDefinition(privacy, definition) }])),
    business: await loadBusiness({ db, privacy }, workspaceId),
  };
}

/** What counts as what: as someone decided, else the usual names that occur. */
export async function loadBusiness({ db, privacy }: MetricGroundDeps, workspaceId: number): Promise<BusinessEvents> {
  const row = await loadBusinessEvents(db, workspaceId);
  if (row !== undefined) return openBusiness(privacy, row.events);
  return suggestBusinessEvents(await eventNamesAmong(db, workspaceId, namesThatCount()));
}

const OWN = /^own-([1-9]\d{0,17})$/;

/** The id by which an own metric is named outside. */
export function ownId(id: string): string {
  return `own-${id}`;
}

/** The number in such an id; undefined in another one. */
export function ownNumber(id: string): string | undefined {
  return OWN.exec(id)?.[1];
}
