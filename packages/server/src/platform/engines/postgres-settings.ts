/** What `terrace.conf` in the cluster says; written anew at every start, so an upgrade of Terrace brings its settings along. */
export type PostgresSettings = Readonly<{ socketPath: string }>;

/**
 * Settings for a cluster that one Terrace owns on one machine: durable (fsync and full pages stay on), reachable by unix socket only.
 * Messages carry no row values: neither bound parameters, nor statements, nor the DETAIL lines that quote keys.
 */
export function renderPostgresSettings(settings: PostgresSettings): string {
  const lines: readonly (readonly [string, string])[] = [
    ["listen_addresses", quote("")],
    ["unix_socket_directories", quote(settings.socketPath)],
    ["unix_socket_permissions", "0700"],
    ["max_connections", "60"],
    // Most of the indexes of a million people fit. Not more: all of Terrace is to stay below 2 GB.
    ["shared_buffers", "256MB"],
    ["dynamic_shared_memory_type", "posix"],
    ["fsync", "on"],
    ["synchronous_commit", "on"],
    // The bundled builds come without lz4.
    ["wal_compression", "pglz"],
    // How much log a crash leaves to replay: 1.1 GB took 12 s on two busy cores, and Terrace shall be back within 10 s.
    ["max_wal_size", "640MB"],
    ["checkpoint_timeout", "15min"],
    ["autovacuum", "on"],
    ["timezone", quote("UTC")],
    ["log_timezone", quote("UTC")],
    ["logging_collector", "off"],
    ["log_destination", quote("stderr")],
    ["log_line_prefix", quote("%b|")],
    ["log_min_messages", "warning"],
    ["log_min_error_statement", "panic"],
    ["log_error_verbosity", "terse"],
    ["log_checkpoints", "off"],
    ["log_parameter_max_length", "0"],
    ["log_parameter_max_length_on_error", "0"],
  ];
  return `${lines.map(([name, value]) => `${name} = ${value}`).join("\n")}\n`;
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

type LogEntry = Readonly<{ level: "info" | "warn" | "error"; text: string }>;

const LEVELS: ReadonlyMap<string, LogEntry["level"]> = new Map([
  ["PANIC", "error"],
  ["FATAL", "error"],
  ["ERROR", "error"],
  ["WARNING", "warn"],
  ["LOG", "info"],
]);
const START_AND_END = /\b(?:recovery|redo|terminated|shutdown of)\b/;

/** One line of the server's log, or undefined for what the application already knows (errors of its own statements) and for noise. */
export function readPostgresLogLine(line: string): LogEntry | undefined {
  const [, backend, severity, text] = /^([a-z ]*)\|([A-Z]+): +(.*)$/.exec(line) ?? [];
  const level = LEVELS.get(severity ?? "");
  if (level === undefined || text === undefined) return undefined;
  if (backend === "client backend" && severity !== "PANIC") return undefined;
  if (level === "info" && !START_AND_END.test(text)) return undefined;
  return { level, text };
}
