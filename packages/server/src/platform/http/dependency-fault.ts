import { ClickHouseError } from "@clickhouse/client";
import { Unavailable } from "./fault-error.ts";

/** Network and socket errors of either engine's client, and those by which postgres.js says that its connection is gone. */
const CONNECTION_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
]);
/** SQLSTATE classes and codes of a server that cannot serve now: connection, resources, shutdown, cancelled, deadlock, lock timeout. */
const STATE_AWAY = /^(08|53|57P0[1-5]|57014|40001|40P01|55P03|58)/;
/** SQLSTATE of values that no column can hold (NUL bytes, numbers out of range, bad encodings): they came from the request. */
const STATE_BAD_VALUE = /^(22P02|22P05|22021|22003|22007|22008)$/;
/** ClickHouse: timeout, too many queries, network, memory limit, server closing, table read-only. */
const EVENTS_AWAY = new Set(["159", "202", "209", "210", "241", "236", "242", "252"]);

/** What kind of trouble a thrown value is: a dependency that cannot answer now, a value the engine cannot take, or anything else. */
export type Trouble = "unavailable" | "bad_value" | "other";

/** Sorts errors of the engines' clients, by their codes; an `Unavailable` anywhere in the chain of causes counts. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof Unavailable) return "unavailable";
  if (!(error instanceof Error)) return "other";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (error.name === "PostgresError") return troubleOfState(code);
  if (error instanceof ClickHouseError) return EVENTS_AWAY.has(code) ? "unavailable" : "other";
  return isConnectionTrouble(error, code) ? "unavailable" : troubleOf(error.cause);
}

function troubleOfState(sqlState: string): Trouble {
  if (STATE_AWAY.test(sqlState)) return "unavailable";
  return STATE_BAD_VALUE.test(sqlState) ? "bad_value" : "other";
}

/** ENOENT means an absent engine only when connecting; a missing file is a bug. */
function isConnectionTrouble(error: Error, code: string): boolean {
  if (error.message.startsWith("Timeout error")) return true;
  if (code === "ENOENT") return "syscall" in error && error.syscall === "connect";
  return CONNECTION_CODES.has(code);
}
