import { mayFollow } from "@terrace/domain/pulls/since-order";
import type { JsonObject } from "@terrace/domain/json";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import { PullFailed } from "./pull-failed.ts";
import { ROWS_MAX, RUN_WITHIN_MS } from "./pull-limits.ts";
import type { PullPlace } from "./pull-place.ts";
import { readDatabase } from "./read-database.ts";
import { type PulledRows } from "./database-asked.ts";
import { readHttp } from "./read-http.ts";

/** How far a run came; `since` is the last value of the column by which the query orders. */
export type Progress = { rows: number; bytes: number; since: string | undefined };

export type FetchAsked = { readonly since: string; readonly signal: AbortSignal; readonly progress: Progress };

/** The bytes of the file to import: as they are at an address, or a JSON line for each row of a query. Notes rows and `since` in `progress`. */
export async function* fetchPlace(
  outbound: Outbound,
  place: PullPlace,
  { since, signal, progress }: FetchAsked,
): AsyncGenerator<Uint8Array> {
  if (place.kind === "http") {
    yield* readHttp(outbound, place, since, signal);
    return;
  }
  const deadline = AbortSignal.timeout(RUN_WITHIN_MS);
  try {
    for await (const rows of readDatabase(outbound, place, since, AbortSignal.any([signal, deadline]))) {
      progress.rows += rows.length;
      if (progress.rows > ROWS_MAX)
        throw new PullFailed("pull.too_large", `A run takes at most ${ROWS_MAX / 1_000_000} million rows; ask for less at a time`);
      if (place.sinceColumn !== "") noteSince(rows, place.sinceColumn, progress);
      yield Buffer.from(rows.map((row) => `${JSON.stringify(plainRow(row))}\n`).join(""));
    }
  } catch (error) {
    if (deadline.aborted && !signal.aborted) throw new OutboundRefused("outbound.timed_out", String(RUN_WITHIN_MS), error);
    throw error;
  }
}

/** Rows must come in the order of the column: the next run asks for what is newer than the last one, and would never see what came out of turn. */
function noteSince(rows: PulledRows, column: string, progress: Progress): void {
  for (const row of rows) {
    if (!Object.hasOwn(row, column))
      throw new PullFailed("pull.query_failed", `The query has no column ${column}. It has: ${Object.keys(row).slice(0, 50).join(", ")}`);
    const value = row[column];
    if (value === null || value === undefined) continue;
    if (typeof value !== "string" && typeof value !== "number")
      throw new PullFailed("pull.query_failed", `The column ${column} holds neither numbers, times nor text`);
    const text = String(value);
    if (progress.since !== undefined && !mayFollow(progress.since, text))
      throw new PullFailed("pull.query_failed", `Rows do not come in the order of ${column}; add: order by ${column}`);
    progress.since = text;
  }
}

/** Bytes have no JSON form of their own. */
function plainRow(row: Readonly<Record<string, unknown>>): JsonObject {
  // Drivers give text, numbers, booleans, JSON, lists, and buffers for bytes.
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value]),
  ) as JsonObject;
}
