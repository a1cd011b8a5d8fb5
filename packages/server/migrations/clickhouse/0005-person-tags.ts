import type { EventMigration, Topology } from "../../src/platform/storage/migrate.ts";

// Tags of ids, so that joining and parting people moves none; until when a tag holds is in Unix ms, 0 for ever. The newest row counts.
const TAG_COLUMNS = `
  workspace_id UInt32,
  tag String,
  origin_id UInt64,
  until Int64,
  change_seq UInt64,
  is_gone UInt8`;

const TAG_LAYOUT = "ORDER BY (workspace_id, tag, origin_id)";

function cluster({ cluster: name, replicated }: Extract<Topology, { kind: "cluster" }>): readonly string[] {
  const engine = replicated
    ? "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/terrace/person_tag_local', '{replica}', change_seq, is_gone)"
    : "ReplacingMergeTree(change_seq, is_gone)";
  const on = replicated ? ` ON CLUSTER '${name}'` : "";
  return [
    `CREATE TABLE IF NOT EXISTS person_tag_local${on} (${TAG_COLUMNS}) ENGINE = ${engine} ${TAG_LAYOUT}`,
    `CREATE TABLE IF NOT EXISTS person_tag${on} (${TAG_COLUMNS}) ENGINE = Distributed('${name}', currentDatabase(), 'person_tag_local', origin_id)`,
  ];
}

/** The tags of people, for conditions; PostgreSQL has them first. */
export const personTags: EventMigration = {
  number: 5,
  name: "person-tags",
  statements: (topology: Topology) =>
    topology.kind === "single"
      ? [
          `CREATE TABLE IF NOT EXISTS person_tag (${TAG_COLUMNS}) ENGINE = ReplacingMergeTree(change_seq, is_gone) ${TAG_LAYOUT} SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
        ]
      : cluster(topology),
};
