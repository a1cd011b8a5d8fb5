import type { EventMigration, Topology } from "../../src/platform/storage/migrate.ts";

// The default codec (LZ4) reads and writes faster than ZSTD, which would save a third of the disk: a person's page reads a few rows out of many
// blocks. Ids of messages are long and random, and no screen reads them.
const EVENT_COLUMNS = `
  workspace_id UInt32,
  origin_id UInt64,
  name LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  received_at DateTime64(3, 'UTC') CODEC(Delta, LZ4),
  message_id String CODEC(ZSTD(1)),
  event_id String,
  source LowCardinality(String),
  properties JSON(max_dynamic_paths = 256),
  channel LowCardinality(String),
  utm_source LowCardinality(String),
  utm_medium LowCardinality(String),
  utm_campaign LowCardinality(String),
  utm_term LowCardinality(String),
  utm_content LowCardinality(String),
  referrer_host LowCardinality(String),
  page_url String,
  page_path String,
  page_title String,
  device_type LowCardinality(String),
  browser LowCardinality(String),
  os LowCardinality(String),
  app_version LowCardinality(String),
  locale LowCardinality(String),
  library LowCardinality(String),
  ip_prefix LowCardinality(String)`;

const EVENT_INDEXES = `,
  INDEX by_origin origin_id TYPE bloom_filter(0.01) GRANULARITY 4,
  INDEX by_received received_at TYPE minmax GRANULARITY 4`;

const EVENT_LAYOUT = `PARTITION BY toYYYYMM(time) ORDER BY (workspace_id, name, toDate(time), origin_id, time)`;
// A part is synced before the insert is answered; the token window makes a repeated insert a no-op.
// Few, large merges: with the usual base of 5 the engine spends more on merging small parts again and again than on storing them.
// A person's events lie far apart, so each costs a granule of every column: those are a quarter of the usual size, and so are the blocks they are in.
const EVENT_SETTINGS =
  "fsync_after_insert = 1, fsync_part_directory = 1, merge_selector_base = 12, index_granularity = 2048, min_compress_block_size = 16384";

const PERSON_COLUMNS = `
  workspace_id UInt32,
  origin_id UInt64,
  person_id UInt64,
  change_seq UInt64,
  changed_at DateTime DEFAULT now()`;

/** The dictionary reads only rows changed since its last load, so that a join costs what changed, not what exists. */
function personDictionary(database: string): string {
  return `CREATE DICTIONARY IF NOT EXISTS person_of_origin (workspace_id UInt32, origin_id UInt64, person_id UInt64)
    PRIMARY KEY workspace_id, origin_id
    SOURCE(CLICKHOUSE(QUERY 'SELECT workspace_id, origin_id, argMax(person_id, change_seq) AS person_id FROM ${database}.person_of_origin_row WHERE {condition} GROUP BY workspace_id, origin_id' UPDATE_FIELD changed_at UPDATE_LAG 30))
    LAYOUT(COMPLEX_KEY_HASHED()) LIFETIME(0)`;
}

function singleNode(database: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS events (${EVENT_COLUMNS}${EVENT_INDEXES}) ENGINE = MergeTree ${EVENT_LAYOUT} SETTINGS ${EVENT_SETTINGS}, non_replicated_deduplication_window = 1000`,
    `CREATE TABLE IF NOT EXISTS person_of_origin_row (${PERSON_COLUMNS}) ENGINE = ReplacingMergeTree(change_seq) ORDER BY (workspace_id, origin_id)`,
    personDictionary(database),
  ];
}

function cluster({ cluster: name, database, replicated }: Extract<Topology, { kind: "cluster" }>): readonly string[] {
  const path = (table: string): string => `'/clickhouse/tables/{shard}/terrace/${table}', '{replica}'`;
  const events = replicated ? `ReplicatedMergeTree(${path("events_local")})` : "MergeTree";
  const window = replicated ? "replicated_deduplication_window = 1000" : "non_replicated_deduplication_window = 1000";
  const people = replicated
    ? `ReplicatedReplacingMergeTree(${path("person_of_origin_local")}, change_seq)`
    : "ReplacingMergeTree(change_seq)";
  const on = replicated ? ` ON CLUSTER '${name}'` : "";
  const target = (table: string, key: string): string => `Distributed('${name}', currentDatabase(), '${table}', ${key})`;
  return [
    `CREATE TABLE IF NOT EXISTS events_local${on} (${EVENT_COLUMNS}${EVENT_INDEXES}) ENGINE = ${events} ${EVENT_LAYOUT} SETTINGS ${EVENT_SETTINGS}, ${window}`,
    `CREATE TABLE IF NOT EXISTS events${on} (${EVENT_COLUMNS}) ENGINE = ${target("events_local", "origin_id")}`,
    `CREATE TABLE IF NOT EXISTS person_of_origin_local${on} (${PERSON_COLUMNS}) ENGINE = ${people} ORDER BY (workspace_id, origin_id)`,
    `CREATE TABLE IF NOT EXISTS person_of_origin_row${on} (${PERSON_COLUMNS}) ENGINE = ${target("person_of_origin_local", "origin_id")}`,
    personDictionary(database).replace("person_of_origin (", `person_of_origin${on} (`),
  ];
}

/** Events, and the dictionary that says whose an origin is. */
export const events: EventMigration = {
  number: 1,
  name: "events",
  statements: (topology: Topology) => (topology.kind === "single" ? singleNode(topology.database) : cluster(topology)),
};
