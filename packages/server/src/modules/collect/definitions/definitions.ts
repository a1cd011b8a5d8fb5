import { compileSchema, type SchemaMismatch } from "@terrace/domain/event-schema/check-schema";
import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { inTransaction, type Db, type Tx } from "../../../platform/storage/postgres.ts";
import { createDefinitionCache, definitionIn, mergeProperty, type DefinitionCache, type KnownWorkspace } from "./definition-cache.ts";
import {
  databaseNow,
  insertDefinitions,
  insertTallies,
  loadDefinitions,
  loadMarks,
  loadProperties,
  rollUpTallies,
  sinceLastEdit,
  upsertProperties,
  type StoredDefinition,
  type StoredProperty,
} from "./definition.store.ts";
import { loadEventSpan } from "./definition.views.ts";
import { observeBatch, type Observation } from "./observation.ts";

export type Definitions = {
  /**
   * Registers names, properties, types and volumes of a batch of new events within its transaction, and checks schemas. Events in `quarantined` (by index)
   * must leave the batch; `flagged` are accepted although they do not match. `afterCommit` tells the cache.
   */
  readonly observe: (
    tx: Tx,
    events: readonly FeedEvent[],
  ) => Promise<{
    readonly quarantined: ReadonlyMap<number, RejectedEvent>;
    readonly flagged: readonly number[];
    readonly afterCommit: () => void;
  }>;
  /** Whether an operator marked a property personal; from memory, at most 5 s old. */
  readonly isMarkedPersonal: (workspaceId: number, event: string, property: string) => boolean;
  /** Why an enforced schema would keep an event out; undefined when it would not. */
  readonly objectionTo: (event: FeedEvent) => Promise<SchemaMismatch | undefined>;
  /** Times of the first and the last event of a workspace, Unix ms; undefined without events. */
  readonly eventSpan: (workspaceId: number) => Promise<{ readonly firstMs: number; readonly lastMs: number } | undefined>;
  /** Resolves when every process has taken in the last edit of the workspace's definitions. */
  readonly editsSettled: (workspaceId: number) => Promise<void>;
  /** Takes in edits made by other processes (and by this one). */
  readonly refresh: () => Promise<void>;
  /** Adds up the counts of past batches. */
  readonly rollUp: () => Promise<void>;
};

/** A transaction that ends later than this after it began may have its change overlooked until the next full load. */
const COMMIT_LAG_MAX_MS = 60_000;

/** How often every process takes in the edits of the others. */
export const REFRESH_MS = 2_000;
const SETTLE_MARGIN_MS = 1_000;

/** Event definitions with their memory. Call `refresh` once before the first event, then every `REFRESH_MS`. */
export function createDefinitions(deps: { readonly db: Db }): Definitions {
  const cache = createDefinitionCache();
  const loading = new Map<number, Promise<void>>();
  let since: Date | null = null;
  // Through the caller's connection: a transaction that waits for a second one can starve the pool.
  const load = async (db: Db | Tx, workspaceId: number): Promise<void> => {
    if (cache.workspace(workspaceId) !== undefined) return;
    const running = loading.get(workspaceId) ?? loadWorkspace(db, cache, workspaceId).finally(() => loading.delete(workspaceId));
    loading.set(workspaceId, running);
    await running;
  };
  const known = (workspaceId: number): KnownWorkspace => {
    const workspace = cache.workspace(workspaceId);
    if (workspace === undefined) throw new Error("The workspace's definitions are not loaded");
    return workspace;
  };
  return {
    isMarkedPersonal: cache.isMarkedPersonal,
    observe: async (tx, events) => {
      for (const workspaceId of new Set(events.map((event) => event.workspaceId))) await load(tx, workspaceId);
      const observation = observeBatch(events, known);
      await insertDefinitions(tx, observation.newDefinitions);
      await upsertProperties(tx, observation.freshProperties);
      await insertTallies(tx, observation.tallies);
      return { quarantined: observation.quarantined, flagged: observation.flagged, afterCommit: () => learn(observation, known) };
    },
    objectionTo: async (event) => {
      await load(deps.db, event.workspaceId);
      const definition = known(event.workspaceId).get(event.name);
      return definition?.enforcement === "quarantine" ? definition.check?.(event.properties) : undefined;
    },
    eventSpan: (workspaceId) => loadEventSpan(deps.db, workspaceId),
    editsSettled: async (workspaceId) => {
      const ageMs = await sinceLastEdit(deps.db, workspaceId);
      const waitMs = ageMs === undefined ? 0 : REFRESH_MS + SETTLE_MARGIN_MS - ageMs;
      if (waitMs > 0)
        await new Promise((resolve) => {
          setTimeout(resolve, waitMs);
        });
    },
    refresh: async () => {
      const now = await databaseNow(deps.db);
      for (const mark of await loadMarks(deps.db, since)) cache.mark(mark.workspaceId, mark.event, mark.name, mark.marked);
      const loaded = cache.loaded();
      if (loaded.length > 0) takeIn(cache, await loadDefinitions(deps.db, loaded, since), await loadProperties(deps.db, loaded, since));
      since = new Date(now.getTime() - COMMIT_LAG_MAX_MS);
    },
    rollUp: async () => {
      while ((await inTransaction(deps.db, rollUpTallies)) > 0);
    },
  };
}

async function loadWorkspace(db: Db | Tx, cache: DefinitionCache, workspaceId: number): Promise<void> {
  const definitions = await loadDefinitions(db, [workspaceId], null);
  const properties = await loadProperties(db, [workspaceId], null);
  cache.put(workspaceId, new Map());
  takeIn(cache, definitions, properties);
}

function takeIn(cache: DefinitionCache, definitions: readonly StoredDefinition[], properties: readonly StoredProperty[]): void {
  for (const { workspaceId, name, enforcement, schema } of definitions) {
    const definition = definitionIn(cache.workspace(workspaceId) ?? new Map(), name);
    definition.enforcement = enforcement;
    // Without enforcement nobody asks whether an event matches.
    definition.check = schema === null || enforcement === "accept" ? undefined : compileSchema(schema);
  }
  for (const { workspaceId, event, name, bits, firstMs, lastMs } of properties) {
    mergeProperty(definitionIn(cache.workspace(workspaceId) ?? new Map(), event).properties, name, { bits, firstMs, lastMs });
  }
}

function learn(observation: Observation, known: (workspaceId: number) => KnownWorkspace): void {
  for (const { workspaceId, name } of observation.newDefinitions) definitionIn(known(workspaceId), name);
  for (const { workspaceId, event, name, seen } of observation.freshProperties)
    mergeProperty(definitionIn(known(workspaceId), event).properties, name, seen);
}
