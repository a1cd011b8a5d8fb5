import type { MetricDirection, MetricUnit } from "@terrace/domain/insight/metrics/metric";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** An own metric as stored; its definition is sealed. */
export type MetricRow = {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly nameEn: string;
  readonly description: string;
  readonly unit: MetricUnit;
  readonly better: MetricDirection;
  readonly definition: Uint8Array;
  readonly changedAt: Date;
  readonly changedBy: string;
  readonly archivedAt: Date | null;
};
export type MetricVersionRow = Pick<MetricRow, "version" | "name" | "unit" | "definition"> & { readonly at: Date; readonly by: string };
export type MetricContent = Omit<MetricRow, "id" | "version" | "archivedAt">;

/** All own metrics of a workspace, the oldest first. */
export async function loadMetrics(db: Db | Tx, workspaceId: number, limit: number): Promise<readonly MetricRow[]> {
  return db<MetricRow[]>`
    select metric_id as id, version, name, name_en as "nameEn", description, unit, better, definition, changed_at as "changedAt", changed_by as "changedBy",
      archived_at as "archivedAt"
    from metric where workspace_id = ${workspaceId} order by metric_id limit ${limit}`;
}

/** The own metric that bears a name, however it is cased; archived ones keep theirs. */
export async function findMetricNamed(
  tx: Tx,
  workspaceId: number,
  name: string,
): Promise<{ readonly id: string; readonly isArchived: boolean } | undefined> {
  const [row] = await tx<{ id: string; isArchived: boolean }[]>`
    select metric_id as id, archived_at is not null as "isArchived" from metric where workspace_id = ${workspaceId} and lower(name) = lower(${name})`;
  return row;
}

/** Holds back whoever else changes metrics of the workspace until the transaction ends, so that no two of them close a circle. */
export async function lockMetrics(tx: Tx, workspaceId: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(${METRIC_LOCK}, ${workspaceId})`;
}
const METRIC_LOCK = 340_034;

export async function insertMetric(tx: Tx, workspaceId: number, metric: MetricContent): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into metric (workspace_id, name, name_en, description, unit, better, definition, changed_at, changed_by)
    values (${workspaceId}, ${metric.name}, ${metric.nameEn}, ${metric.description}, ${metric.unit}, ${metric.better}, ${metric.definition}, ${metric.changedAt}, ${metric.changedBy})
    returning metric_id as id`;
  if (row === undefined) throw new Error("insert into metric returned no row");
  return row.id;
}

/** Replaces a metric's content; false when it is not at this version any more. */
export async function updateMetric(
  tx: Tx,
  workspaceId: number,
  { id, version }: Pick<MetricRow, "id" | "version">,
  metric: MetricContent,
): Promise<boolean> {
  const changed = await tx`
    update metric set version = version + 1, name = ${metric.name}, name_en = ${metric.nameEn}, description = ${metric.description}, unit = ${metric.unit},
      better = ${metric.better}, definition = ${metric.definition}, changed_at = ${metric.changedAt}, changed_by = ${metric.changedBy}
    where workspace_id = ${workspaceId} and metric_id = ${id} and version = ${version}`;
  return changed.count === 1;
}

/** Keeps the content that a metric has now as its version. */
export async function keepVersion(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`
    insert into metric_version (workspace_id, metric_id, version, name, unit, definition, at, by)
    select workspace_id, metric_id, version, name, unit, definition, changed_at, changed_by from metric where workspace_id = ${workspaceId} and metric_id = ${id}`;
}

export async function setArchived(tx: Tx, workspaceId: number, id: string, at: Date | null): Promise<boolean> {
  const changed = await tx`update metric set archived_at = ${at} where workspace_id = ${workspaceId} and metric_id = ${id}`;
  return changed.count === 1;
}

/** The versions of a metric, the newest first. */
export async function loadVersions(db: Db, workspaceId: number, id: string, limit: number): Promise<readonly MetricVersionRow[]> {
  return db<MetricVersionRow[]>`
    select version, name, unit, definition, at, by from metric_version where workspace_id = ${workspaceId} and metric_id = ${id} order by version desc limit ${limit}`;
}

/** What counts as what, sealed, once someone decided. */
export type BusinessRow = { readonly events: Uint8Array; readonly changedAt: Date; readonly changedBy: string };

export async function loadBusinessEvents(db: Db, workspaceId: number): Promise<BusinessRow | undefined> {
  const [row] = await db<BusinessRow[]>`
    select events, changed_at as "changedAt", changed_by as "changedBy" from business_events where workspace_id = ${workspaceId}`;
  return row;
}

export async function saveBusinessEvents(tx: Tx, workspaceId: number, row: BusinessRow): Promise<void> {
  await tx`
    insert into business_events (workspace_id, events, changed_at, changed_by) values (${workspaceId}, ${row.events}, ${row.changedAt}, ${row.changedBy})
    on conflict (workspace_id) do update set events = excluded.events, changed_at = excluded.changed_at, changed_by = excluded.changed_by`;
}

export async function deleteBusinessEvents(tx: Tx, workspaceId: number): Promise<void> {
  await tx`delete from business_events where workspace_id = ${workspaceId}`;
}
