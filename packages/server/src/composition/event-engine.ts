import { events } from "../../migrations/clickhouse/0001-events.ts";
import { personTags } from "../../migrations/clickhouse/0005-person-tags.ts";
import { ruleTags } from "../../migrations/clickhouse/0008-rule-tags.ts";
import { personTraits } from "../../migrations/clickhouse/0002-person-traits.ts";
import { segmentMembers } from "../../migrations/clickhouse/0004-segment-members.ts";
import type { Warehouse } from "../platform/storage/clickhouse.ts";
import type { EventEngine, EventMigration } from "../platform/storage/migrate.ts";

/** All steps of the event engine's schema, in order. */
export const EVENT_MIGRATIONS: readonly EventMigration[] = [events, personTraits, segmentMembers, personTags, ruleTags];

/** How statements reach the event engine: a single node, each node of a cluster in turn, or once with ON CLUSTER. */
export async function eventEngineOf(warehouse: Warehouse, replicated: boolean): Promise<EventEngine> {
  const answer = await warehouse.client.query({ query: "SELECT currentDatabase() AS name", format: "JSONEachRow" });
  const [row] = await answer.json<{ name: string }>();
  const database = row?.name ?? "default";
  const nodes = replicated ? [warehouse.client] : warehouse.nodes;
  return {
    topology:
      warehouse.cluster === undefined
        ? { kind: "single", database }
        : { kind: "cluster", database, cluster: warehouse.cluster, replicated },
    everywhere: async (statement) => {
      for (const node of nodes) await node.command({ query: statement });
    },
  };
}
