import { events } from "../../migrations/clickhouse/0001-events.ts";
import type { Warehouse } from "../platform/storage/clickhouse.ts";
import type { EventEngine, EventMigration } from "../platform/storage/migrate.ts";

/** All steps of the event engine's schema, in order. */
export const EVENT_MIGRATIONS: readonly EventMigration[] = [events];

/** How statements reach the event engine: a single node, each node of a cluster in turn, or once with ON CLUSTER. */
export function eventEngineOf(warehouse: Warehouse, replicated: boolean): EventEngine {
  const nodes = replicated ? [warehouse.client] : warehouse.nodes;
  return {
    topology: warehouse.cluster === undefined ? { kind: "single" } : { kind: "cluster", cluster: warehouse.cluster, replicated },
    everywhere: async (statement) => { for (const node of nodes) await node.command({ query: statement }); },
  };
}
