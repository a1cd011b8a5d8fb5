import { bindSince } from "@terrace/domain/pulls/query-text";
import { createConnection, type Connection, type ConnectionOptions, type TypeCast } from "mysql2";
import { connect as connectSocket } from "node:net";
import type { Readable } from "node:stream";
import { connectionFailed, PullFailed } from "./pull-failed.ts";
import { CONNECT_WITHIN_MS, ROWS_AT_ONCE, RUN_WITHIN_MS } from "./pull-limits.ts";
import type { DatabasePlace } from "./pull-place.ts";
import type { DatabaseAsked, PulledRows } from "./database-asked.ts";

/** Not let in, no such database, no room. */
const NOT_SERVED = /^ER_(?:ACCESS_DENIED|DBACCESS_DENIED|BAD_DB|CON_COUNT|HOST_|TOO_MANY_USER|SERVER_SHUTDOWN)/;
const WHOLE = /^-?\d{1,30}$/;
/** Compared with text, MySQL takes whole numbers for inexact ones; long ids would be missed. */
const EXACT_MARK = "cast(? as decimal(30, 0))";
/** Of the server, when reading goes slower than sending. */
const WRITE_WITHIN_SECONDS = 600;

/** The rows of a query to MySQL or MariaDB, a batch at a time, in a transaction that can change nothing. Throws `PullFailed`. */
export async function* readMysql(place: DatabasePlace, { address, since, signal }: DatabaseAsked): AsyncGenerator<PulledRows> {
  signal.throwIfAborted();
  const connection = createConnection(optionsOf(place, address));
  let rows: Readable | undefined;
  // What breaks between two statements has no other listener.
  connection.on("error", (error: Error) => rows?.destroy(error));
  const cut = (): void => {
    // With an error: a stream that is merely closed looks like one that came to its end.
    rows?.destroy(new Error("the run was broken off"));
    connection.destroy();
  };
  signal.addEventListener("abort", cut, { once: true });
  try {
    for (const statement of await settingsFor(connection, signal)) await ask(connection, statement, signal);
    const { text, sinceCount } = bindSince(place.query, "mysql", WHOLE.test(since) ? EXACT_MARK : "?");
    const values = Array.from({ length: sinceCount }, () => inMysqlTime(since));
    // A prepared statement: one statement only, and the value travels apart from it.
    rows = connection.execute(text, values).stream({ highWaterMark: ROWS_AT_ONCE });
    yield* inBatches(rows);
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error);
  } finally {
    signal.removeEventListener("abort", cut);
    connection.destroy();
  }
}

function optionsOf(place: DatabasePlace, address: string): ConnectionOptions {
  return {
    // The certificate is for the name; the connection goes to the address that was judged.
    host: place.host,
    stream: () => connectSocket({ host: address, port: place.port }),
    port: place.port,
    database: place.database,
    user: place.user,
    password: place.password ?? "",
    ...(place.tls === "off" ? {} : { ssl: { rejectUnauthorized: place.tls === "verify", verifyIdentity: place.tls === "verify" } }),
    connectTimeout: CONNECT_WITHIN_MS,
    charset: "utf8mb4",
    timezone: "Z",
    dateStrings: true,
    supportBigNumbers: true,
    // No code is made of the names of columns, and no file of ours is sent when the server asks for one.
    disableEval: true,
    flags: ["-LOCAL_FILES"],
    typeCast,
  };
}

/** `timestamp` is an instant, given in UTC; `datetime` is a wall clock's, whose zone the mapping says. */
const typeCast: TypeCast = (field, next) => {
  const value = next();
  if (typeof value !== "string") return value;
  if (field.type === "TIMESTAMP") return `${value.replace(" ", "T")}Z`;
  return field.type === "DATETIME" ? value.replace(" ", "T") : value;
};

/** As MySQL writes a time: it takes no `T` and no `Z` everywhere. */
function inMysqlTime(since: string): string {
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z?$/.test(since) ? since.replace("T", " ").replace("Z", "") : since;
}

async function settingsFor(connection: Connection, signal: AbortSignal): Promise<readonly string[]> {
  const version = JSON.stringify(await ask(connection, "select version()", signal));
  return [
    // In MariaDB in seconds and for every statement, in MySQL in ms and for those that read.
    version.includes("MariaDB")
      ? `set session max_statement_time = ${RUN_WITHIN_MS / 1_000}`
      : `set session max_execution_time = ${RUN_WITHIN_MS}`,
    `set session net_write_timeout = ${WRITE_WITHIN_SECONDS}`,
    "set session time_zone = '+00:00'",
    // For the session, too: a statement that commits must not find itself outside of a transaction, and able to write.
    "set session transaction isolation level repeatable read, read only",
    "start transaction with consistent snapshot, read only",
  ];
}

function ask(connection: Connection, statement: string, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // A connection that was cut answers nothing any more.
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    connection.query(statement, (error, answer) => (error === null ? resolve(answer) : reject(error)));
  });
}

async function* inBatches(rows: AsyncIterable<unknown>): AsyncGenerator<PulledRows> {
  let batch: Readonly<Record<string, unknown>>[] = [];
  for await (const row of rows) {
    // Without `rowsAsArray` the driver gives objects.
    batch.push(row as Readonly<Record<string, unknown>>);
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The server's message says what is wrong. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || !("sqlState" in error)) return connectionFailed(error);
  const code = NOT_SERVED.test(String(error.code)) ? "pull.refused" : "pull.query_failed";
  return new PullFailed(code, `${error.message} (${String(error.code)})`, error);
}
