import { PERSONAL_CLASSES, type FieldView } from "@terrace/domain/access/field-view";
import { segmentsInQuery } from "@terrace/domain/insight/boards/segments-in-query";
import type { Json } from "@terrace/domain/json";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Use } from "@terrace/contract/api/segments";
import { getFeedStatus } from "@terrace/contract/api/feed";
import { getLive, getOverview } from "@terrace/contract/api/live";
import { listRecentEvents } from "@terrace/contract/api/events";
import { objectWithoutTokens } from "@terrace/domain/personal/hide-tokens";
import type { BusinessEvents } from "@terrace/domain/insight/metrics/business-events";
import type { BoundMetric } from "@terrace/domain/insight/metrics/metric";
import { bindById } from "@terrace/domain/insight/metrics/own-metric";
import { virtualNames } from "@terrace/domain/event/virtual-event";
import type { Logger } from "pino";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Collect } from "../collect/module.ts";
import type { PeopleModule } from "../people/module.ts";
import { ANALYSES } from "./analyses.ts";
import { annotationRoutes, notesIn, type AnnotationDeps, type Note } from "./annotations/annotations.routes.ts";
import type { ConditionTools } from "../../platform/storage/condition-sql.ts";
import { tradeSql, type TradeSql } from "./commerce/net-amount-sql.ts";
import { createAnswering, type Answering } from "./answering.ts";
import { propertiesSeen } from "./event-summary.ts";
import { listEvents, streamEvents, type EventFilter, type StoredEvent } from "./event.views.ts";
import { scoreRfm, type RfmScoring, type ScoredPeople } from "./rfm/rfm-scores.ts";
import { channelTermsRoutes } from "./channels/channel-terms.routes.ts";
import { createLiveStreams, limited, type LiveStreams } from "./live-streams.ts";
import { loadOverview, minorDigits } from "./overview.ts";
import { loadBusiness, loadMetricGround } from "./metrics/metric-ground.ts";
import { metricsNaming } from "./metrics/metric-uses.ts";
import { metricRoutes } from "./metrics/metrics.routes.ts";
import type { MetricCipher } from "./metrics/stored-definition.ts";
import type { AnalysisDeps } from "./time/asking.ts";

export { saveChannelTermsRow } from "./channels/channel-terms.store.ts";
export type { Answer, AskedBody } from "./answering.ts";
export { netMinorSql } from "./commerce/net-amount-sql.ts";
export { minorDigits } from "./overview.ts";

export type InsightDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "displayNames">;
  readonly privacy: AnalysisDeps["privacy"] & AnnotationDeps["privacy"] & MetricCipher;
  readonly audit: AccessModule["audit"];
  readonly collect: {
    readonly definitions: Pick<Collect["definitions"], "eventSpan">;
    readonly quarantine: Pick<Collect["quarantine"], "openCount">;
    readonly virtualEvents: Collect["virtualEvents"];
  };
  readonly feedStatus: () => Promise<readonly { readonly name: string; readonly lagEvents: number; readonly lagSeconds: number }[]>;
  /** Whether events of an id are refused because its person was erased; those that still stand are not shown. */
  readonly denies: (workspaceId: number, originId: string) => boolean;
  /** What names a metric, besides other metrics. */
  readonly usesOfMetric: (workspaceId: number, metric: string) => Promise<readonly Use[]>;
  readonly nowMs: () => number;
  readonly log: Logger;
};

