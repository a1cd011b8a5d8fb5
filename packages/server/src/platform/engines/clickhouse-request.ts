import { quoteText } from "./clickhouse-insert.ts";
import { ClickHouseError } from "./clickhouse-error.ts";

/** One statement with everything that belongs to it, as it came over HTTP. */
export type ClickHouseRequest = Readonly<{
  sql: string;
  queryId: string;
  database: string | undefined;
  format: string;
  /** Name → text; applied before the statement. */
  settings: ReadonlyMap<string, string>;
  /** Name → text as sent: escaped like a field of TabSeparated, which is also how the engine reads it. */
  parameters: ReadonlyMap<string, string>;
  acceptsCompressed: boolean;
}>;

/** Words of the URL that are not settings; the last three only shape answers of a real server. */
const RESERVED = new Set([
  "query",
  "database",
  "default_format",
  "query_id",
  "user",
  "password",
  "session_id",
  "session_timeout",
  "session_check",
  "close_session",
  "role",
  "quota_key",
  "compress",
  "decompress",
  "buffer_size",
  "wait_end_of_query",
  "stacktrace",
  "enable_http_compression",
  "send_progress_in_http_headers",
  "http_headers_progress_interval_ms",
  "http_zlib_compression_level",
]);

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const BAD_ARGUMENTS = 36;

export type RequestParts = Readonly<{
  url: URLSearchParams;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Fields of a multipart form, which may carry `query` and `param_…` too long for a URL. */
  fields: ReadonlyMap<string, string>;
  newQueryId: string;
}>;

/** Reads the URL, headers and form fields of a request; throws ClickHouseError on names that cannot be a setting or a parameter. */
export function readRequest(parts: RequestParts): ClickHouseRequest {
  const { url, headers, fields } = parts;
  if (url.has("session_id")) throw new ClickHouseError(BAD_ARGUMENTS, "BAD_ARGUMENTS", "Sessions are not supported by the embedded engine");
  return {
    sql: fields.get("query") ?? url.get("query") ?? "",
    queryId: url.get("query_id") || parts.newQueryId,
    database: url.get("database") ?? single(headers["x-clickhouse-database"]),
    format: url.get("default_format") ?? single(headers["x-clickhouse-format"]) ?? "TabSeparated",
    settings: readSettings(url),
    parameters: readParameters(url, fields),
    acceptsCompressed: url.get("enable_http_compression") === "1" && /\bgzip\b/.test(single(headers["accept-encoding"]) ?? ""),
  };
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}

function readSettings(url: URLSearchParams): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of url) {
    if (RESERVED.has(name) || name.startsWith("param_")) continue;
    settings.set(requireName(name), value);
  }
  return settings;
}

function readParameters(url: URLSearchParams, fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of [...url, ...fields]) {
    if (name.startsWith("param_")) parameters.set(requireName(name.slice("param_".length)), value);
  }
  return parameters;
}

function requireName(name: string): string {
  if (NAME.test(name)) return name;
  throw new ClickHouseError(
    BAD_ARGUMENTS,
    "BAD_ARGUMENTS",
    `${JSON.stringify(name.slice(0, 100))} is not a name of a setting or parameter`,
  );
}

/** What a connection is told before a statement runs on it; each text is one or more statements, or empty. */
export type ConnectionSetup = Readonly<{
  /**
   * The names that the setup gives values to. A connection may serve statements of one shape after each other, because each of them sets
   * every name anew. Undefined when a connection must not be used again after this setup.
   */
  shape: string | undefined;
  settings: string;
  parameters: string;
}>;

/** Settings that change others, or forbid to change them: what they did cannot be taken back by setting the same names again. */
const LASTING_SETTINGS = new Set(["compatibility", "profile", "readonly", "allow_ddl"]);
/** Longer parameters are not kept in an idle connection. */
const KEPT_PARAMETER_CHARACTERS_MAX = 16 * 1024;

/** The statements that give a connection the request's settings, database and parameters. A request's settings win over the defaults. */
export function renderSetup(request: ClickHouseRequest, defaults: ReadonlyMap<string, string>): ConnectionSetup {
  const settings = new Map([...defaults, ...request.settings]);
  const parameters = renderSet([...request.parameters].map(([name, value]) => [`param_${name}`, value]));
  const database = request.database ?? "default";
  const use = database === "default" ? "" : `USE \`${database.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\`;\n`;
  const isKept =
    parameters.length <= KEPT_PARAMETER_CHARACTERS_MAX && ![...request.settings.keys()].some((name) => LASTING_SETTINGS.has(name));
  return {
    shape: isKept ? JSON.stringify([database, [...settings.keys()].toSorted(), [...request.parameters.keys()].toSorted()]) : undefined,
    settings: renderSet([...settings]) + use,
    parameters,
  };
}

function renderSet(values: readonly (readonly [string, string])[]): string {
  if (values.length === 0) return "";
  return `SET ${values.map(([name, value]) => `${name} = ${quoteText(value)}`).join(", ")};\n`;
}

/** The text fields of a multipart form as `@clickhouse/client` writes it. Files are not expected; other parts come through as text too. */
export function readMultipart(body: string, contentType: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return fields;
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const headEnd = part.indexOf("\r\n\r\n");
    const name = /name="([^"]+)"/.exec(part.slice(0, Math.max(headEnd, 0)))?.[1];
    if (name !== undefined) fields.set(name, part.slice(headEnd + 4).replace(/\r\n$/, ""));
  }
  return fields;
}
