import { bindSince } from "@terrace/domain/pulls/query-text";
import { isIP } from "node:net";
import postgres from "postgres";
import { connectionFailed, PullFailed } from "./pull-failed.ts";
import { CONNECT_WITHIN_MS, ROWS_AT_ONCE, RUN_WITHIN_MS } from "./pull-limits.ts";
import type { DatabasePlace } from "./pull-place.ts";
import type { DatabaseAsked, PulledRows } from "./database-asked.ts";

/** Of PostgreSQL: dates, times of day and intervals as the server writes them. */
const TEXT_TYPES = [1082, 1083, 1186, 1266];
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
/** SQLSTATE classes that are about the connection: not let in, no such database, no room, shut down. */
const NOT_SERVED = /^(?:08|28|3D|53|57P)/;

/** The rows of a query, a batch at a time, in a transaction that can change nothing. Throws `PullFailed`. */
export async function* readPostgres(place: DatabasePlace, { address, since, signal }: DatabaseAsked): AsyncGenerator<PulledRows> {
  const sql = connect(place, address);
  const cut = (): void => void sql.end({ timeout: 0 });
  signal.addEventListener("abort", cut, { once: true });
  try {
    const connection = await sql.reserve();
    await connection.unsafe("begin isolation level repeatable read read only");
    const { text, sinceCount } = bindSince(place.query, "postgres");
    // Not the simple protocol: that would take several statements, and one of them could end the transaction. The driver's type lacks the option.
    const options = { prepare: false, simple: false } as { prepare: boolean };
    yield* connection.unsafe(text, sinceCount === 0 ? [] : [since], options).cursor(ROWS_AT_ONCE);
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error);
  } finally {
    signal.removeEventListener("abort", cut);
    // At once: a transaction that only reads has nothing to settle.
    await sql.end({ timeout: 0 });
  }
}

function connect(place: DatabasePlace, address: string): postgres.Sql {
  return postgres({
    host: address,
    port: place.port,
    database: place.database,
    username: place.user,
    ...(place.password === undefined ? {} : { password: place.password }),
    ssl: place.tls === "off" ? false : tlsOf(place),
    max: 1,
    connect_timeout: CONNECT_WITHIN_MS / 1_000,
    idle_timeout: 0,
    onnotice: () => undefined,
    connection: {
      application_name: "terrace-pull",
      default_transaction_read_only: true,
      statement_timeout: RUN_WITHIN_MS,
      timezone: "UTC",
    },
    types: {
      // In place of the driver's own `date`, there and back: a date of JavaScript would lose the microseconds, and with them where the next run goes on.
      date: {
        to: TIMESTAMPTZ,
        from: [TIMESTAMP, TIMESTAMPTZ],
        serialize: String,
        parse: (text: string) => text.replace(" ", "T").replace(/\+00$/, "Z"),
      },
      asText: { to: 25, from: TEXT_TYPES, serialize: String, parse: (text: string) => text },
    },
  });
}

/** The connection goes to an address that was judged; the certificate is for the name. */
function tlsOf({ tls, host }: DatabasePlace) {
  return { rejectUnauthorized: tls === "verify", host, ...(isIP(host) === 0 ? { servername: host } : {}) };
}

/** The server's message says what is wrong with the query; its detail may hold whole rows and is left out. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof postgres.PostgresError)) return connectionFailed(error);
  const code = NOT_SERVED.test(error.code) ? "pull.refused" : "pull.query_failed";
  return new PullFailed(code, `${error.message} (SQLSTATE ${error.code})`, error);
}
