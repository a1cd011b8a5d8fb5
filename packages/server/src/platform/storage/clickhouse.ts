import { ClickHouseLogLevel, createClient, SettingsMap, type ClickHouseClient, type ClickHouseSettings } from "@clickhouse/client";
import { Agent, type AgentOptions } from "node:http";
import { withSharedParams } from "./shared-params.ts";

/** Where the event engine answers: a URL (with user and password in it when needed), or the unix socket of the embedded one. */
export type ClickHouseAddress = {
  readonly url: string;
  readonly socketPath?: string;
  /** Default: the one in the URL, else ClickHouse's own default. */
  readonly database?: string;
  readonly cluster?: string;
  /** Every node of the cluster, for statements that each of them must run; default: the one of `url`. */
  readonly nodeUrls?: readonly string[];
};

export type QueryParam = string | number | boolean | readonly string[] | readonly number[];

/** A ClickHouse statement with its bound parameters. Build it with the `ch` tag only. */
export type ChStatement = { readonly text: string; readonly params: Readonly<Record<string, QueryParam>> };

/** A value to bind, with its ClickHouse type: `ch.value("UInt64", id)`. */
type Bound = { readonly type: string; readonly value: QueryParam };
type Piece = Bound | ChStatement;

/** Template tag: only typed values and other statements can be put in, never bare text. */
export function ch(strings: TemplateStringsArray, ...pieces: readonly Piece[]): ChStatement {
  const params: Record<string, QueryParam> = {};
  let text = strings[0] ?? "";
  pieces.forEach((piece, index) => {
    if ("text" in piece) {
      const renamed = renameParams(piece, `s${index}_`);
      Object.assign(params, renamed.params);
      text += renamed.text;
    } else {
      params[`p${index}`] = piece.value;
      text += `{p${index}:${piece.type}}`;
    }
    text += strings[index + 1] ?? "";
  });
  return { text, params };
}

/** Binds a value of a ClickHouse type. */
ch.value = (type: string, value: QueryParam): Bound => ({ type, value });

/** Joins statements with a separator, e.g. conditions with ` and `. */
ch.join = (statements: readonly ChStatement[], separator: " and " | ", " | " or " | " union all "): ChStatement => {
  const params: Record<string, QueryParam> = {};
  const text = statements
    .map((statement, index) => {
      const renamed = renameParams(statement, `j${index}_`);
      Object.assign(params, renamed.params);
      return renamed.text;
    })
    .join(separator);
  return { text, params };
};

