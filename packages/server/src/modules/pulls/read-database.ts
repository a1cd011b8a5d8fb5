import type { Outbound } from "../../platform/outbound/outbound.ts";
import type { PulledRows } from "./database-asked.ts";
import type { DatabasePlace } from "./pull-place.ts";
import { readMysql } from "./read-mysql.ts";
import { readPostgres } from "./read-postgres.ts";

/** The rows of a place's query, a batch at a time. Throws `OutboundRefused` and `PullFailed`. */
export async function* readDatabase(
  outbound: Pick<Outbound, "addresses" | "requireReleased">,
  place: DatabasePlace,
  since: string,
  signal: AbortSignal,
): AsyncGenerator<PulledRows> {
  await outbound.requireReleased();
  const [first] = await outbound.addresses({ host: place.host, port: place.port });
  if (first === undefined) throw new Error("an address that may be reached was promised");
  const asked = { address: first.address, since, signal };
  yield* place.kind === "postgres" ? readPostgres(place, asked) : readMysql(place, asked);
}
