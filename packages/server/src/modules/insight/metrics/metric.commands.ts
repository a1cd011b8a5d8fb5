import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { OWN_METRICS_MAX, type createMetric } from "@terrace/contract/api/metrics";
import type { Use } from "@terrace/contract/api/segments";
import type { BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import { bindOwn, type MetricGround, type OwnMetric } from "@terrace/domain/insight/metrics/own-metric";
import type { z } from "zod";
import { faultError, valueOrThrow } from "../../../platform/http/fault-error.ts";
import { inTransaction, type Db, type Tx } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import { loadBusiness, ownId } from "./metric-ground.ts";
import {
  deleteBusinessEvents,
  findMetricNamed,
  insertMetric,
  keepVersion,
  loadMetrics,
  lockMetrics,
  saveBusinessEvents,
  setArchived,
  updateMetric,
  type MetricContent,
} from "./metric.store.ts";
import { openDefinition, sealBusiness, sealDefinition, type MetricCipher } from "./stored-definition.ts";

/** Who asked for a change, for the audit log. */
export type Changer = { readonly workspaceId: number; readonly actor: string; readonly ip: string };
export type MetricChangeDeps = {
  readonly db: Db;
  readonly privacy: MetricCipher;
  readonly audit: AccessModule["audit"];
  /** What names a metric, besides other metrics. */
  readonly usesOfMetric: (workspaceId: number, metric: string) => Promise<readonly Use[]>;
  readonly nowMs: () => number;
};
type ContentBody = z.output<typeof createMetric.body>;

/** Makes an own metric; answers its number. Throws `metric.too_many`, `metric.name_taken` and the faults of its definition. */
export async function makeMetric(deps: MetricChangeDeps, by: Changer, body: ContentBody): Promise<string> {
  return inTransaction(deps.db, async (tx) => {
    await lockMetrics(tx, by.workspaceId);
    const ground = await groundOf(deps, tx, by.workspaceId);
    if (ground.own.size >= OWN_METRICS_MAX)
      throw faultError("metric.too_many", { mend: `A workspace has at most ${OWN_METRICS_MAX} own metrics; change one of them` });
    await refuseTakenName(tx, by.workspaceId, { name: body.name, self: undefined });
    checkDefinition(body, ground, undefined);
    const id = await insertMetric(tx, by.workspaceId, contentOf(deps, by, body));
    await keepVersion(tx, by.workspaceId, id);
    await record(deps, tx, by, { action: "metric.create", id, detail: { name: body.name, kind: body.definition.kind } });
    return id;
  });
}

/** Changes an own metric. Throws `metric.not_found`, `metric.changed_meanwhile`, `metric.name_taken` and the faults of its definition. */
export async function alterMetric(
  deps: MetricChangeDeps,
  by: Changer,
  id: string,
  body: ContentBody & { readonly version: number },
): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    await lockMetrics(tx, by.workspaceId);
    const ground = await groundOf(deps, tx, by.workspaceId);
    if (!ground.own.has(ownId(id))) throw notFound();
    await refuseTakenName(tx, by.workspaceId, { name: body.name, self: id });
    checkDefinition(body, ground, ownId(id));
    if (!(await updateMetric(tx, by.workspaceId, { id, version: body.version }, contentOf(deps, by, body))))
      throw faultError("metric.changed_meanwhile", { field: "version", mend: "Look at the metric again; somebody changed it meanwhile" });
    await keepVersion(tx, by.workspaceId, id);
    await record(deps, tx, by, {
      action: "metric.update",
      id,
      detail: { name: body.name, kind: body.definition.kind, version: body.version + 1 },
    });
  });
}

/** Archives an own metric or brings it back. Throws `metric.not_found`. */
export async function putAway(deps: MetricChangeDeps, by: Changer, id: string, archived: boolean): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    if (!(await setArchived(tx, by.workspaceId, id, archived ? new Date(deps.nowMs()) : null))) throw notFound();
    await record(deps, tx, by, { action: archived ? "metric.archive" : "metric.restore", id, detail: {} });
  });
}

/** Decides what counts as what; null: the usual names again. */
export async function decideBusinessEvents(deps: MetricChangeDeps, by: Changer, events: BusinessEvents | null): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    if (events === null) await deleteBusinessEvents(tx, by.workspaceId);
    else
      await saveBusinessEvents(tx, by.workspaceId, {
        events: sealBusiness(deps.privacy, events),
        changedAt: new Date(deps.nowMs()),
        changedBy: by.actor,
      });
    const names =
      events === null
        ? {}
        : Object.fromEntries(Object.entries(events).map(([role, of]) => [role, of.map(({ event }) => event ?? "*").join(", ")]));
    await deps.audit(tx, {
      workspaceId: by.workspaceId,
      actor: by.actor,
      action: events === null ? "business_events.reset" : "business_events.update",
      target: "business_events",
      detail: names,
      ip: by.ip,
    });
  });
}

export function notFound(): Error {
  return faultError("metric.not_found", { field: "metric", mend: "List the metrics for the ids there are" });
}

async function refuseTakenName(tx: Tx, workspaceId: number, { name, self }: { readonly name: string; readonly self: string | undefined }) {
  const bearer = await findMetricNamed(tx, workspaceId, name);
  if (bearer === undefined || bearer.id === self) return;
  throw faultError("metric.name_taken", {
    field: "name",
    mend: bearer.isArchived ? "Choose another name; an archived metric has this one" : "Choose another name",
    details: { metric: ownId(bearer.id) },
  });
}

/** Binds the definition with all others as they are, so that what is stored can be told. */
function checkDefinition(body: ContentBody, ground: MetricGround, self: string | undefined): void {
  const metric: OwnMetric = { unit: body.unit, definition: body.definition };
  const own = self === undefined ? ground.own : new Map([...ground.own, [self, metric]]);
  valueOrThrow(bindOwn(metric, { ...ground, own }, self));
}

async function groundOf(deps: MetricChangeDeps, tx: Tx, workspaceId: number): Promise<MetricGround> {
  const rows = await loadMetrics(tx, workspaceId, OWN_METRICS_MAX);
  const own = rows.map(({ id, unit, definition }): readonly [string, OwnMetric] => [
    ownId(id),
    { unit, definition: openDefinition(deps.privacy, definition) },
  ]);
  return { own: new Map(own), business: await loadBusiness(deps, workspaceId) };
}

function contentOf({ privacy, nowMs }: MetricChangeDeps, by: Changer, body: ContentBody): MetricContent {
  const { name, nameEn, description, unit, better, definition } = body;
  return {
    name,
    nameEn: nameEn ?? name,
    description,
    unit,
    better,
    definition: sealDefinition(privacy, definition),
    changedAt: new Date(nowMs()),
    changedBy: by.actor,
  };
}

async function record(
  deps: MetricChangeDeps,
  tx: Tx,
  { workspaceId, actor, ip }: Changer,
  act: {
    readonly action: AuditActionOf<"metric">;
    readonly id: string;
    readonly detail: Readonly<Record<string, string | number | boolean>>;
  },
): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action: act.action, target: `metric:${ownId(act.id)}`, detail: act.detail, ip });
}
