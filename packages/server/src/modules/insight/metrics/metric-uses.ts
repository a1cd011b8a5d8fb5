import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import { OWN_METRICS_MAX } from "@terrace/contract/api/metrics";
import type { Use } from "@terrace/contract/api/segments";
import { BUSINESS_EVENTS, type BusinessEvent } from "@terrace/domain/insight/metrics/business-events";
import { catalogueMetric, METRIC_CATALOGUE } from "@terrace/domain/insight/metrics/catalogue";
import { metricsNamed, type OwnDefinition } from "@terrace/domain/insight/metrics/own-metric";
import type { Json } from "@terrace/domain/json";
import type { MetricGroundDeps } from "./metric-ground.ts";
import { ownId } from "./metric-ground.ts";
import { loadBusinessEvents, loadMetrics, type MetricRow } from "./metric.store.ts";
import { openBusiness, openDefinition } from "./stored-definition.ts";

/** The own metrics and business events whose definitions name something. */
export async function metricsNaming(
  { db, privacy }: MetricGroundDeps,
  workspaceId: number,
  isNamed: (definition: Json) => boolean,
): Promise<readonly Use[]> {
  const asks = (definition: object): boolean => isNamed(definition as Json);
  const rows = await loadMetrics(db, workspaceId, OWN_METRICS_MAX);
  const named = rows.filter(({ definition }) => asks(openDefinition(privacy, definition)));
  const decided = await loadBusinessEvents(db, workspaceId);
  const events = decided === undefined ? undefined : openBusiness(privacy, decided.events);
  return [
    ...named.map(({ id, name }) => ({ kind: "metric" as const, id: ownId(id), name })),
    ...BUSINESS_EVENTS.filter((role) => events !== undefined && asks(events[role])).map((role) => ({
      kind: "business_events" as const,
      id: role,
      name: role,
    })),
  ];
}

export type MetricName = { readonly id: string; readonly name: InBothLanguages };

/** The metrics that go by each of the business events: those of the catalogue, and own ones made of them. */
export function metricsByRole(privacy: MetricGroundDeps["privacy"], rows: readonly MetricRow[]): Record<BusinessEvent, MetricName[]> {
  const own = new Map(rows.map((row) => [ownId(row.id), openDefinition(privacy, row.definition)]));
  const all: readonly MetricName[] = [
    ...METRIC_CATALOGUE.map(({ id, name }) => ({ id, name })),
    ...rows.filter(({ archivedAt }) => archivedAt === null).map((row) => ({ id: ownId(row.id), name: { zh: row.name, en: row.nameEn } })),
  ];
  const goesBy = new Map(all.map(({ id }) => [id, rolesOf(id, own, new Set())]));
  const of = (role: BusinessEvent): MetricName[] => all.filter(({ id }) => goesBy.get(id)?.has(role) === true);
  // The keys of an object made from the list of them.
  return Object.fromEntries(BUSINESS_EVENTS.map((role) => [role, of(role)])) as Record<BusinessEvent, MetricName[]>;
}

function rolesOf(id: string, own: ReadonlyMap<string, OwnDefinition>, within: ReadonlySet<string>): ReadonlySet<BusinessEvent> {
  const definition = own.get(id);
  if (definition === undefined || within.has(id)) return new Set(rolesOfCatalogue(id, new Set()));
  if (definition.kind === "copy") return new Set(rolesOfCatalogue(definition.basedOn.id, new Set(Object.keys(definition.parameters))));
  return new Set(metricsNamed(definition).flatMap((part) => [...rolesOf(part, own, new Set([...within, id]))]));
}

/** What was chosen anew does not go by the business events any more. */
function rolesOfCatalogue(id: string, chosen: ReadonlySet<string>): readonly BusinessEvent[] {
  return (catalogueMetric(id)?.parameters ?? []).flatMap((parameter) =>
    parameter.kind === "events" && "business" in parameter.default && !chosen.has(parameter.name) ? parameter.default.business : [],
  );
}