function renameParams(statement: ChStatement, prefix: string): ChStatement {
  const params = Object.fromEntries(Object.entries(statement.params).map(([name, value]) => [prefix + name, value]));
  return { text: statement.text.replaceAll(/\{(\w+):/g, (_, name: string) => `{${prefix}${name}:`), params };
}

/** What a statement read. */
export type StatementCost = { readonly rowsRead: number; readonly bytesRead: number };

export type ReadOptions = {
  /** Aborting ends the query. */
  readonly signal?: AbortSignal;
  readonly timeoutSeconds?: number;
  /** Told once the statement has ended. */
  readonly noteCost?: (cost: StatementCost) => void;
  /** By which the statement is found among those that run: the end of its comment. */
  readonly queryId?: string;
  readonly limits?: { readonly seconds: number; readonly memoryBytes: number; readonly rowsAnswered: number };
};

/** The one client of the event engine. */
export type Warehouse = {
  /** Reads rows of one workspace: besides the filter in the text, the engine itself filters `events` and `person_of_origin` by workspace. `feature` says who asked (log_comment). */
  readonly rows: <Row>(workspaceId: number, feature: string, statement: ChStatement, options?: ReadOptions) => Promise<Row[]>;
  /** The same, handed on as they are read; the engine waits for a slow reader. Aborting `signal` ends the query. */
  readonly stream: <Row>(
    workspaceId: number,
    feature: string,
    statement: ChStatement,
    options: { readonly signal: AbortSignal; readonly timeoutSeconds: number },
  ) => AsyncGenerator<readonly Row[]>;
  readonly client: ClickHouseClient;
  /** A client per node of the cluster; just `client` on a single node. */
  readonly nodes: readonly ClickHouseClient[];
  readonly cluster: string | undefined;
  readonly close: () => Promise<void>;
};

/** Tables that carry a workspace column; every read filters them in the engine too. */
const TENANT_TABLES = ["events", "person_of_origin", "person_trait", "person_tag", "segment_member"] as const;

/** Opens the client. 64-bit integers arrive as numbers, so that counts and properties need no conversion; select ids as `toString(…)`. */
export function openWarehouse(address: ClickHouseAddress, { silenceMsMax = SILENCE_MS_MAX } = {}): Warehouse {
  const client = connect(address.url, address, silenceMsMax);
  const patient = connect(address.url, address, PATIENT_MS);
  const nodes = address.nodeUrls === undefined ? [client] : address.nodeUrls.map((url) => connect(url, address, silenceMsMax));
  // The engine is silent until it knows the first rows: what may take longer than the client waits goes by one that waits as long as the question may take.
  const asker = (seconds: number): ClickHouseClient => (seconds * 1_000 < silenceMsMax ? client : patient);
  const database = address.database ?? (new URL(address.url).pathname.slice(1) || "default");
  // A shard looks a dictionary up by its full name; statements are written once, with the short one.
  const qualified = (text: string): string => text.replaceAll("'person_of_origin'", `'${database}.person_of_origin'`);
  return {
    client,
    nodes,
    cluster: address.cluster,
    close: async () => {
      await Promise.all([...new Set([client, patient, ...nodes])].map((each) => each.close()));
    },
    rows: async <Row>(workspaceId: number, feature: string, statement: ChStatement, options: ReadOptions = {}) => {
      const { text, params } = withSharedParams(statement);
      const seconds = options.limits?.seconds ?? options.timeoutSeconds ?? 60;
      const answer = await asker(seconds).query({
        query: qualified(text),
        query_params: { ...params },
        // Besides the rows this format tells what was read for them; the engine's header is sent before all of it is known.
        format: "JSON",
        ...(options.signal === undefined ? {} : { abort_signal: options.signal }),
        clickhouse_settings: {
          additional_table_filters: SettingsMap.from(tenantFilters(workspaceId)),
          log_comment: `ws=${workspaceId} ${feature}${options.queryId === undefined ? "" : ` q=${options.queryId}`}`,
          max_execution_time: seconds,
          ...limitSettings(options.limits),
          // Lists of thousands of ids stand in the text.
          max_query_size: QUERY_BYTES_MAX,
          // A condition of a hundred parts that lead deep into objects.
          max_ast_elements: QUERY_PARTS_MAX,
        },
      });
      const { data, statistics } = await answer.json<Row>();
      options.noteCost?.({ rowsRead: statistics?.rows_read ?? 0, bytesRead: statistics?.bytes_read ?? 0 });
      return data;
    },
    stream: (workspaceId, feature, statement, options) =>
      streamRows(
        asker(options.timeoutSeconds),
        { workspaceId, feature, statement: { ...statement, text: qualified(statement.text) } },
        options,
      ),
  };
}

/** Aggregations and sorts go to disk before they fail. */
function limitSettings(limits: ReadOptions["limits"]): ClickHouseSettings {
  if (limits === undefined) return {};
  return {
    max_memory_usage: String(limits.memoryBytes),
    max_bytes_before_external_group_by: String(Math.floor(limits.memoryBytes / 2)),
    max_bytes_before_external_sort: String(Math.floor(limits.memoryBytes / 4)),
    max_result_rows: String(limits.rowsAnswered),
    result_overflow_mode: "throw",
  };
}

const QUERY_BYTES_MAX = "16777216";
const QUERY_PARTS_MAX = "1000000";

/** Sorting more than this goes to disk. */
const STREAM_SORT_BYTES = 200_000_000;

async function* streamRows<Row>(
  client: ClickHouseClient,
  query: { readonly workspaceId: number; readonly feature: string; readonly statement: ChStatement },
  options: { readonly signal: AbortSignal; readonly timeoutSeconds: number },
): AsyncGenerator<readonly Row[]> {
  const { text, params } = withSharedParams(query.statement);
  const answer = await client.query({
    query: text,
    query_params: { ...params },
    format: "JSONEachRow",
    abort_signal: options.signal,
    clickhouse_settings: {
      additional_table_filters: SettingsMap.from(tenantFilters(query.workspaceId)),
      log_comment: `ws=${query.workspaceId} ${query.feature}`,
      max_execution_time: options.timeoutSeconds,
      max_bytes_before_external_sort: String(STREAM_SORT_BYTES),
      max_query_size: QUERY_BYTES_MAX,
      max_ast_elements: QUERY_PARTS_MAX,
    },
  });
  try {
    for await (const rows of answer.stream<Row>()) yield rows.map((row) => row.json());
  } finally {
    answer.close();
  }
}

/** How long an engine that is asked something short may say nothing. */
const SILENCE_MS_MAX = 120_000;
/** Longer than any question may take by its own limit, which the engine keeps; the longest that a timer can be set to. */
const PATIENT_MS = 2_147_483_647;

function connect(url: string, address: ClickHouseAddress, silenceMs: number): ClickHouseClient {
  const agent = address.socketPath === undefined ? undefined : socketAgent(address.socketPath);
  return createClient({
    url,
    ...(address.database === undefined ? {} : { database: address.database }),
    application: "terrace",
    request_timeout: silenceMs,
    // Long lists of values travel in the body: an address has an end.
    use_multipart_params_auto: true,
    // The caller reports failures with what it was doing; the client's own log lines would repeat them.
    log: { level: ClickHouseLogLevel.OFF },
    // Node's agent ends idle connections before the server does. The client's own timer survives a read that was given up before it was sent, and
    // cuts short whatever uses the connection then.
    keep_alive: { enabled: true, idle_socket_ttl: 0 },
    ...(agent === undefined ? { max_open_connections: 16 } : { http_agent: agent }),
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, date_time_input_format: "basic", session_timezone: "UTC" },
  });
}

function tenantFilters(workspaceId: number): Record<string, string> {
  if (!Number.isSafeInteger(workspaceId)) throw new TypeError("workspaceId must be an integer");
  return Object.fromEntries(TENANT_TABLES.map((table) => [table, `workspace_id = ${workspaceId}`]));
}

function socketAgent(socketPath: string): Agent {
  // Node passes `socketPath` through to net.connect, but the type declares only the documented agent options.
  const options: AgentOptions & { readonly socketPath: string } = { keepAlive: true, maxSockets: 16, socketPath };
  return new Agent(options);
}