/** Reading what was collected: the live stream, the figures of the home page, stored events; and analyses, for whoever shows figures. */
export type Insight = Omit<Answering, "routes"> & {
  readonly routes: readonly RouteHandler[];
  /** Stored events in order of time, a batch at a time; tokens stand in place of personal values. */
  readonly streamEvents: (workspaceId: number, filter: EventFilter, signal: AbortSignal) => AsyncGenerator<readonly StoredEvent[]>;
  /** Conditions and amounts of what counts as an order, over a row of `events`, in minor units of the workspace's currency. */
  readonly turnoverSql: (workspaceId: number, tools: ConditionTools) => Promise<Pick<TradeSql, "isOrder" | "minor">>;
  /** Which events count as registration, login, order … in a workspace. */
  readonly businessEvents: (workspaceId: number) => Promise<BusinessEvents>;
  /** A metric of the catalogue or an own one with everything put in. Throws `metric.not_found`. */
  readonly metric: (workspaceId: number, id: string) => Promise<BoundMetric>;
  /** What operators wrote on charts from a local day on and before another, by day. */
  readonly notes: (workspaceId: number, days: { readonly from: string; readonly to: string }) => Promise<readonly Note[]>;
  /** Everyone's RFM scores at the beginning of the local day. */
  readonly scoreRfm: (workspaceId: number, scoring: RfmScoring, signal: AbortSignal) => Promise<ScoredPeople>;
  /** The own metrics and business events whose conditions ask for a segment. */
  readonly usesOfSegment: (workspaceId: number, segmentId: string) => Promise<readonly Use[]>;
  /** Metrics and business events whose definitions name something. */
  readonly usesNaming: (workspaceId: number, isNamed: (definition: Json) => boolean) => Promise<readonly Use[]>;
  /** Forgets what was shown live, and reckoned, in some workspaces. */ readonly forget: (workspaces: ReadonlySet<number>) => void;
  readonly stop: () => Promise<void>;
};
export type { EventFilter, StoredEvent };

