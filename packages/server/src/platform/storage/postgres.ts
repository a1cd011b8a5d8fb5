import postgres from "postgres";
import { createSockets } from "./postgres-socket.ts";
import { createTransactionGuard } from "./transaction-guard.ts";

/** A pool of connections: reads and single statements. Functions that write inside a transaction take `Tx`, to which `Db` is not assignable. */
export type Db = postgres.Sql;

/** An open transaction. */
export type Tx = postgres.TransactionSql;

/** Where the state engine answers: a URL, or the unix socket of the embedded one. */
export type PostgresAddress =
  { readonly url: string } | { readonly host: string; readonly port: number; readonly database: string; readonly username: string };

const RECONNECT_AFTER_SECONDS = 0.2;

/** Opens the pool. `bigint` columns arrive as decimal text, `numeric` as text, timestamps as `Date`. */
export function openPostgres(address: PostgresAddress, options: { readonly connectionsMax: number; readonly name: string }): Db {
  const shared = {
    max: options.connectionsMax,
    connection: { application_name: options.name, timezone: "UTC" },
    onnotice: () => undefined,
    idle_timeout: 60,
    connect_timeout: 10,
    max_lifetime: null,
    // By itself the driver waits longer for each connection that is lost, so that all of a pool wait for up to 20 s after one restart of the engine.
    backoff: () => RECONNECT_AFTER_SECONDS,
    socket: createSockets(),
  };
  return "url" in address ? postgres(address.url, shared) : postgres({ ...address, ...shared });
}

/** Runs `work` in one transaction at read-committed level; a throw rolls back. */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  const guard = createTransactionGuard();
  try {
    // `begin` unwraps promise arrays in its declared type; `work` answers one value, so the two are the same here.
    return (await db.begin((tx) => guard.run(tx, work))) as T;
  } catch (error) {
    guard.end(error);
    throw error;
  } finally {
    guard.end();
  }
}
