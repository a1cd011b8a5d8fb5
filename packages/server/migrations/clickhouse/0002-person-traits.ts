import type { EventMigration, Topology } from "../../src/platform/storage/migrate.ts";

// One row for each person with traits, so that any number of conditions on traits are one look; the newest row counts.
const TRAIT_COLUMNS = `
  workspace_id UInt32,
  person_id UInt64,
  traits JSON(max_dynamic_paths = 256),
  change_seq UInt64,
  is_gone UInt8`;

const TRAIT_LAYOUT = "ORDER BY (workspace_id, person_id)";

function cluster({ cluster: name, replicated }: Extract<Topology, { kind: "cluster" }>): readonly string[] {
  const engine = replicated
    ? "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/terrace/person_trait_local', '{replica}', change_seq, is_gone)"
    : "ReplacingMergeTree(change_seq, is_gone)";
  const on = replicated ? ` ON CLUSTER '${name}'` : "";
  return [
    `CREATE TABLE IF NOT EXISTS person_trait_local${on} (${TRAIT_COLUMNS}) ENGINE = ${engine} ${TRAIT_LAYOUT}`,
    `CREATE TABLE IF NOT EXISTS person_trait${on} (${TRAIT_COLUMNS}) ENGINE = Distributed('${name}', currentDatabase(), 'person_trait_local', person_id)`,
  ];
}

/** The traits of people, for conditions and breakdowns; PostgreSQL has them first. */
export const personTraits: EventMigration = {
  number: 2,
  name: "person-traits",
  statements: (topology: Topology) =>
    topology.kind === "single"
      ? [
          `CREATE TABLE IF NOT EXISTS person_trait (${TRAIT_COLUMNS}) ENGINE = ReplacingMergeTree(change_seq, is_gone) ${TRAIT_LAYOUT} SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
        ]
      : cluster(topology),
};