export function createInsight(deps: InsightDeps): Insight {
  const { db, warehouse, nowMs } = deps;
  const { eventSpan } = deps.collect.definitions;
  const virtualEvents = deps.collect.virtualEvents.list;
  const timeZone = async (workspaceId: number): Promise<string> => (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  const answering = createAnswering({ ...deps, metricGround: (workspaceId) => loadMetricGround(deps, workspaceId) }, ANALYSES);
  const live = createLiveStreams({
    warehouse,
    nowMs,
    timeZone,
    virtualEvents,
    displayNames: deps.people.displayNames,
    denies: deps.denies,
    quarantineOpen: deps.collect.quarantine.openCount,
    warn: (error) => deps.log.warn({ err: error }, "the live stream could not be read; trying again"),
  });
  return {
    ...answering,
    routes: [
      liveRoute(live),
      handle(getOverview, async ({ query }, { workspaceId }) => {
        const workspace = await deps.workspace(workspaceId);
        return loadOverview({ db, warehouse, eventSpan, virtualEvents, nowMs }, workspaceId, {
          days: query.days,
          until: query.until,
          zone: workspace?.timeZone ?? "UTC",
          currency: workspace?.currency ?? "CNY",
        });
      }),
      recentEventsRoute(deps),
      ...answering.routes,
      ...annotationRoutes(deps),
      ...metricRoutes(deps),
      ...channelTermsRoutes(deps),
      handle(getFeedStatus, async () => ({ consumers: [...(await deps.feedStatus())] })),
    ],
    ...tradeOf(deps),
    metric: async (workspaceId, id) => valueOrThrow(bindById(id, {}, await loadMetricGround(deps, workspaceId))),
    scoreRfm: scoringBy(deps),
    usesOfSegment: (workspaceId, segmentId) =>
      metricsNaming(deps, workspaceId, (definition) => segmentsInQuery(definition).includes(segmentId)),
    usesNaming: (workspaceId, isNamed) => metricsNaming(deps, workspaceId, isNamed),
    notes: (workspaceId, days) => notesIn(deps, workspaceId, days),
    streamEvents: (workspaceId, filter, signal) => streamEvents(warehouse, workspaceId, filter, signal),
    forget: (workspaces) => {
      live.forget(workspaces);
      answering.forget(workspaces);
    },
    stop: () => {
      live.stop();
      return Promise.resolve();
    },
  };
}

function liveRoute(live: LiveStreams): RouteHandler {
  return handle(getLive, async ({ query }, context) => {
    const isStream = context.accepts.includes("text/event-stream");
    if (!isStream || context.fields.showsClear) {
      const snapshot = limited(await live.snapshot(context), query.limit);
      noteNames(context.fields, snapshot.events);
      if (!isStream) return snapshot;
    }
    return {
      stream: live.stream(context, { limit: query.limit, signal: context.signal }),
      contentType: "text/event-stream; charset=utf-8",
    };
  });
}

/** The feed is shared by all who see the same, so that names in it are told of here: by each class that a name may be of. */
function noteNames(fields: FieldView, events: readonly { readonly displayName: string }[]): void {
  const clear = PERSONAL_CLASSES.filter((personalClass) => fields.ofClass(personalClass) === "clear");
  for (const { displayName } of events)
    for (const personalClass of displayName === "" ? [] : clear) fields.onClear(personalClass, displayName);
}

/** What counts as what, and what orders bring. */
function tradeOf(deps: InsightDeps): Pick<Insight, "businessEvents" | "turnoverSql"> {
  return {
    businessEvents: (workspaceId) => loadBusiness(deps, workspaceId),
    turnoverSql: async (workspaceId, tools) => {
      const { order: orders } = await loadBusiness(deps, workspaceId);
      const currency = (await deps.workspace(workspaceId))?.currency ?? "CNY";
      return tradeSql({ orders, refunds: [] }, { currency, digits: minorDigits(currency) }, tools);
    },
  };
}

/** Stored events, newest first, page by page. */
function scoringBy(deps: InsightDeps): Insight["scoreRfm"] {
  const metricGround: AnalysisDeps["metricGround"] = (workspaceId) => loadMetricGround(deps, workspaceId);
  return (workspaceId, scoring, signal) => scoreRfm({ ...deps, metricGround }, workspaceId, scoring, signal);
}

function recentEventsRoute({ warehouse, nowMs, collect, people }: InsightDeps): RouteHandler {
  return handle(listRecentEvents, async ({ query }, { workspaceId, fields }) => {
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, ["number", "string"]);
    const virtual = await collect.virtualEvents.list(workspaceId);
    const rows = await listEvents(warehouse, workspaceId, {
      filter: {
        virtual,
        name: query.name,
        person: query.person,
        messageId: query.messageId,
        fromMs: query.from === undefined ? undefined : Date.parse(query.from),
        toMs: query.to === undefined ? undefined : Date.parse(query.to),
      },
      cursor: cursor === undefined ? undefined : { timeMs: Number(cursor[0]), eventId: String(cursor[1]) },
      limit: query.limit + 1,
      // Definitions learn of an event a moment before it can be read here, and know its time to the instant.
      newestMs: (await collect.definitions.eventSpan(workspaceId))?.lastMs ?? nowMs(),
    });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const origins = new Set(page.map(({ originId }) => originId).filter((originId) => originId !== "0"));
    const names = origins.size === 0 ? undefined : await people.displayNames(workspaceId, [...origins], fields);
    return {
      items: page.map(({ receivedAtMs: _receivedAtMs, ...event }) => ({
        ...event,
        displayName: names?.get(event.originId)?.displayName ?? "",
        virtual: [...virtualNames(virtual, event)],
        properties: objectWithoutTokens(propertiesSeen(event.properties, fields)),
        context: { ...event.context },
      })),
      ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([Date.parse(last.time), last.eventId]) } : {}),
    };
  });
}

/** Where people may be named in notes on charts and in the definitions of metrics. */
export const INSIGHT_TEXTS: readonly TextPlace[] = [
  { table: "annotation", column: "text", keys: ["annotation_id"], form: "text" },
  { table: "metric", column: "definition", keys: ["metric_id"], form: "json" },
  { table: "metric", column: "name", keys: ["metric_id"], form: "clear" },
  { table: "metric", column: "name_en", keys: ["metric_id"], form: "clear" },
  { table: "metric", column: "description", keys: ["metric_id"], form: "clear" },
  { table: "metric_version", column: "definition", keys: ["metric_id", "version"], form: "json" },
  { table: "metric_version", column: "name", keys: ["metric_id", "version"], form: "clear" },
  { table: "business_events", column: "events", keys: ["workspace_id"], form: "json" },
];
