import * as api from "@terrace/contract/api/metrics";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import { metricsNamed } from "@terrace/domain/insight/metrics/own-metric";
import { catalogueMetric, METRIC_CATALOGUE } from "@terrace/domain/insight/metrics/catalogue";
import { handle, type RouteHandler } from "../../../platform/http/handler.ts";
import { loadBusiness, ownId, ownNumber } from "./metric-ground.ts";
import { alterMetric, decideBusinessEvents, makeMetric, notFound, putAway, type MetricChangeDeps } from "./metric.commands.ts";
import { loadBusinessEvents, loadMetrics, loadVersions, type MetricRow } from "./metric.store.ts";
import { metricsByRole } from "./metric-uses.ts";
import { catalogueView, ownView } from "./metric-view.ts";
import { openDefinition, shownEvents } from "./stored-definition.ts";

/** Versions that a metric is shown with. */
const VERSIONS_MAX = 200;

/** Metrics: what there are, making own ones, and what counts as what. */
export function metricRoutes(deps: MetricChangeDeps): readonly RouteHandler[] {
  return [...reading(deps), ...changing(deps), ...business(deps)];
}

function reading(deps: MetricChangeDeps): readonly RouteHandler[] {
  const { db, privacy } = deps;
  return [
    handle(api.listMetrics, async ({ query }, { workspaceId }) => {
      const events = await loadBusiness(deps, workspaceId);
      const rows = await loadMetrics(db, workspaceId, api.OWN_METRICS_MAX);
      const shown = rows.filter(({ archivedAt }) => archivedAt === null || query.archived === "true");
      const names = namesOf(rows);
      return {
        items: [
          ...METRIC_CATALOGUE.map((metric) => catalogueView(metric, events)),
          ...shown.map((row) => ownView(row, { privacy, events, names })),
        ],
      };
    }),
    handle(api.getMetric, async ({ params }, { workspaceId }) => {
      const view = await viewOf(deps, workspaceId, params.metric);
      const number = ownNumber(params.metric);
      const versions = number === undefined ? [] : await loadVersions(db, workspaceId, number, VERSIONS_MAX);
      const rows = await loadMetrics(db, workspaceId, api.OWN_METRICS_MAX);
      const uses = rows.filter((row) => metricsNamed(openDefinition(privacy, row.definition)).includes(params.metric));
      const { definition } = view;
      const base = definition?.kind === "copy" ? definition.basedOn : undefined;
      return {
        ...view,
        versions: versions.map(({ at, definition: sealed, ...version }) => ({
          ...version,
          at: at.toISOString(),
          definition: openDefinition(privacy, sealed),
        })),
        usedBy: [
          ...uses.map(({ id, name }) => ({ kind: "metric" as const, id: ownId(id), name })),
          ...(await deps.usesOfMetric(workspaceId, params.metric)),
        ],
        outdated: base !== undefined && base.version !== catalogueMetric(base.id)?.version,
      };
    }),
  ];
}

function changing(deps: MetricChangeDeps): readonly RouteHandler[] {
  const numberOf = (id: string): string => {
    const number = ownNumber(id);
    if (number === undefined) throw notFound();
    return number;
  };
  return [
    handle(api.createMetric, async ({ body }, context) => {
      const id = await makeMetric(deps, context, body);
      return viewOf(deps, context.workspaceId, ownId(id));
    }),
    handle(api.changeMetric, async ({ params, body }, context) => {
      await alterMetric(deps, context, numberOf(params.metric), body);
      return viewOf(deps, context.workspaceId, params.metric);
    }),
    handle(api.archiveMetric, async ({ params, body }, context) => {
      await putAway(deps, context, numberOf(params.metric), body.archived);
      return viewOf(deps, context.workspaceId, params.metric);
    }),
  ];
}

function business(deps: MetricChangeDeps): readonly RouteHandler[] {
  const view = async (workspaceId: number) => {
    const row = await loadBusinessEvents(deps.db, workspaceId);
    const events = await loadBusiness(deps, workspaceId);
    return {
      events: {
        user: shownEvents(events.user),
        registration: shownEvents(events.registration),
        activation: shownEvents(events.activation),
        login: shownEvents(events.login),
        use: shownEvents(events.use),
        order: shownEvents(events.order),
        refund: shownEvents(events.refund),
        comment: shownEvents(events.comment),
      },
      automatic: row === undefined,
      changedBy: row?.changedBy ?? null,
      changedAt: row?.changedAt.toISOString() ?? null,
      usedBy: metricsByRole(deps.privacy, await loadMetrics(deps.db, workspaceId, api.OWN_METRICS_MAX)),
    };
  };
  return [
    handle(api.getBusinessEvents, (_, { workspaceId }) => view(workspaceId)),
    handle(api.setBusinessEvents, async ({ body }, context) => {
      await decideBusinessEvents(deps, context, body.events);
      return view(context.workspaceId);
    }),
  ];
}

async function viewOf(deps: MetricChangeDeps, workspaceId: number, id: string): Promise<MetricView> {
  const events = await loadBusiness(deps, workspaceId);
  const known = catalogueMetric(id);
  if (known !== undefined) return catalogueView(known, events);
  const rows = await loadMetrics(deps.db, workspaceId, api.OWN_METRICS_MAX);
  const row = rows.find((each) => ownId(each.id) === id);
  if (row === undefined) throw notFound();
  return ownView(row, { privacy: deps.privacy, events, names: namesOf(rows) });
}

function namesOf(rows: readonly MetricRow[]): ReadonlyMap<string, MetricView["name"]> {
  return new Map([
    ...METRIC_CATALOGUE.map(({ id, name }) => [id, name] as const),
    ...rows.map(({ id, name, nameEn }) => [ownId(id), { zh: name, en: nameEn }] as const),
  ]);
}
