import type { EventMigration, Topology } from "../../src/platform/storage/migrate.ts";

// Who is in a segment: people as they were when they came in. The newest row of a member counts; a snapshot has one row for each.
const MEMBER_COLUMNS = `
  workspace_id UInt32,
  segment_id UInt64,
  person_id UInt64,
  change_seq UInt64,
  is_gone UInt8`;

const MEMBER_LAYOUT = "ORDER BY (workspace_id, segment_id, person_id)";

function cluster({ cluster: name, replicated }: Extract<Topology, { kind: "cluster" }>): readonly string[] {
  const engine = replicated
    ? "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/terrace/segment_member_local', '{replica}', change_seq, is_gone)"
    : "ReplacingMergeTree(change_seq, is_gone)";
  const on = replicated ? ` ON CLUSTER '${name}'` : "";
  return [
    `CREATE TABLE IF NOT EXISTS segment_member_local${on} (${MEMBER_COLUMNS}) ENGINE = ${engine} ${MEMBER_LAYOUT}`,
    `CREATE TABLE IF NOT EXISTS segment_member${on} (${MEMBER_COLUMNS}) ENGINE = Distributed('${name}', currentDatabase(), 'segment_member_local', person_id)`,
  ];
}

/** Members of segments, for conditions and breakdowns; PostgreSQL has them first. */
export const segmentMembers: EventMigration = {
  number: 4,
  name: "segment-members",
  statements: (topology: Topology) =>
    topology.kind === "single"
      ? [
          `CREATE TABLE IF NOT EXISTS segment_member (${MEMBER_COLUMNS}) ENGINE = ReplacingMergeTree(change_seq, is_gone) ${MEMBER_LAYOUT} SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
        ]
      : cluster(topology),
};
