export type ClickHouseLimits = Readonly<{ memoryBytes: number; cores: number }>;

const MARK_CACHE_BYTES = 256 * 1024 * 1024;
const RESULT_BYTES_MAX = 128 * 1024 * 1024;

/** The server's configuration: bounded memory and few background threads, because the machine also runs PostgreSQL and Terrace. */
export function renderClickHouseConfig({ memoryBytes, cores }: ClickHouseLimits): string {
  const mergeThreads = Math.max(1, Math.min(4, Math.floor(cores / 2)));
  const entries: readonly (readonly [string, string | number])[] = [
    ["timezone", "UTC"],
    ["max_server_memory_usage", memoryBytes],
    ["mark_cache_size", Math.min(MARK_CACHE_BYTES, Math.floor(memoryBytes / 4))],
    ["uncompressed_cache_size", 0],
    ["index_mark_cache_size", 64 * 1024 * 1024],
    ["mmap_cache_size", 100],
    ["compiled_expression_cache_size", 32 * 1024 * 1024],
    ["background_pool_size", mergeThreads],
    ["background_merges_mutations_concurrency_ratio", 2],
    ["background_schedule_pool_size", 4],
    ["background_common_pool_size", 2],
    ["background_move_pool_size", 1],
    ["background_fetches_pool_size", 1],
    ["background_buffer_flush_schedule_pool_size", 1],
    ["background_distributed_schedule_pool_size", 1],
    ["background_message_broker_schedule_pool_size", 1],
    ["tables_loader_background_pool_size", 2],
  ];
  return `<clickhouse>\n${entries.map(([name, value]) => `  <${name}>${value}</${name}>`).join("\n")}\n</clickhouse>\n`;
}

/**
 * Settings of every statement unless it brings its own: a result fits in memory, one query leaves room for others, and large
 * aggregations and sorts go to disk before they fail.
 */
export function statementDefaults({ memoryBytes }: Pick<ClickHouseLimits, "memoryBytes">): readonly (readonly [string, string])[] {
  return [
    ["implicit_select", "0"],
    ["allow_introspection_functions", "0"],
    ["max_execution_time", "300"],
    ["max_result_bytes", String(RESULT_BYTES_MAX)],
    ["max_memory_usage", String(Math.floor(memoryBytes * 0.6))],
    ["max_bytes_before_external_group_by", String(Math.floor(memoryBytes * 0.25))],
    ["max_bytes_before_external_sort", String(Math.floor(memoryBytes * 0.25))],
    ["async_insert", "0"],
    // Two more threads for every answer cost a small query more than they save a large one, which others wait beside.
    ["output_format_parallel_formatting", "0"],
  ];
}
