import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { EventDraft } from "@terrace/domain/imports/event-draft";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { classificationRoutes } from "./definitions/classification.routes.ts";
import { loadClassification } from "./definitions/classification.views.ts";
import { createDefinitions, REFRESH_MS, type Definitions } from "./definitions/definitions.ts";
import { definitionRoutes } from "./definitions/definitions.routes.ts";
import { createCollectEdge, type CollectEdge } from "./edge/collect-edge.ts";
import { admitByKey, type WriteKeyLimit } from "./edge/key-limit.ts";
import type { VirtualEvents } from "./visual-events/virtual-events.ts";
import { createVisualEvents } from "./visual-events/visual-events.ts";
import { createQuarantine, type Quarantine, type Replayable } from "./quarantine/quarantine.ts";
import { quarantineRoutes } from "./quarantine/quarantine.routes.ts";

export type { VirtualEventRow } from "./visual-events/virtual-event.store.ts";
export type { CollectEdge, WriteKeyLimit };
export { eventNamesAmong } from "./definitions/event-names.views.ts";
export { describeEventTypes } from "./definitions/event-types.ts";
export { createUserAgentParser } from "./edge/user-agent.ts";
export { allowAnyOrigin, answerPreflight } from "./edge/cross-origin.ts";
export { keyInHeader } from "./edge/write-key.ts";
export { rejectEvent } from "./quarantine/reject-event.ts";

export type CollectDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly findWriteKey: AccessModule["findWriteKey"];
  /** Who may still define events on a page; by default nobody is let in. */
  readonly isMember?: AccessModule["isMember"];
  /** Resolved once the events are committed to the feed. */
  readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  /** Without one, a write key may send what the feed can take. */
  readonly writeKeyLimit?: WriteKeyLimit | undefined;
  readonly nowMs: () => number;
  readonly log: Logger;
};

/** Taking events in: the endpoints clients send to, event definitions, and quarantine for what could not be accepted. */
export type Collect = {
  readonly edge: CollectEdge;
  readonly definitions: Pick<Definitions, "observe" | "isMarkedPersonal" | "eventSpan" | "rollUp">;
  readonly quarantine: Pick<Quarantine, "add" | "openCount" | "purge" | "holder">;
  /** What every property and trait seen is. */
  readonly classification: (workspaceId: number) => ReturnType<typeof loadClassification>;
  /** Names given to captured clicks; whoever reads events by name needs them. */
  readonly virtualEvents: Pick<VirtualEvents, "list">;
  /** Puts what the overlay for defining events asks on a server. */
  readonly registerOverlay: (server: FastifyInstance) => void;
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  /** Loads what the edge must know before its first event, then keeps it fresh. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const TALLY_MS = 2_000;
const HOUR_MS = 3_600_000;

export function createCollect(deps: CollectDeps): Collect {
  const { db, warehouse, privacy, audit, nowMs, log } = deps;
  const definitions = createDefinitions({ db });
  const { isMarkedPersonal } = definitions;
  const edge = createCollectEdge({
    privacy,
    accept: deps.accept,
    findWriteKey: deps.findWriteKey,
    isMarkedPersonal,
    nowMs,
    log,
    ...(deps.writeKeyLimit === undefined ? {} : { admit: admitByKey(deps.writeKeyLimit, nowMs) }),
  });
  const quarantine = createQuarantine({
    db,
    privacy,
    nowMs,
    accept: deps.accept,
    redecode: (rejected) => redecode(edge, rejected),
    editsSettled: definitions.editsSettled,
    objects: async (event) => (await definitions.objectionTo(event)) !== undefined,
  });
  const timeZone = async (workspaceId: number): Promise<string> => (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  const visual = createVisualEvents(deps);
  let timer: NodeJS.Timeout | undefined;
  let refreshing: Promise<void> = Promise.resolve();
  const refreshQuietly = (): void => {
    refreshing = definitions
      .refresh()
      .catch((error: unknown) => log.warn({ err: error }, "event definitions could not be refreshed; what was known stays in force"));
  };
  return {
    edge,
    definitions,
    quarantine,
    classification: (workspaceId) => loadClassification({ db, warehouse }, workspaceId),
    virtualEvents: visual.virtualEvents,
    registerOverlay: visual.registerOverlay,
    routes: [
      ...definitionRoutes({ db, warehouse, audit, timeZone, refresh: definitions.refresh, virtualEvents: visual.virtualEvents }),
      ...classificationRoutes({ db, warehouse, audit, nowMs, refresh: definitions.refresh }),
      ...visual.routes,
      ...quarantineRoutes({ db, quarantine, privacy, isMarkedPersonal, audit }),
    ],
    jobs: [
      { name: "collect.tally", everyMs: TALLY_MS, run: definitions.rollUp },
      { name: "quarantine.retention", everyMs: HOUR_MS, run: quarantine.sweep },
    ],
    start: async () => {
      await definitions.refresh();
      timer = setInterval(refreshQuietly, REFRESH_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await refreshing;
    },
  };
}

/** Events as they would be decoded today; undefined when the row is still bad. The workspace is the row's, whatever the payload says. */
function redecode(edge: CollectEdge, { workspaceId, source, form, payload, receivedAtMs }: Replayable): readonly FeedEvent[] | undefined {
  // Payloads of these two forms were written by Terrace itself and are authenticated by their encryption.
  if (form === "event") return [{ ...(JSON.parse(payload) as FeedEvent), workspaceId }];
  if (form === "draft") {
    const prepared = edge.prepare({ ...(JSON.parse(payload) as EventDraft), workspaceId });
    return "code" in prepared ? undefined : [prepared];
  }
  const decoded = edge.redecode(source, payload, { workspaceId, receivedAtMs });
  return decoded.rejected.length > 0 || decoded.events.length === 0 ? undefined : decoded.events;
}
