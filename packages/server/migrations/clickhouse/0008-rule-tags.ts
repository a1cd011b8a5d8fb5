import type { EventMigration, Topology } from "../../src/platform/storage/migrate.ts";

// A tag that a rule put on stands beside the same tag given by hand; 0 is by hand.
function keyed(table: string): string {
  return `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS rule_id UInt64, MODIFY ORDER BY (workspace_id, tag, origin_id, rule_id)`;
}

function cluster({ cluster: name, replicated }: Extract<Topology, { kind: "cluster" }>): readonly string[] {
  const on = replicated ? ` ON CLUSTER '${name}'` : "";
  return [keyed(`person_tag_local${on}`), `ALTER TABLE person_tag${on} ADD COLUMN IF NOT EXISTS rule_id UInt64`];
}

/** Tags by the rule that put them on, too. */
export const ruleTags: EventMigration = {
  number: 8,
  name: "rule-tags",
  statements: (topology: Topology) => (topology.kind === "single" ? [keyed("person_tag")] : cluster(topology)),
};
